using NearData.Engine.Explanation;
using NearData.Storage;

namespace NearData.Engine.Reactors;

/// <summary>
/// A node's reactors, with the devices that they read and the memory that they share. Thread-safe. Disposing it fails the jobs that are
/// still there and waits for the reads in flight.
/// </summary>
public sealed class ReactorGroup : IDisposable
{
    private readonly Reactor[] _reactors;
    private readonly Lock _placing = new();
    private bool _isDisposed;

    /// <param name="devices">What is read.</param>
    /// <param name="pool">Memory to read into; not owned.</param>
    /// <param name="cache">What is kept of it; out of the same pool, not owned.</param>
    /// <param name="options">How many reactors, and where.</param>
    public ReactorGroup(IFileDevices devices, BufferPool pool, BufferCache cache, ReactorOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Count, 1);
        Devices = devices;
        Pool = pool;
        Cache = cache;
        pool.Returned += WakeLine;
        cache.Idle += WakeLine;
        cache.Pending.AwaitedEnded += WakeAll;
        _reactors = [.. Enumerable.Range(0, options.Count).Select(index => new Reactor(this, index, options))];
    }

    public int Count => _reactors.Length;

    public IFileDevices Devices { get; }

    public BufferCache Cache { get; }

    /// <summary>How fast its executions were.</summary>
    public StepRates Rates { get; } = new();

    internal BufferPool Pool { get; }

    internal MemoryLine Line { get; } = new();

    /// <summary>Gives each of several jobs to a reactor of its own, those with the least to do first; further ones go around.</summary>
    /// <exception cref="ObjectDisposedException">The group is disposed.</exception>
    public void Start(IReadOnlyList<ReactorJob> jobs)
    {
        lock (_placing)
        {
            // Before the first is given away: they start together or not at all.
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            Reactor[] idlest = [.. _reactors.OrderBy(reactor => reactor.JobCount)];
            for (int i = 0; i < jobs.Count; i++)
            {
                idlest[i % idlest.Length].Post(jobs[i]);
            }
        }
    }

    /// <summary>Has every reactor look at its jobs again, after something changed that they couldn't see.</summary>
    public void Wake()
    {
        lock (_placing)
        {
            if (!_isDisposed)
            {
                Array.ForEach(_reactors, reactor => reactor.Wake());
            }
        }
    }

    public void Dispose()
    {
        lock (_placing)
        {
            if (_isDisposed)
            {
                return;
            }

            _isDisposed = true;
            Array.ForEach(_reactors, reactor => reactor.Stop());
        }

        Pool.Returned -= WakeLine;
        Cache.Idle -= WakeLine;
        Cache.Pending.AwaitedEnded -= WakeAll;
        Array.ForEach(_reactors, reactor => reactor.Dispose());
    }

    private void WakeAll(object? sender, EventArgs arguments) => Wake();

    // There is memory, or what can make room for it.
    private void WakeLine(object? sender, EventArgs arguments)
    {
        if (!Line.IsEmpty)
        {
            Wake();
        }
    }
}
