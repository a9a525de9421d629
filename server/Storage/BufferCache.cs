namespace NearData.Storage;

/// <summary>
/// Ranges of files that were read lately, such as column chunks, kept in the pool's buffers, with a limit of their own. A range is known
/// by its file's version: one that was replaced or changed is another file. Readers use what it holds in place; what nobody uses makes
/// room for who rents. Thread-safe.
/// </summary>
public sealed class BufferCache : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<Key, CachedRange> _ranges = [];
    private readonly LirsOrder _order;
    private readonly BufferPool _pool;
    private CacheStatistics _counted;

    /// <param name="pool">Where its memory comes from; not owned.</param>
    /// <param name="capacity">The most bytes that are kept; 0 keeps none.</param>
    public BufferCache(BufferPool pool, long capacity)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(capacity);
        _pool = pool;
        _order = new LirsOrder(capacity, Forget);
        Capacity = capacity;
    }

    /// <summary>After a range came out of use, so that it can make room. Raised by whichever thread ended its last use.</summary>
    public event EventHandler? Idle;

    /// <summary>What is being read for it right now.</summary>
    public PendingReads Pending { get; } = new();

    /// <summary>The most bytes that are kept.</summary>
    public long Capacity { get; }

    public CacheStatistics Statistics
    {
        get
        {
            lock (_lock)
            {
                return _counted with { Bytes = _order.Bytes };
            }
        }
    }

    /// <summary>The range that holds a part of a file, in use until it is released; null when it has to be read.</summary>
    /// <param name="file">The file's version.</param>
    /// <param name="offset">The part's start; one of those that a range was added under.</param>
    /// <param name="length">Bytes.</param>
    /// <param name="within">Where a larger part starts that may be here instead.</param>
    public CachedRange? Find(in FileVersion file, long offset, long length, long? within = null)
    {
        lock (_lock)
        {
            if (Use(file, offset, length, within) is { } range)
            {
                _counted = _counted with { Hits = _counted.Hits + 1, HitBytes = _counted.HitBytes + length };
                return range;
            }

            _counted = _counted with { Misses = _counted.Misses + 1, MissBytes = _counted.MissBytes + length };
            return null;
        }
    }

    /// <summary>As <see cref="Find"/>, of a part that was missed before: somebody else may have read it meanwhile.</summary>
    public CachedRange? FindShared(in FileVersion file, long offset, long length, long? within = null)
    {
        lock (_lock)
        {
            CachedRange? range = Use(file, offset, length, within);
            _counted = _counted with { Shared = _counted.Shared + (range is null ? 0 : 1) };
            return range;
        }
    }

    /// <summary>Whether a part of a file is here now. Counts as no use.</summary>
    public bool Contains(in FileVersion file, long offset, long length, long? within = null)
    {
        lock (_lock)
        {
            return TryGet(file, offset, length, within) is not null;
        }
    }

    /// <summary>Takes in bytes that were read, in use until they are released.</summary>
    /// <param name="file">The version that they were read of; null when it can't be told from the next one: then they aren't kept.</param>
    /// <param name="start">Where they start in the file.</param>
    /// <param name="lease">The bytes; the range owns the lease from now on.</param>
    /// <param name="parts">Offsets in the file under which parts of it will be asked for; kept.</param>
    public CachedRange Add(FileVersion? file, long start, BufferLease lease, long[] parts)
    {
        CachedRange range = new(file ?? default, start, lease, parts, RaiseIdle);
        if (file is null || range.Bytes > Capacity)
        {
            return range;
        }

        lock (_lock)
        {
            // Two readers may have missed it at the same time: the first one's bytes stay, unless they are less.
            CachedRange[] others = [.. parts.Select(part => TryGet(range.File, part, length: 0)).OfType<CachedRange>().Distinct()];
            if (Array.Exists(others, other => other.Length >= range.Length))
            {
                return range;
            }

            Array.ForEach(others, Displace);

            bool wasGhost = DropGhosts(range);
            Array.ForEach(parts, part => _ranges[new Key(range.File, part)] = range);
            range.Use();
            _order.Add(range, wasGhost);
            while (_order.Bytes > Capacity && TryEvict())
            {
            }

            return range;
        }
    }

    /// <summary>
    /// Rents buffers out of the pool, in the place of ranges that nobody uses if need be; none while others hold too much of it.
    /// </summary>
    /// <param name="lengths">Bytes of each, at least 1.</param>
    /// <param name="leases">Filled when it succeeds; as long.</param>
    /// <param name="home">The reactor that reads into them.</param>
    /// <exception cref="BufferLimitException">The lengths can never be had.</exception>
    public bool TryRent(ReadOnlySpan<long> lengths, Span<BufferLease> leases, int home = 0)
    {
        while (!_pool.TryRent(lengths, leases, home))
        {
            lock (_lock)
            {
                if (!TryEvict())
                {
                    return false;
                }
            }
        }

        return true;
    }

    /// <summary>Lets go of everything that nobody uses.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            while (TryEvict())
            {
            }
        }
    }

    private void RaiseIdle() => Idle?.Invoke(this, EventArgs.Empty);

    private CachedRange? Use(in FileVersion file, long offset, long length, long? within)
    {
        CachedRange? range = TryGet(file, offset, length, within);
        if (range is not null)
        {
            _order.Touch(range);
            range.Use();
        }

        return range;
    }

    private CachedRange? TryGet(in FileVersion file, long offset, long length, long? within = null) =>
        TryGet(new Key(file, offset), offset, length) ?? (within is { } start ? TryGet(new Key(file, start), offset, length) : null);

    private CachedRange? TryGet(in Key key, long offset, long length) =>
        _ranges.TryGetValue(key, out CachedRange? range) && range.State != CacheState.Ghost && range.Holds(offset, length) ? range : null;

    // Such as a chunk's dictionary, which was read with a few pages, by the whole chunk.
    private void Displace(CachedRange range)
    {
        _order.Drop(range);
        range.Release();
    }

    private bool DropGhosts(CachedRange range)
    {
        bool any = false;
        foreach (long part in range.Parts)
        {
            if (_ranges.TryGetValue(new Key(range.File, part), out CachedRange? ghost))
            {
                _order.DropGhost(ghost);
                any = true;
            }
        }

        return any;
    }

    private bool TryEvict()
    {
        if (_order.TakeVictim() is not { } victim)
        {
            return false;
        }

        _counted = _counted with { Evictions = _counted.Evictions + 1 };
        victim.Release();
        return true;
    }

    private void Forget(CachedRange range) => Array.ForEach(range.Parts, part => _ranges.Remove(new Key(range.File, part)));

    private readonly record struct Key(FileVersion File, long Offset);
}
