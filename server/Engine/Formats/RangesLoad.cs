using NearData.Engine.Execution;
using NearData.Engine.Reactors;
using NearData.Storage;

namespace NearData.Engine.Formats;

/// <summary>
/// A load of pieces of a file that are all in memory before they are scanned: out of the cache what is there, by reads of a reactor
/// what isn't, but for what another load reads already. It has memory for that too: it reads it itself where the other one fails.
/// </summary>
/// <param name="task">What is loaded.</param>
/// <param name="pieces">Where it lies in the file; in any order. They may overlap.</param>
/// <param name="file">The file.</param>
internal abstract class RangesLoad(ScanTask task, ByteRange[] pieces, OpenFile file) : PartLoad(task)
{
    private static readonly List<PlannedRange> NoReads = [];

    private readonly CachedRange?[] _held = new CachedRange?[pieces.Length];
    private List<PlannedRange> _plan = NoReads;
    private BufferLease?[] _leases = [];
    private long[] _left = [];
    private PendingRead?[] _begun = [];
    private List<(int Range, PendingRead Other)>? _awaited;
    private int _reading;
    private int _nextRange;

    // What is being taken reads of, and how far; -1 for none.
    private int _range = -1;
    private long _nextOffset;

    public sealed override bool CanOpen => Array.TrueForAll(_left, left => left == 0);

    public sealed override bool HasRead => _range >= 0 || _nextRange < _plan.Count || EndedWait >= 0;

    public sealed override bool IsReading => _reading > 0;

    public sealed override bool IsCached(BufferCache cache)
    {
        foreach (ByteRange piece in pieces)
        {
            if (piece.Length > 0 && !IsCached(piece, cache))
            {
                return false;
            }
        }

        return true;
    }

    public sealed override bool TryPrepare(ILoadMemory memory)
    {
        // Without what the cache has, too: ranges that are in use here can't make room, and the others might do then.
        return TryPrepare(memory, CacheUse.Read) || (IsAnyCached(memory.Cache) && TryPrepare(memory, CacheUse.None));
    }

    public sealed override JobRead? TakeRead(BufferCache cache)
    {
        if (_range < 0 && !TryBegin(cache))
        {
            return null;
        }

        PlannedRange range = _plan[_range];
        int length = (int)Math.Min(range.Length - _nextOffset, file.Device.Geometry.MaximumTransfer);
        JobRead read = new(file.Device, range.Start + _nextOffset, _leases[_range]!.Memory.Slice((int)_nextOffset, length), this, _range);
        _nextOffset += length;
        _reading++;
        if (_nextOffset == range.Length)
        {
            (_range, _nextOffset) = (-1, 0);
        }

        return read;
    }

    public sealed override void EndRead(in JobRead read, BufferCache cache, StorageException? error)
    {
        _reading--;
        if (error is null && (_left[read.Part] -= read.Buffer.Length) == 0)
        {
            Hold(read.Part, cache);
        }
    }

    public sealed override void Release()
    {
        // Several pieces may share a range, and each has one use of it.
        Array.ForEach(_held, range => range?.Release());
        Array.Clear(_held);
        Array.ForEach(_leases, lease => lease?.Dispose());
        _leases = [];
        Array.ForEach(_begun, read => read?.End());
        _begun = [];
    }

    /// <summary>The version under which what is read may be kept; null for what isn't worth it, too.</summary>
    protected virtual FileVersion? Kept => file.Kept;

    /// <summary>A piece's bytes, once all are in memory, until they are released.</summary>
    protected ReadOnlyMemory<byte> BytesOf(int piece) =>
        _held[piece]?.Slice(pieces[piece].Offset, pieces[piece].Length) ?? ReadOnlyMemory<byte>.Empty;

    /// <summary>Among those that others were to read, one that is over; -1 for none.</summary>
    private int EndedWait => _awaited is null ? -1 : _awaited.FindIndex(static awaited => awaited.Other.IsOver);

    private bool IsCached(ByteRange piece, BufferCache cache) =>
        Kept is { } version && cache.Contains(version, piece.Offset, piece.Length, piece.Within);

    private bool IsAnyCached(BufferCache cache) => Array.Exists(pieces, piece => IsCached(piece, cache));

