namespace NearData.Storage;

/// <summary>
/// A range of a file's bytes in memory, which the cache may hold and several readers may use. Each <see cref="BufferCache.Find"/> and each
/// <see cref="BufferCache.Add"/> is one use, as is each <see cref="Use"/>, ended by one <see cref="Release"/>; the memory goes back when the last use ended and the cache
/// let go of it too.
/// </summary>
public sealed class CachedRange
{
    private readonly long _start;
    private readonly BufferLease _lease;
    private readonly Action _idle;
    private int _uses = 1;

    /// <param name="file">The version that it is of.</param>
    /// <param name="start">From the file's start.</param>
    /// <param name="lease">Its bytes; its own from now on.</param>
    /// <param name="parts">Offsets in the file under which it is asked for.</param>
    /// <param name="idle">Told when nobody uses it beside the cache.</param>
    internal CachedRange(FileVersion file, long start, BufferLease lease, long[] parts, Action idle)
    {
        File = file;
        Parts = parts;
        Bytes = lease.Footprint;
        _start = start;
        _lease = lease;
        _idle = idle;
        Recency = new LinkedListNode<CachedRange>(this);
        Queue = new LinkedListNode<CachedRange>(this);
    }

    internal FileVersion File { get; }

    /// <summary>Offsets in the file under which it is asked for.</summary>
    internal long[] Parts { get; }

    /// <summary>Of the pool.</summary>
    internal long Bytes { get; }

    /// <summary>Of the file.</summary>
    internal long Length => _lease.Memory.Length;

    internal CacheState State { get; set; }

    /// <summary>Its place among all ranges by the time of their last use.</summary>
    internal LinkedListNode<CachedRange> Recency { get; }

    /// <summary>Its place among those that are to go, or among those that went.</summary>
    internal LinkedListNode<CachedRange> Queue { get; }

    /// <summary>Whether somebody uses it, beside the cache itself.</summary>
    internal bool IsInUse => Volatile.Read(ref _uses) > 1;

    /// <summary>Some of its bytes, until <see cref="Release"/>.</summary>
    /// <param name="offset">From the file's start.</param>
    /// <param name="length">Bytes.</param>
    public ReadOnlyMemory<byte> Slice(long offset, long length) => _lease.Memory.Slice((int)(offset - _start), (int)length);

    /// <summary>Ends one use.</summary>
    public void Release()
    {
        switch (Interlocked.Decrement(ref _uses))
        {
            case 0:
                _lease.Dispose();
                break;
            case 1:
                _idle();
                break;
        }
    }

    /// <summary>Starts another use, while there is one already.</summary>
    public void Use() => Interlocked.Increment(ref _uses);

    internal bool Holds(long offset, long length) => offset >= _start && offset + length <= _start + _lease.Memory.Length;
}

/// <summary>Where a range stands with its cache (LIRS's names in brackets).</summary>
internal enum CacheState
{
    /// <summary>The cache doesn't know it.</summary>
    Unknown,

    /// <summary>Used again soon after its last use: stays (LIR).</summary>
    Hot,

    /// <summary>In memory until its turn to go comes (resident HIR).</summary>
    Cold,

    /// <summary>No longer in memory, but remembered: if it is read again soon, it is hot (non-resident HIR).</summary>
    Ghost,
}
