using System.Diagnostics.CodeAnalysis;
using NearData.Engine.Pruning;
using NearData.Verifier;
using NearData.Vm;

namespace NearData.Engine.Execution;

/// <summary>One row group in memory, decoded batch by batch. One thread.</summary>
internal sealed class RowGroupScan(RowGroupLoad load, BoundColumn[] columns) : IDisposable
{
    /// <summary>What the filter was proven to do with the rows.</summary>
    public FilterOutcome Filter => load.Task.Filter;

    public long RowsLeft { get; private set; } = load.Task.Group.RowCount;

    /// <summary>Moves on by one batch; columns that are not decoded for it are skipped when they are next asked for.</summary>
    public void Advance(int rows)
    {
        RowsLeft -= rows;
        foreach (BoundColumn column in columns)
        {
            column.Begin(rows);
        }
    }

    /// <summary>Decodes the current batch of some columns, by field.</summary>
    public void Decode(ReadOnlySpan<int> fields, RecordBatch batch)
    {
        foreach (int field in fields)
        {
            ColumnOf(field).Decode(batch);
        }
    }

    /// <summary>As <see cref="Decode(ReadOnlySpan{int}, RecordBatch)"/>, where only some rows will be looked at.</summary>
    public void Decode(ReadOnlySpan<int> fields, RecordBatch batch, ReadOnlySpan<int> rows)
    {
        foreach (int field in fields)
        {
            ColumnOf(field).Decode(batch, rows);
        }
    }

    /// <summary>See <see cref="BoundColumn.TryReadCodes"/>.</summary>
    public bool TryReadCodes(int field, RecordBatch batch, FilterGuards guards, out ReadOnlySpan<uint> codes, [NotNullWhen(true)] out CodeTable? table) =>
        ColumnOf(field).TryReadCodes(batch, guards, out codes, out table);

    public void Dispose()
    {
        foreach (BoundColumn column in columns)
        {
            column.Dispose();
        }

        load.Release();
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
