using System.Collections.Immutable;
using NearData.Vm.Maps;
using NearData.Vm.Memory;

namespace NearData.Vm.Vectors;

/// <summary>
/// Brings blocks of records into groups that are too many to have numbers: their keys are made one behind the other, looked for together, and
/// what the records add goes into the groups at once. Not thread-safe.
/// </summary>
internal sealed unsafe class GroupFinder : IDisposable
{
    private readonly GroupMap _map;
    private readonly GroupKeys _keys;
    private readonly ImmutableArray<GroupTarget> _targets;
    private readonly long _stride;
    private readonly AlignedMemory _rows;
    private readonly nint[] _groups = new nint[GroupMethod.MostRecords];
    private readonly int[] _records = new int[GroupMethod.MostRecords];
    private readonly int[] _zeros = new int[GroupMethod.MostRecords];

    public GroupFinder(GroupMap map, GroupKeys keys, ImmutableArray<GroupTarget> targets)
    {
        _map = map;
        _keys = keys;
        _targets = targets;
        _stride = BpfMap.Rounded(map.Definition.KeySize);
        _rows = new AlignedMemory(GroupMethod.MostRecords * _stride);
    }

    /// <summary>Brings in a block.</summary>
    /// <param name="block">The values.</param>
    /// <param name="condition">Of each record whether it has a group; null where all have.</param>
    public void Add(in GroupValues block, long* condition)
    {
        int count = 0;
        for (int record = 0; record < block.Count; record++)
        {
            _records[count] = record;
            count += condition is null || condition[record] != 0 ? 1 : 0;
        }

        ReadOnlySpan<int> records = _records.AsSpan(0, count);
        Span<nint> groups = _groups.AsSpan(0, count);
        _keys.Write(block, records, _rows.Start, _stride);
        GroupSearch.FindOrAdd(_map, _rows.Start, _stride, groups);
        foreach (GroupTarget target in _targets)
        {
            long addend = target.Addend;
            GroupScatter.Run(
                target,
                _map.Totals.CountDistance(target.Member),
                groups,
                target.Column is { } column ? block.Of(column) : &addend,
                target.Column is null ? _zeros.AsSpan(0, count) : records);
        }
    }

    public void Dispose() => _rows.Dispose();
}

/// <summary>Where the values of a block of records are.</summary>
/// <param name="fields">The columns of the row's fields.</param>
/// <param name="first">The block's first record in them.</param>
/// <param name="written">The columns that the method wrote.</param>
/// <param name="texts">Each record's combination of codes.</param>
/// <param name="count">How many records there are.</param>
internal readonly unsafe ref struct GroupValues(byte** fields, int first, byte* written, ReadOnlySpan<uint> texts, int count)
{
    private readonly byte** _fields = fields;
    private readonly byte* _written = written;

    /// <summary>Each record's combination of codes.</summary>
    public ReadOnlySpan<uint> Texts { get; } = texts;

    public int Count => count;

    public int First => first;

    public long* Of(GroupColumn column) => column.Values(_fields, first, _written);
}
