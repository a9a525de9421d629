using System.Diagnostics.CodeAnalysis;
using NearData.Engine.Pruning;
using NearData.Vm;

namespace NearData.Engine.Formats.Parquet;

/// <summary>One row group in memory, and then others: decoders, dictionaries and tables are made once for a share.</summary>
internal sealed class RowGroupScan(RowGroupLoad load, BoundColumn[] columns) : PartScan(load)
{
    private long _left = load.RowCount;

    public override bool IsEnded => _left == 0;

    public override bool CanServeAgain => true;

    /// <summary>Goes on with another row group, in memory too, of the same execution.</summary>
    public void Restart(RowGroupLoad next)
    {
        Load = next;
        _left = next.RowCount;
        for (int i = 0; i < columns.Length; i++)
        {
            next.Restart(i, columns[i]);
        }
    }

    public override int Advance(int most)
    {
        int rows = (int)Math.Min(_left, most);
        _left -= rows;
        foreach (BoundColumn column in columns)
        {
            column.Begin(rows);
        }

        return rows;
    }

    public override void Decode(ReadOnlySpan<int> fields, RecordBatch batch)
    {
        foreach (int field in fields)
        {
            ColumnOf(field).Decode(batch);
        }
    }

    public override void Decode(ReadOnlySpan<int> fields, RecordBatch batch, ReadOnlySpan<int> rows)
    {
        foreach (int field in fields)
        {
            ColumnOf(field).Decode(batch, rows);
        }
    }

    public override bool TryReadCodes(int field, RecordBatch batch, FilterGuards guards, out ReadOnlySpan<uint> codes, [NotNullWhen(true)] out CodeTable? table) =>
        ColumnOf(field).TryReadCodes(batch, guards, out codes, out table);

    public override void Dispose()
    {
        foreach (BoundColumn column in columns)
        {
            column.Dispose();
        }

        base.Dispose();
    }

    private BoundColumn ColumnOf(int field)
    {
        foreach (BoundColumn column in columns)
        {
            if (column.Field == field)
            {
                return column;
            }
        }

        throw new ArgumentException($"Field {field} isn't bound.", nameof(field));
    }
}
