using NearData.Engine.Reactors;
using NearData.Storage;

namespace NearData.Engine.Execution;

/// <summary>
/// One reactor's share of an execution: takes row groups until none is left, reads ahead of the one that it runs over, and stops between
/// batches. It holds memory for whole row groups only, so that what it holds always lets it go on.
/// </summary>
internal sealed class ExecutionShare(ExecutionRun run, ExecutionPlan plan, IReadOnlyList<OpenFile> files, ExecutionWorker worker, Tenant tenant)
    : ReactorJob(tenant)
{
    /// <summary>Row groups that are asked for at one time, however small they are.</summary>
    private const int MaxLoads = 64;

    private readonly List<RowGroupLoad> _loads = [];
    private RowGroupLoad? _next;
    private RowGroupLoad? _peeked;
    private RowGroupScan? _scan;
    private BufferCache? _cache;
    private bool _isExhausted;

    public override IEnumerable<IDevice> Devices => files.Select(file => file.Device);

    public override bool HasRead => !run.IsStopping && _loads.Exists(static load => load.HasRead);

    public override bool IsReady => run.IsStopping
        ? !_loads.Exists(static load => load.IsReading)
        : _scan is not null || _loads.Exists(static load => load.IsComplete) || (_isExhausted && _loads.Count == 0);

    public override void Prepare(ReactorMemory memory)
    {
        _cache = memory.Cache;
        while (!run.IsStopping && Wants(memory) && (_next ??= TakeNext()) is { } load)
        {
            bool isFirst = _scan is null && _loads.Count == 0;
            if (isFirst ? !memory.StandInLine(this) : !memory.HasSpare)
            {
                return;
            }

            if (!load.TryPrepare(memory))
            {
                return;
            }

            if (isFirst)
            {
                memory.LeaveLine(this);
            }

            _loads.Add(load);
            _next = null;
        }
    }

    public override JobRead TakeRead() => _loads.Find(static load => load.HasRead)!.TakeRead();

    public override void EndRead(in JobRead read, StorageException? error)
    {
        ((RowGroupLoad)read.Owner!).EndRead(read, _cache!, error);
        if (error is not null)
        {
            run.Fail(error);
        }
    }

    public override JobState TakeTurn()
    {
        if (run.IsStopping || (_isExhausted && _scan is null && _loads.Count == 0))
        {
            Release();
            return JobState.Done;
        }

        _scan ??= OpenScan();
        worker.RunBatch(_scan);
        if (_scan.RowsLeft == 0)
        {
            _scan.Dispose();
            _scan = null;
        }

        return JobState.Running;
    }

    public override void Fail(Exception failure) => run.Fail(failure);

    public override void End() => run.Leave();

    /// <summary>Whether to take another row group now.</summary>
    private bool Wants(ReactorMemory memory)
    {
        if (_isExhausted || _loads.Count == MaxLoads)
        {
            return false;
        }

        // One that needs no reads is left until it is its turn: another reactor may be idle by then.
        bool hasWork = _scan is not null || _loads.Count > 0;
        return !hasWork || (BytesAhead() < memory.ReadAhead && Peek()?.IsCached(memory.Cache) != true);
    }

    private long BytesAhead()
    {
        long bytes = 0;
        foreach (RowGroupLoad load in _loads)
        {
            bytes += load.BytesMissed;
        }

        return bytes;
    }

    private RowGroupLoad? Peek()
    {
        if (_next is null && plan.PeekRowGroup() is { } task && !ReferenceEquals(_peeked?.Task, task))
        {
            _peeked = LoadOf(task);
        }

        return _next ?? _peeked;
    }

    private RowGroupLoad? TakeNext()
    {
        RowGroupTask? task = plan.TakeRowGroup();
        _isExhausted = task is null;
        return task is null ? null : ReferenceEquals(_peeked?.Task, task) ? _peeked : LoadOf(task);
    }

    private RowGroupLoad LoadOf(RowGroupTask task) => new(task, plan.Bindings, files[task.FileIndex]);

    private RowGroupScan OpenScan()
    {
        RowGroupLoad load = _loads.Find(static load => load.IsComplete)!;
        RowGroupScan scan = load.Open();
        _loads.Remove(load);
        plan.CountRead(load.BytesMissed);
        return scan;
    }

    private void Release()
    {
        _scan?.Dispose();
        _scan = null;
        _loads.ForEach(load => load.Release());
        _loads.Clear();
    }
}