    private bool IsMissing()
    {
        for (int i = 0; i < pieces.Length; i++)
        {
            if (_held[i] is null && pieces[i].Length > 0)
            {
                return true;
            }
        }

        return false;
    }

    private bool TryPrepare(ILoadMemory memory, CacheUse use)
    {
        if (use == CacheUse.Read && Kept is { } version)
        {
            for (int i = 0; i < pieces.Length; i++)
            {
                _held[i] = pieces[i].Length == 0 ? null : memory.Cache.Find(version, pieces[i].Offset, pieces[i].Length, pieces[i].Within);
            }
        }

        if (!IsMissing())
        {
            return true;
        }

        List<PlannedRange> plan = ReadPlan.Of(pieces, piece => _held[piece] is null, file.Device.Geometry);
        long[] lengths = [.. plan.Select(range => range.Length)];
        BufferLease[] leases = new BufferLease[plan.Count];
        bool isPrepared = false;
        try
        {
            isPrepared = memory.TryRent(lengths, leases);
        }
        finally
        {
            if (!isPrepared)
            {
                Release();
            }
        }

        if (isPrepared)
        {
            (_plan, _left, _leases, _begun) = (plan, lengths, leases, new PendingRead?[plan.Count]);
            BytesMissed = pieces.Where((_, i) => _held[i] is null).Sum(piece => piece.Length);
        }

        return isPrepared;
    }

    /// <summary>Goes on to the next range that is to be read here: not to one that others have read meanwhile, or are about to.</summary>
    private bool TryBegin(BufferCache cache)
    {
        int wait = EndedWait;
        int range = wait < 0 ? _nextRange++ : _awaited![wait].Range;
        if (wait >= 0)
        {
            _awaited!.RemoveAt(wait);
        }

        if (Kept is { } version && _plan[range].Length <= cache.Capacity)
        {
            if (TryHoldShared(range, version, cache))
            {
                return false;
            }

            PendingRead read = new(version, _plan[range].Start, _plan[range].Length, PartsOf(range));
            if (cache.Pending.TryBegin(read, pieces[_plan[range].Pieces[0]].Within, out PendingRead? other))
            {
                _begun[range] = read;
            }
            else if (wait < 0)
            {
                (_awaited ??= []).Add((range, other));
                return false;
            }
        }

        // Who has waited once in vain reads, whoever else does.
        _range = range;
        return true;
    }

    /// <summary>Holds a range's pieces out of the cache where others have brought all of them, and gives its memory back.</summary>
    private bool TryHoldShared(int range, in FileVersion version, BufferCache cache)
    {
        int[] missing = _plan[range].Pieces;
        foreach (int piece in missing)
        {
            if (!IsCached(pieces[piece], cache))
            {
                return false;
            }
        }

        foreach (int piece in missing)
        {
            _held[piece] = cache.FindShared(version, pieces[piece].Offset, pieces[piece].Length, pieces[piece].Within);
        }

        if (Array.Exists(missing, piece => _held[piece] is null))
        {
            // One has gone since it was looked at.
            foreach (int piece in missing)
            {
                _held[piece]?.Release();
                _held[piece] = null;
            }

            return false;
        }

        _leases[range]!.Dispose();
        _leases[range] = null;
        _left[range] = 0;
        BytesMissed -= missing.Sum(piece => pieces[piece].Length);
        return true;
    }

    /// <summary>A range has come whole: it goes to the cache, and is held for each of its pieces.</summary>
    private void Hold(int range, BufferCache cache)
    {
        int[] held = _plan[range].Pieces;
        BufferLease lease = _leases[range]!;
        _leases[range] = null;
        CachedRange whole = cache.Add(Kept, _plan[range].Start, lease, PartsOf(range));
        _begun[range]?.End();
        _held[held[0]] = whole;
        foreach (int piece in held.AsSpan(1))
        {
            whole.Use();
            _held[piece] = whole;
        }
    }

    /// <summary>Where a range's pieces start, which others may ask the cache for.</summary>
    private long[] PartsOf(int range) => [.. _plan[range].Pieces.Select(piece => pieces[piece].Offset).Distinct()];

    private enum CacheUse
    {
        Read,
        None,
    }
}
