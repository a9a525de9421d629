using NearData.Engine.Execution;
using NearData.Engine.Reactors;
using NearData.Storage;

namespace NearData.Engine.Formats;

/// <summary>
/// A load of pieces of a file that are all in memory before they are scanned: out of the cache what is there, and by reads of a reactor
/// what isn't.
/// </summary>
/// <param name="task">What is loaded.</param>
/// <param name="pieces">Where it lies in the file; in any order. They may overlap.</param>
/// <param name="file">The file.</param>
internal abstract class RangesLoad(ScanTask task, ByteRange[] pieces, OpenFile file) : PartLoad(task)
{
    private readonly CachedRange?[] _held = new CachedRange?[pieces.Length];
    private List<PlannedRange> _plan = [];
    private BufferLease?[] _leases = [];
    private long[] _left = [];
    private int _reading;
    private int _nextRange;
    private long _nextOffset;

    public sealed override bool CanOpen => Array.TrueForAll(_left, left => left == 0);

    public sealed override bool HasRead => _nextRange < _plan.Count;

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
        return TryPrepare(memory, CacheUse.Read) || (Array.Exists(pieces, piece => IsCached(piece, memory.Cache)) && TryPrepare(memory, CacheUse.None));
    }

    public sealed override JobRead TakeRead()
    {
        PlannedRange range = _plan[_nextRange];
        int length = (int)Math.Min(range.Length - _nextOffset, file.Device.Geometry.MaximumTransfer);
        JobRead read = new(
            file.Device, range.Start + _nextOffset, _leases[_nextRange]!.Memory.Slice((int)_nextOffset, length), this, _nextRange);
        _nextOffset += length;
        _reading++;
        if (_nextOffset == range.Length)
        {
            _nextRange++;
            _nextOffset = 0;
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
    }

    /// <summary>The version under which what is read may be kept; null for what isn't worth it, too.</summary>
    protected virtual FileVersion? Kept => file.Kept;

    /// <summary>A piece's bytes, once all are in memory, until they are released.</summary>
    protected ReadOnlyMemory<byte> BytesOf(int piece) =>
        _held[piece]?.Slice(pieces[piece].Offset, pieces[piece].Length) ?? ReadOnlyMemory<byte>.Empty;

    private bool IsCached(ByteRange piece, BufferCache cache) =>
        Kept is { } version && cache.Contains(version, piece.Offset, piece.Length, piece.Within);

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
            (_plan, _left, _leases) = (plan, lengths, leases);
            BytesMissed = pieces.Where((_, i) => _held[i] is null).Sum(piece => piece.Length);
        }

        return isPrepared;
    }

    /// <summary>A range has come whole: it goes to the cache, and is held for each of its pieces.</summary>
    private void Hold(int part, BufferCache cache)
    {
        int[] held = _plan[part].Pieces;
        BufferLease lease = _leases[part]!;
        _leases[part] = null;
        CachedRange range = cache.Add(Kept, _plan[part].Start, lease, [.. held.Select(piece => pieces[piece].Offset).Distinct()]);
        _held[held[0]] = range;
        foreach (int piece in held.AsSpan(1))
        {
            range.Use();
            _held[piece] = range;
        }
    }

    private enum CacheUse
    {
        Read,
        None,
    }
}
