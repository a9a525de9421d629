using NearData.Engine.Binding;
using NearData.Isa.Programs;
using NearData.Parquet;
using NearData.Storage;

namespace NearData.Engine.Execution;

/// <summary>
/// One row group of one file: reads the chunks of the bound columns through a queue pair into one lease, then decodes them
/// batch by batch. One thread.
/// </summary>
internal sealed class RowGroupScan : IDisposable
{
    private readonly BufferLease _lease;
    private readonly BoundColumn[] _columns;

    private RowGroupScan(BufferLease lease, BoundColumn[] columns, long rowCount)
    {
        _lease = lease;
        _columns = columns;
        RowsLeft = rowCount;
    }

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
                [.. bindings.Select((binding, i) => new BoundColumn(binding, ColumnReader.Open(task.File.Name, chunks[i], plan.ChunkIn(lease.Memory, i))))];
            return new RowGroupScan(lease, columns, task.Group.RowCount);
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
    public void Decode(IEnumerable<int> fields, Vm.RecordBatch batch)
    {
        foreach (int field in fields)
        {
            Array.Find(_columns, column => column.Field == field)!.Decode(batch);
        }
    }

    public void Dispose()
    {
        foreach (BoundColumn column in _columns)
        {
            column.Dispose();
        }

        _lease.Dispose();
    }
}
