using NearData.Storage;

namespace NearData.Engine.Reactors;

/// <summary>The reads of one reactor's jobs: taken in fair order while the queue has room, tried again where that helps. One thread.</summary>
internal sealed class ReactorReads : IDisposable
{
    /// <summary>A transient device error is worth as many tries as this; NVMe drivers give up in the same order of magnitude.</summary>
    private const int MaxAttempts = 3;

    private readonly IQueuePair _queue;
    private readonly FairShare _order;
    private readonly Pending[] _pending;
    private readonly Stack<int> _free;
    private readonly Queue<int> _waiting;
    private readonly ReadCompletion[] _completions;

    public ReactorReads(IQueuePair queue, FairShare order)
    {
        _queue = queue;
        _order = order;
        _pending = new Pending[queue.Depth];
        _free = new Stack<int>(Enumerable.Range(0, queue.Depth));
        _waiting = new Queue<int>(queue.Depth);
        _completions = new ReadCompletion[queue.Depth];
    }

    public int InFlight => _queue.InFlight;

    /// <summary>Fills the queue: what is tried again first, then the jobs' next reads.</summary>
    public void Submit()
    {
        while (_waiting.TryPeek(out int slot) && TrySubmit(slot))
        {
            _waiting.Dequeue();
        }

        while (_waiting.Count == 0 && _free.Count > 0 && _order.Next(static job => job.HasRead) is { } job)
        {
            if (job.TakeRead() is not { } read)
            {
                continue;
            }

            int slot = _free.Pop();
            _pending[slot] = new Pending(job, read, Attempts: 1);
            _order.Charge(job, read.Buffer.Length);
            if (!TrySubmit(slot))
            {
                _waiting.Enqueue(slot);
            }
        }
    }

    /// <summary>Hands over what was submitted and gives jobs the reads that ended.</summary>
    public void Collect(ReadWait wait)
    {
        int count = wait == ReadWait.ForOne ? _queue.Wait(_completions) : _queue.Poll(_completions);
        foreach (ReadCompletion completion in _completions.AsSpan(0, count))
        {
            ref Pending pending = ref _pending[completion.Tag];
            if (completion.Error is { IsTransient: true } && pending.Attempts < MaxAttempts)
            {
                pending = pending with { Attempts = pending.Attempts + 1 };
                _waiting.Enqueue(completion.Tag);
            }
            else
            {
                (ReactorJob job, JobRead read, _) = pending;
                pending = default;
                _free.Push(completion.Tag);
                End(job, read, completion.Error);
            }
        }
    }

    public void Release(IDevice device) => _queue.Release(device);

    public void ReleaseSlabs() => _queue.ReleaseSlabs();

    public void Dispose() => _queue.Dispose();

    private static void End(ReactorJob job, in JobRead read, StorageException? error)
    {
        try
        {
            job.EndRead(read, error);
        }
        catch (Exception failure)
        {
            job.Fail(failure);
        }
    }

    private bool TrySubmit(int slot)
    {
        JobRead read = _pending[slot].Read;
        return _queue.TrySubmit(new ReadRequest(slot, read.Device, read.Offset, read.Buffer));
    }

    private readonly record struct Pending(ReactorJob Job, JobRead Read, int Attempts);
}

/// <summary>Whether collecting waits.</summary>
internal enum ReadWait
{
    None,
    ForOne,
}
