using System.Diagnostics.CodeAnalysis;
using NearData.Engine.Binding;
using NearData.Engine.Pruning;
using NearData.Parquet;
using NearData.Storage;
using NearData.Verifier;
using NearData.Vm;

namespace NearData.Engine.Execution;

/// <summary>
/// One row group of one file: reads the chunks of the bound columns through a queue pair into one lease, then decodes them
/// batch by batch. One thread.
/// </summary>
internal sealed class RowGroupScan : IDisposable
{
    private readonly BufferLease _lease;
    private readonly BoundColumn[] _columns;

    private RowGroupScan(BufferLease lease, BoundColumn[] columns, RowGroupTask task)
    {
        _lease = lease;
        Filter = task.Filter;
        _columns = columns;
        RowsLeft = task.Group.RowCount;
    }

    /// <summary>What the filter was proven to do with the rows.</summary>
    public FilterOutcome Filter { get; }

    public long RowsLeft { get; private set; }

    /// <summary>Reads all chunks; returns when the last byte has come.</summary>
    public static RowGroupScan Read(
        RowGroupTask task, IReadOnlyList<FieldBinding> bindings, DeviceGeometry geometry, IQueuePair queue, BufferPool pool, CancellationToken cancellation)
    {
        ColumnChunk[] chunks = [.. bindings.Select(binding => task.ChunkOf(binding.Column.Name))];
        ReadPlan plan = new(chunks, geometry);
        BufferLease lease = pool.Rent(plan.BufferLength, cancellation);
        try
        {
            new ChunkReads(queue, plan, lease.Memory, cancellation).Run();
            BoundColumn[] columns =
                [.. bindings.Select((binding, i) => BoundColumn.Open(binding, ColumnReader.Open(task.File.Name, chunks[i], plan.ChunkIn(lease.Memory, i))))];
            return new RowGroupScan(lease, columns, task);
        }
        catch
        {
            lease.Dispose();
            throw;
        }
    }

    /// <summary>Moves on by one batch; columns that are not decoded for it are skipped when they are next asked for.</summary>
    public void Advance(int rows)
    {
        RowsLeft -= rows;
        foreach (BoundColumn column in _columns)
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
        foreach (BoundColumn column in _columns)
        {
            column.Dispose();
        }

        _lease.Dispose();
    }

    private BoundColumn ColumnOf(int field)
    {
        foreach (BoundColumn column in _columns)
        {
            if (column.Field == field)
            {
                return column;
            }
        }

        throw new ArgumentException($"Field {field} isn't bound.", nameof(field));
    }
}
