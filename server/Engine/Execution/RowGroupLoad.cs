using NearData.Engine.Binding;
using NearData.Engine.Reactors;
using NearData.Parquet;
using NearData.Storage;

namespace NearData.Engine.Execution;

/// <summary>
/// Brings one row group's column chunks into memory: out of the cache what is there, and by reads of a reactor what isn't. One thread.
/// </summary>
internal sealed class RowGroupLoad(RowGroupTask task, IReadOnlyList<FieldBinding> bindings, OpenFile file)
{
    private readonly ColumnChunk[] _chunks = [.. bindings.Select(binding => task.ChunkOf(binding.Column.Name))];
    private readonly CachedRange?[] _held = new CachedRange?[bindings.Count];
    private List<PlannedRange> _plan = [];
    private BufferLease?[] _leases = [];
    private long[] _left = [];
    private int _reading;
    private int _nextRange;
    private long _nextOffset;

    public RowGroupTask Task => task;

    /// <summary>Bytes of the chunks that the device gives; known when it is prepared.</summary>
    public long BytesMissed { get; private set; }

    /// <summary>Whether every chunk is in memory.</summary>
    public bool IsComplete => Array.TrueForAll(_left, left => left == 0);

    /// <summary>Whether <see cref="TakeRead"/> has one.</summary>
    public bool HasRead => _nextRange < _plan.Count;

    /// <summary>Whether a read is in flight.</summary>
    public bool IsReading => _reading > 0;

    /// <summary>Whether all its chunks are in the cache now.</summary>
    public bool IsCached(BufferCache cache)
    {
        foreach (ColumnChunk chunk in _chunks)
        {
            if (chunk.CompressedLength > 0 && !IsCached(chunk, cache))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>
    /// Takes what the cache has and memory for the rest; false, holding nothing, when there isn't enough of it.
    /// </summary>
    /// <exception cref="BufferLimitException">The row group can never be had.</exception>
    public bool TryPrepare(ReactorMemory memory)
    {
        // Without what the cache has, too: ranges that are in use here can't make room, and the others might do then.
        return TryPrepare(memory, CacheUse.Read) || (Array.Exists(_chunks, chunk => IsCached(chunk, memory.Cache)) && TryPrepare(memory, CacheUse.None));
    }

    /// <summary>The next read.</summary>
    public JobRead TakeRead()
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

    /// <summary>A read ended well or not.</summary>
    public void EndRead(in JobRead read, BufferCache cache, StorageException? error)
    {
        _reading--;
        if (error is null && (_left[read.Part] -= read.Buffer.Length) == 0)
        {
            Hold(read.Part, cache);
        }
    }

    /// <summary>The columns of the row group, complete; the scan owns what was loaded from now on.</summary>
    public RowGroupScan Open() => new(
        this,
        [.. bindings.Select((binding, i) => BoundColumn.Open(binding, ColumnReader.Open(task.File.Name, _chunks[i], BytesOf(i))))]);

    /// <summary>Gives all memory back. No read may be in flight.</summary>
    public void Release()
    {
        // Several chunks may share a range, and each has one use of it.
        Array.ForEach(_held, range => range?.Release());
        Array.Clear(_held);
        Array.ForEach(_leases, lease => lease?.Dispose());
        _leases = [];
    }

    private bool IsCached(ColumnChunk chunk, BufferCache cache) =>
        file.Kept is { } version && cache.Contains(version, chunk.Offset, chunk.CompressedLength);

    private bool TryPrepare(ReactorMemory memory, CacheUse use)
    {
        if (use == CacheUse.Read && file.Kept is { } version)
        {
            for (int i = 0; i < _chunks.Length; i++)
            {
                _held[i] = _chunks[i].CompressedLength == 0 ? null : memory.Cache.Find(version, _chunks[i].Offset, _chunks[i].CompressedLength);
            }
        }

        List<PlannedRange> plan = ReadPlan.Of(_chunks, chunk => _held[chunk] is null, file.Device.Geometry);
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
            BytesMissed = _chunks.Where((_, i) => _held[i] is null).Sum(chunk => chunk.CompressedLength);
        }

        return isPrepared;
    }

    /// <summary>A range has come whole: it goes to the cache, and is held for each of its chunks.</summary>
    private void Hold(int part, BufferCache cache)
    {
        int[] chunks = _plan[part].Chunks;
        BufferLease lease = _leases[part]!;
        _leases[part] = null;
        CachedRange range = cache.Add(file.Kept, _plan[part].Start, lease, [.. chunks.Select(chunk => _chunks[chunk].Offset).Distinct()]);
        _held[chunks[0]] = range;
        foreach (int chunk in chunks.AsSpan(1))
        {
            range.Use();
            _held[chunk] = range;
        }
    }

    private ReadOnlyMemory<byte> BytesOf(int chunk) =>
        _held[chunk]?.Slice(_chunks[chunk].Offset, _chunks[chunk].CompressedLength) ?? ReadOnlyMemory<byte>.Empty;

    private enum CacheUse
    {
        Read,
        None,
    }
}
