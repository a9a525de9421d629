using NearData.Engine.Execution;
using NearData.Engine.Reactors;
using NearData.Storage;

namespace NearData.Engine.Formats;

/// <summary>
/// Brings a part of a file into memory by a reactor's reads: the whole of it before it is scanned (<see cref="RangesLoad"/>), or window by
/// window while it is. It is prepared, then read until it <see cref="CanOpen"/>, then opened once; the scan owns what it holds from there on,
/// and reads go on as long as it has some. Once it is prepared it needs no more memory to come to its end. One thread.
/// </summary>
internal abstract class PartLoad(ScanTask task)
{
    public ScanTask Task => task;

    /// <summary>Bytes of the part that the device gives; known when it is prepared.</summary>
    public long BytesMissed { get; protected set; }

    /// <summary>Whether <see cref="Open"/> can be called: all that the scan needs to begin is in memory.</summary>
    public abstract bool CanOpen { get; }

    /// <summary>Whether <see cref="TakeRead"/> may have one.</summary>
    public abstract bool HasRead { get; }

    /// <summary>Whether a read is in flight.</summary>
    public abstract bool IsReading { get; }

    /// <summary>Whether all that it needs is in the cache now.</summary>
    public abstract bool IsCached(BufferCache cache);

    /// <summary>
    /// Takes what the cache has and memory for all the rest; false, holding nothing, when there isn't enough of it.
    /// </summary>
    /// <exception cref="BufferLimitException">The part can never be had.</exception>
    public abstract bool TryPrepare(ILoadMemory memory);

    /// <summary>The next read; its owner is this load. Null where another load reads that already, or has read it.</summary>
    public abstract JobRead? TakeRead(BufferCache cache);

    /// <summary>A read ended well or not.</summary>
    public abstract void EndRead(in JobRead read, BufferCache cache, StorageException? error);

    /// <summary>The rows.</summary>
    public abstract PartScan Open();

    /// <summary>As <see cref="Open()"/>, in the memory of a scan that has ended, where it serves.</summary>
    /// <param name="ended">One that <see cref="PartScan.CanServeAgain"/>; the load's now.</param>
    public virtual PartScan Open(PartScan ended)
    {
        ended.Dispose();
        return Open();
    }

    /// <summary>Gives all memory back. No read may be in flight.</summary>
    public abstract void Release();
}

/// <summary>Where loads take memory from.</summary>
internal interface ILoadMemory
{
    /// <summary>What was read lately.</summary>
    BufferCache Cache { get; }

    /// <summary>Rents buffers, all or none.</summary>
    /// <param name="lengths">Bytes of each.</param>
    /// <param name="leases">Filled when it succeeds.</param>
    /// <exception cref="BufferLimitException">They can't be had even while nobody holds any.</exception>
    bool TryRent(ReadOnlySpan<long> lengths, Span<BufferLease> leases);
}
