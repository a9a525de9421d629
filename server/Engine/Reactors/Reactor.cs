using System.Diagnostics;
using NearData.Storage;

namespace NearData.Engine.Reactors;

/// <summary>
/// One thread that does its jobs' work to completion: it submits their reads to a queue pair of its own, takes completions, and runs one turn
/// of one job at a time. It waits only when no job is ready: for a read if one is in flight, else to be woken. A job that comes while it
/// waits for a read is taken up when that read ends.
/// </summary>
internal sealed class Reactor : IDisposable
{
    /// <summary>
    /// Bytes that a node's reactors together have asked for ahead of their work. A device that gives 4 GB/s takes 2 ms for them, many times as
    /// long as it takes to answer: more would be memory alone, and a row group that is larger is read ahead of the next one all the same.
    /// </summary>
    private const long ReadAhead = 8 << 20;

    /// <summary>
    /// After so long without work a reactor gives its buffers back: one query after the other finds them still there, and mapping them anew takes
    /// less than a thousandth of it.
    /// </summary>
    private static readonly TimeSpan IdleTime = TimeSpan.FromSeconds(1);

    private readonly ReactorGroup _group;
    private readonly ReactorOptions _options;
    private readonly int _index;
    private readonly ReactorMemory _memory;
    private readonly Thread _thread;
    private readonly AutoResetEvent _wake = new(initialState: false);

    private readonly Lock _lock = new();
    private readonly List<ReactorJob> _posted = [];
    private bool _isStopping;
    private int _jobCount;

    // The thread's own from here on.
    private readonly List<ReactorJob> _jobs = [];
    private readonly FairShare _turns = new();
    private readonly FairShare _reads = new();

    public Reactor(ReactorGroup group, int index, ReactorOptions options)
    {
        _group = group;
        _options = options;
        _index = index;
        _memory = new ReactorMemory(group, index);
        _thread = new Thread(Run) { IsBackground = true, Name = $"reactor {index}" };
        _thread.Start();
    }

    /// <summary>Jobs that are not done.</summary>
    public int JobCount => Volatile.Read(ref _jobCount);

    public void Post(ReactorJob job)
    {
        lock (_lock)
        {
            _posted.Add(job);
            _jobCount++;
        }

        Wake();
    }

    public void Wake() => _wake.Set();

    public void Stop()
    {
        lock (_lock)
        {
            _isStopping = true;
        }

        Wake();
    }

    /// <summary>After <see cref="Stop"/>: waits for the thread.</summary>
    public void Dispose()
    {
        _thread.Join();
        _wake.Dispose();
    }

    private void Run()
    {
        if (_options.Placement == ReactorPlacement.Pinned)
        {
            _ = ProcessorAffinity.TryPin(_index);
        }

        using ReactorReads reads = new(_group.Devices.OpenQueuePair(_options.QueueDepth), _reads);
        while (Accept())
        {
            _memory.ReadAhead = ReadAhead / _options.Count / Math.Max(_jobs.Count, 1);
            foreach (ReactorJob job in _jobs)
            {
                Prepare(job);
            }

            reads.Submit();
            if (_turns.Next(static job => job.IsReady) is { } next)
            {
                reads.Collect(ReadWait.None);
                TakeTurn(next, reads);
            }
            else if (reads.InFlight > 0)
            {
                reads.Collect(ReadWait.ForOne);
            }
            else if (!_wake.WaitOne(IdleTime))
            {
                Trim(reads);
                _wake.WaitOne();
            }
        }
    }

    private void Trim(ReactorReads reads)
    {
        if (_group.Pool.Trim(_index))
        {
            reads.ReleaseSlabs();
        }
    }

    /// <summary>Takes up new jobs; false when there are none left and none will come.</summary>
    private bool Accept()
    {
        bool isStopping;
        lock (_lock)
        {
            foreach (ReactorJob job in _posted)
            {
                _jobs.Add(job);
                _turns.Add(job);
                _reads.Add(job);
            }

            _posted.Clear();
            isStopping = _isStopping;
        }

        if (isStopping)
        {
            _jobs.ForEach(job => job.Fail(new ObjectDisposedException(nameof(ReactorGroup), "The node is stopping.")));
        }

        return !isStopping || _jobs.Count > 0;
    }

    private void Prepare(ReactorJob job)
    {
        try
        {
            job.Prepare(_memory);
        }
        catch (Exception failure)
        {
            job.Fail(failure);
        }
    }

    private void TakeTurn(ReactorJob job, ReactorReads reads)
    {
        long start = Stopwatch.GetTimestamp();
        JobState state = JobState.Running;
        try
        {
            state = job.TakeTurn();
        }
        catch (Exception failure)
        {
            job.Fail(failure);
        }

        _turns.Charge(job, Stopwatch.GetTimestamp() - start);
        if (state == JobState.Done)
        {
            _jobs.Remove(job);
            _turns.Remove(job);
            _reads.Remove(job);
            _memory.LeaveLine(job);
            foreach (IDevice device in job.Devices)
            {
                reads.Release(device);
            }

            Interlocked.Decrement(ref _jobCount);
            job.End();
        }
    }
}
