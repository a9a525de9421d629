using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using NearData.Isa.Programs;
using NearData.Vm.Maps;

namespace NearData.Engine.Groups;

/// <summary>Groups that leave the node. Valid as long as the answer that they were selected from.</summary>
public sealed class GroupSelection
{
    private const int WideBytes = 16;

    private readonly GroupMap _groups;
    private readonly ImmutableArray<GroupColumn> _columns;
    private readonly List<long> _numbers;

    internal GroupSelection(GroupMap groups, ImmutableArray<GroupColumn> columns, List<long> numbers)
    {
        _groups = groups;
        _columns = columns;
        _numbers = numbers;
    }

    /// <summary>How many there are.</summary>
    public int Count => _numbers.Count;

    /// <summary>The most bytes that one group takes in <see cref="Copy"/>.</summary>
    public int WidestRow => WidestRowOf(_groups.Definition);

    /// <summary>The most bytes that one group of a map takes there.</summary>
    internal static int WidestRowOf(MapDefinition groups) => groups.KeySize + (groups.Group!.Values.Length * WideBytes);

    /// <summary>
    /// A column of some groups: numbers as little-endian integers of the type's width, or of 16 bytes where a sum needs more than its
    /// 8; text as it is in the key.
    /// </summary>
    /// <param name="column">Index in the answer's columns.</param>
    /// <param name="first">The first group.</param>
    /// <param name="count">How many.</param>
    public byte[] Copy(int column, int first, int count)
    {
        ReadOnlySpan<long> numbers = CollectionsMarshal.AsSpan(_numbers).Slice(first, count);
        return _columns[column] switch
        {
            { Key: { } part } => CopyKeys(part, numbers),
            { Value: { } value } => CopyTotals(column - _groups.Definition.Group!.Key.Length, value.Type, numbers),
            _ => throw new InvalidOperationException("A column is a part of the key or a total."),
        };
    }

    private byte[] CopyKeys(GroupKeyField part, ReadOnlySpan<long> numbers)
    {
        byte[] bytes = new byte[numbers.Length * part.Size];
        for (int row = 0; row < numbers.Length; row++)
        {
            _groups.Key(numbers[row]).Slice(part.Offset, part.Size).CopyTo(bytes.AsSpan(row * part.Size));
        }

        return bytes;
    }

    private byte[] CopyTotals(int field, FieldType type, ReadOnlySpan<long> numbers)
    {
        Int128[] totals = new Int128[numbers.Length];
        bool fits = true;
        for (int row = 0; row < numbers.Length; row++)
        {
            totals[row] = _groups.Total(numbers[row], field);
            fits &= totals[row] >= type.Minimum() && totals[row] <= type.Maximum();
        }

        int width = fits ? type.Size() : WideBytes;
        byte[] bytes = new byte[numbers.Length * width];
        Span<byte> whole = stackalloc byte[WideBytes];
        for (int row = 0; row < totals.Length; row++)
        {
            BinaryPrimitives.WriteInt128LittleEndian(whole, totals[row]);
            whole[..width].CopyTo(bytes.AsSpan(row * width));
        }

        return bytes;
    }
}
