using NearData.Engine.Binding;
using NearData.Storage;
using NearData.Vm;

namespace NearData.Engine.Execution;

/// <summary>
/// One thread's share of an execution: takes row groups until none is left, with a queue pair, a batch and accumulators of its
/// own. Nothing is shared on the way but the list of row groups and two counters.
/// </summary>
internal sealed class ExecutionWorker : IDisposable
{
    /// <summary>
    /// Rows of one batch. Four 8-byte columns of it are 128 KiB, which stays in a core's second-level cache between decoding
    /// and filtering.
    /// </summary>
    public const int BatchRows = 4096;

    /// <summary>Fewer than one row in this many are decoded one by one, which takes about this many times as long as one in a row.</summary>
    private const int FewPart = 4;

    /// <summary>Reads in flight per worker: at 1 MiB each, what a fast device wants to be kept busy.</summary>
    private const int QueueDepth = 16;

    private readonly ExecutionPlan _plan;
    private readonly BufferPool _pool;
    private readonly IReadOnlyList<IDevice> _devices;
    private readonly RecordBatch _batch;
    private readonly QueryRunner _runner;
    private readonly FilterStep _filter;
    private IQueuePair? _queue;
    private int _queueFile = -1;

    public ExecutionWorker(ExecutionPlan plan, IReadOnlyList<IDevice> devices, BufferPool pool)
    {
        _plan = plan;
        _pool = pool;
        _devices = devices;
        QueryProgram query = plan.Program.Query;
        _batch = new RecordBatch(query.Row, plan.Bindings.Select(binding => binding.Field), BatchRows);
        _runner = plan.Program.Compiled.CreateRunner(plan.Parameters);
        _filter = new FilterStep(query, _runner, plan.Guards);
    }

    public long RowsKept { get; private set; }

    /// <summary>Adds this worker's partial results.</summary>
    public void AddResults(MergedResults merged) => merged.Add(_runner);

    public void Run(CancellationToken cancellation)
    {
        while (_plan.TakeRowGroup() is { } task)
        {
            cancellation.ThrowIfCancellationRequested();
            using RowGroupScan scan = RowGroupScan.Read(task, _plan.Bindings, _devices[task.FileIndex].Geometry, QueueOf(task.FileIndex), _pool, cancellation);
            _plan.CountRead(task);
            while (scan.RowsLeft > 0)
            {
                cancellation.ThrowIfCancellationRequested();
                RunBatch(scan);
            }
        }
    }

    public void Dispose()
    {
        _runner.Dispose();
        _batch.Dispose();
        _queue?.Dispose();
    }

    // Row groups come file by file: a worker needs one queue pair at a time, however many files there are.
    private IQueuePair QueueOf(int file)
    {
        if (_queueFile != file || _queue is null)
        {
            _queue?.Dispose();
            _queue = null;
            _queue = _devices[file].OpenQueuePair(QueueDepth);
            _queueFile = file;
        }

        return _queue;
    }

    private void RunBatch(RowGroupScan scan)
    {
        int rows = (int)Math.Min(scan.RowsLeft, BatchRows);
        _batch.Count = rows;
        scan.Advance(rows);
        int kept = _filter.Run(scan, _batch);
        if (kept > 0)
        {
            DecodeKept(scan, kept);
            _runner.Reduce(_batch);
        }

        RowsKept += kept;
        _plan.CountScanned(rows);
    }

    // Only now, and where few are kept only for those: what the filter drops costs no decoding of the columns that reduce alone reads.
    private void DecodeKept(RowGroupScan scan, int kept)
    {
        ReadOnlySpan<int> fields = _plan.Program.Query.ReduceFields.AsSpan();
        if (kept < _batch.Count / FewPart)
        {
            scan.Decode(fields, _batch, _runner.Selection);
        }
        else
        {
            scan.Decode(fields, _batch);
        }
    }
}
