using NearData.Engine.Formats;
using NearData.Engine.Reactors;
using NearData.Storage;

namespace NearData.Engine.Execution;

/// <summary>
/// One reactor's share of an execution: takes parts of files until none is left, reads ahead of the one that it runs over, and stops between
/// batches. It holds memory for whole parts only, so that what it holds always lets it go on.
/// </summary>
internal sealed class ExecutionShare(ExecutionRun run, ExecutionPlan plan, OpenFiles files, ExecutionWorker worker, Tenant tenant)
    : ReactorJob(tenant)
{
    /// <summary>Parts that are asked for at one time, however small they are.</summary>
    private const int MaxLoads = 64;

    private readonly List<PartLoad> _loads = [];
    private PartLoad? _next;
    private PartLoad? _peeked;
    private PartScan? _scan;
    private PartScan? _ended;
    private BufferCache? _cache;
    private bool _isExhausted;

    public override IEnumerable<IDevice> Devices => files.Devices;

    public override bool HasRead => !run.IsStopping && (_scan?.Load.HasRead == true || _loads.Exists(static load => load.HasRead));

    public override bool IsReady => run.IsStopping ? !IsReading
        : _scan?.IsReady ?? (_loads.Exists(static load => load.CanOpen) || (_isExhausted && _loads.Count == 0));

    private bool IsReading => _scan?.Load.IsReading == true || _loads.Exists(static load => load.IsReading);

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

    // What is being scanned waits for its reads; the others are ahead of their time.
    public override JobRead? TakeRead() =>
        (_scan?.Load is { HasRead: true } load ? load : _loads.Find(static load => load.HasRead)!).TakeRead(_cache!);

    public override void EndRead(in JobRead read, StorageException? error)
    {
        ((PartLoad)read.Owner!).EndRead(read, _cache!, error);
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
        if (_scan.IsEnded)
        {
            EndScan(_scan);
        }

        return JobState.Running;
    }

    public override void Fail(Exception failure) => run.Fail(failure);

    public override void End() => run.Leave();

    /// <summary>Whether to take another part now.</summary>
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
        foreach (PartLoad load in _loads)
        {
            bytes += load.BytesMissed;
        }

        return bytes;
    }

    private PartLoad? Peek()
    {
        if (_next is null && plan.Peek() is { } task && !ReferenceEquals(_peeked?.Task, task))
        {
            _peeked = LoadOf(task);
        }

        return _next ?? _peeked;
    }

    private PartLoad? TakeNext()
    {
        ScanTask? task = plan.Take();
        _isExhausted = task is null;
        return task is null ? null : ReferenceEquals(_peeked?.Task, task) ? _peeked : LoadOf(task);
    }

    private PartLoad LoadOf(ScanTask task) => task.Load(plan.Stored, files[task.FileIndex]);

    private PartScan OpenScan()
    {
        PartLoad load = _loads.Find(static load => load.CanOpen)!;
        PartScan scan = _ended is null ? load.Open() : load.Open(_ended);
        _ended = null;
        _loads.Remove(load);
        plan.CountRead(load.BytesMissed);
        worker.Begin(scan);
        return scan;
    }

    private void EndScan(PartScan scan)
    {
        _scan = null;
        if (scan.CanServeAgain)
        {
            scan.Load.Release();
            _ended = scan;
        }
        else
        {
            scan.Dispose();
        }
    }

    private void Release()
    {
        _scan?.Dispose();
        _scan = null;
        _ended?.Dispose();
        _ended = null;
        _loads.ForEach(load => load.Release());
        _loads.Clear();
    }
}
