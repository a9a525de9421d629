using System.Buffers.Binary;
using System.Text;
using NearData.Contracts.V1;
using Int128 = System.Int128;

namespace NearData.Client;

/// <summary>The groups that an execution made in one map, as rows: the parts of the key, then the totals. Any thread.</summary>
public sealed class GroupRows
{
    private const int WideBytes = 16;

    private readonly GroupTable _table;
    private readonly List<GroupChunk> _pieces;
    private readonly List<int> _starts = [];

    internal GroupRows(GroupTable table, List<GroupChunk> pieces)
    {
        _table = table;
        _pieces = pieces;
        int start = 0;
        foreach (GroupChunk piece in pieces)
        {
            _starts.Add(start);
            start += (int)piece.Rows;
        }
    }

    /// <summary>The map's name.</summary>
    public string Map => _table.Map;

    public int Count => (int)_table.Rows;

    public IReadOnlyList<GroupColumn> Columns => _table.Columns;

    /// <summary>The index of a column.</summary>
    /// <exception cref="KeyNotFoundException">There is none of this name.</exception>
    public int ColumnOf(string name)
    {
        for (int column = 0; column < Columns.Count; column++)
        {
            if (string.Equals(Columns[column].Name, name, StringComparison.Ordinal))
            {
                return column;
            }
        }

        throw new KeyNotFoundException($"Groups of {Map} have no column '{name}'; they have {string.Join(", ", Columns.Select(column => column.Name))}.");
    }

    /// <summary>An integer: of a key, or an exact total.</summary>
    /// <exception cref="InvalidOperationException">The column is text.</exception>
    public Int128 Number(int row, int column)
    {
        GroupColumn described = Columns[column];
        if (described.Text)
        {
            throw new InvalidOperationException($"Column '{described.Name}' is text.");
        }

        ReadOnlySpan<byte> bytes = Bytes(row, column);
        bool isNegative = (described.Signed || bytes.Length == WideBytes) && (sbyte)bytes[^1] < 0;
        Span<byte> wide = stackalloc byte[WideBytes];
        wide.Fill(isNegative ? byte.MaxValue : (byte)0);
        bytes.CopyTo(wide);
        return BinaryPrimitives.ReadInt128LittleEndian(wide);
    }

    /// <inheritdoc cref="Number(int, int)"/>
    public Int128 Number(int row, string column) => Number(row, ColumnOf(column));

    /// <summary>Text of a key, up to its first zero.</summary>
    /// <exception cref="InvalidOperationException">The column is an integer.</exception>
    public string Text(int row, int column)
    {
        if (!Columns[column].Text)
        {
            throw new InvalidOperationException($"Column '{Columns[column].Name}' is an integer.");
        }

        ReadOnlySpan<byte> bytes = Bytes(row, column);
        int end = bytes.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? bytes : bytes[..end]);
    }

    /// <inheritdoc cref="Text(int, int)"/>
    public string Text(int row, string column) => Text(row, ColumnOf(column));

    private ReadOnlySpan<byte> Bytes(int row, int column)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)Count);
        int piece = _starts.BinarySearch(row);
        piece = piece < 0 ? ~piece - 1 : piece;
        ReadOnlySpan<byte> bytes = _pieces[piece].Columns[column].Span;
        int width = bytes.Length / (int)_pieces[piece].Rows;
        return bytes.Slice((row - _starts[piece]) * width, width);
    }
}
