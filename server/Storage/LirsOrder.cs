namespace NearData.Storage;

/// <summary>
/// Which range goes when room is needed: LIRS (Jiang and Zhang, SIGMETRICS 2002), by bytes. What counts is how much else was used between
/// a range's last two uses. A scan that comes once passes through a sixteenth of the cache. A table that is scanned again and again and is
/// larger than the cache keeps the part that fits, where LRU and the FIFO family keep nothing of it. Not thread-safe.
/// </summary>
/// <param name="capacity">Bytes in memory.</param>
/// <param name="forget">Told of ranges that are neither in memory nor remembered any more.</param>
internal sealed class LirsOrder(long capacity, Action<CachedRange> forget)
{
    /// <summary>Of all bytes, what ranges without a second use may take: enough for the reads of one moment.</summary>
    private const int ColdShare = 16;

    private readonly long _hotLimit = capacity - capacity / ColdShare;

    /// <summary>By last use, the latest last. Nothing stands before the first hot one (LIRS's stack, pruned).</summary>
    private readonly LinkedList<CachedRange> _recency = new();

    /// <summary>Cold ranges, the next one to go first.</summary>
    private readonly LinkedList<CachedRange> _cold = new();

    private readonly LinkedList<CachedRange> _ghosts = new();
    private long _hotBytes;
    private long _coldBytes;
    private long _ghostBytes;

    /// <summary>In memory.</summary>
    public long Bytes => _hotBytes + _coldBytes;

    /// <summary>Takes in a range that was just read.</summary>
    public void Add(CachedRange range, bool wasGhost)
    {
        _recency.AddLast(range.Recency);
        if (wasGhost || _hotBytes + range.Bytes <= _hotLimit)
        {
            Heat(range);
        }
        else
        {
            Cool(range);
        }
    }

    /// <summary>A range in memory was used again.</summary>
    public void Touch(CachedRange range)
    {
        bool isRecent = range.Recency.List is not null;
        if (isRecent)
        {
            _recency.Remove(range.Recency);
        }

        _recency.AddLast(range.Recency);
        if (range.State == CacheState.Hot)
        {
            Prune();
            return;
        }

        _cold.Remove(range.Queue);
        _coldBytes -= range.Bytes;
        if (isRecent)
        {
            Heat(range);
        }
        else
        {
            Cool(range);
        }
    }

    /// <summary>Takes out the range that is worth least and that nobody uses; null when all are in use.</summary>
    public CachedRange? TakeVictim()
    {
        foreach (CachedRange range in _cold)
        {
            if (!range.IsInUse)
            {
                TakeCold(range);
                return range;
            }
        }

        for (LinkedListNode<CachedRange>? node = _recency.First; node is not null; node = node.Next)
        {
            if (node.Value is { State: CacheState.Hot, IsInUse: false } range)
            {
                _hotBytes -= range.Bytes;
                _recency.Remove(node);
                Forget(range);
                Prune();
                return range;
            }
        }

        return null;
    }

    /// <summary>Drops a range in memory, whether somebody uses it or not.</summary>
    public void Drop(CachedRange range)
    {
        if (range.Recency.List is not null)
        {
            _recency.Remove(range.Recency);
        }

        if (range.State == CacheState.Hot)
        {
            _hotBytes -= range.Bytes;
            Prune();
        }
        else
        {
            _cold.Remove(range.Queue);
            _coldBytes -= range.Bytes;
        }

        Forget(range);
    }

    /// <summary>Drops a ghost, whose bytes are read anew.</summary>
    public void DropGhost(CachedRange ghost)
    {
        _ghosts.Remove(ghost.Queue);
        _recency.Remove(ghost.Recency);
        _ghostBytes -= ghost.Bytes;
        Forget(ghost);
    }

    private void TakeCold(CachedRange range)
    {
        _cold.Remove(range.Queue);
        _coldBytes -= range.Bytes;
        if (range.Recency.List is null)
        {
            Forget(range);
            return;
        }

        range.State = CacheState.Ghost;
        _ghosts.AddLast(range.Queue);
        _ghostBytes += range.Bytes;
        // Remembering costs little memory and no bytes of the pool, but must end somewhere.
        while (_ghostBytes > 2 * capacity)
        {
            DropGhost(_ghosts.First!.Value);
        }
    }

    private void Heat(CachedRange range)
    {
        range.State = CacheState.Hot;
        _hotBytes += range.Bytes;
        Prune();
        while (_hotBytes > _hotLimit)
        {
            // The first is hot, and of the hot ones the longest unused.
            CachedRange last = _recency.First!.Value;
            _recency.RemoveFirst();
            _hotBytes -= last.Bytes;
            Cool(last);
            Prune();
        }
    }

    private void Cool(CachedRange range)
    {
        range.State = CacheState.Cold;
        _coldBytes += range.Bytes;
        _cold.AddLast(range.Queue);
    }

    /// <summary>What was last used before every hot range can't become hot by its next use: its place in the order says nothing any more.</summary>
    private void Prune()
    {
        while (_recency.First is { Value: { State: not CacheState.Hot } range })
        {
            if (range.State == CacheState.Ghost)
            {
                DropGhost(range);
            }
            else
            {
                _recency.RemoveFirst();
            }
        }
    }

    private void Forget(CachedRange range)
    {
        range.State = CacheState.Unknown;
        forget(range);
    }
}
