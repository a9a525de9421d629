using NearData.Engine.Reactors;
using NearData.Storage;

namespace NearData.Engine.Formats;

/// <summary>
/// Loads parts of files on the caller's thread, for those who look at a few rows and aren't jobs of a reactor. It keeps nothing. One thread.
/// </summary>
internal sealed class BlockingReads(IFileDevices devices) : ILoadMemory, IDisposable
{
    /// <summary>Bytes of one part, all columns together.</summary>
    private const long MostBytes = 1L << 30;

    private readonly BufferPool _pool = new(MostBytes);
    private readonly IQueuePair _queue = devices.OpenQueuePair(1);
    private readonly ReadCompletion[] _completion = new ReadCompletion[1];
    private BufferCache? _cache;

    public IFileDevices Devices => devices;

    public BufferCache Cache => _cache ??= new BufferCache(_pool, capacity: 0);

    public bool TryRent(ReadOnlySpan<long> lengths, Span<BufferLease> leases) => _pool.TryRent(lengths, leases);

    /// <summary>The rows of a part.</summary>
    /// <exception cref="BufferLimitException">It takes too much memory.</exception>
    /// <exception cref="StorageException">The device failed.</exception>
    public PartScan Open(PartLoad load)
    {
        if (!load.TryPrepare(this))
        {
            throw new BufferLimitException(_pool.Rented, MostBytes);
        }

        try
        {
            Read(load, static load => load.CanOpen);
            return load.Open();
        }
        catch
        {
            load.Release();
            throw;
        }
    }

    /// <summary>As <see cref="PartScan.Advance"/>, with the reads that it waits for.</summary>
    public int Advance(PartScan scan, int most)
    {
        int rows = 0;
        while (rows == 0 && !scan.IsEnded)
        {
            Read(scan.Load, _ => scan.IsReady);
            rows = scan.Advance(most);
        }

        return rows;
    }

    /// <summary>Lets go of a file before it is closed.</summary>
    public void Release(IDevice device) => _queue.Release(device);

    public void Dispose()
    {
        _queue.Dispose();
        _cache?.Dispose();
        _pool.Dispose();
    }

    private void Read(PartLoad load, Func<PartLoad, bool> isEnough)
    {
        while (!isEnough(load) && load.HasRead)
        {
            // Nobody else reads for its cache, which keeps nothing.
            JobRead read = load.TakeRead(Cache)!.Value;
            // There is room, and a completion: no other read is in flight.
            _queue.TrySubmit(new ReadRequest(0, read.Device, read.Offset, read.Buffer));
            _queue.Wait(_completion);
            load.EndRead(read, Cache, _completion[0].Error);
            if (_completion[0].Error is { } error)
            {
                throw error;
            }
        }
    }
}
