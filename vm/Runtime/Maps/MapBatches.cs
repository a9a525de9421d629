namespace NearData.Vm.Maps;

/// <summary>Where a batch goes on. A new one begins at the first element.</summary>
public sealed class BatchCursor
{
    /// <summary>Of a hash, which is read by whole buckets.</summary>
    internal uint Bucket;

    /// <summary>Of other maps, which are read by keys: the last one.</summary>
    internal byte[] Key { get; set; } = [];
}

/// <summary>Operations on many elements, as the kernel's batch commands do them.</summary>
public static unsafe class MapBatches
{
    /// <summary>
    /// <c>BPF_MAP_LOOKUP_BATCH</c> and <c>BPF_MAP_LOOKUP_AND_DELETE_BATCH</c>: copies elements out.
    /// </summary>
    /// <param name="map">An array, a hash of any kind, or a trie.</param>
    /// <param name="cursor">Where to begin; gets where to go on.</param>
    /// <param name="keys">Room for as many keys.</param>
    /// <param name="values">Room for as many values, each of <see cref="BpfMap.HostValueSize"/> bytes.</param>
    /// <param name="count">How many there is room for; gets how many were copied.</param>
    /// <param name="fate">What happens to them. Only elements of a hash can be deleted here.</param>
    /// <returns>
    /// <see cref="MapError.NoEntry"/> where the last element was copied, <see cref="MapError.NoSpace"/> where there isn't room for a bucket.
    /// </returns>
    public static MapError LookupBatch(
        this BpfMap map, BatchCursor cursor, Span<byte> keys, Span<byte> values, ref int count, BatchFate fate = BatchFate.Kept)
    {
        Check(map, keys, values, count);
        if (map is HashMap hash)
        {
            fixed (byte* toKeys = keys)
            fixed (byte* toValues = values)
            {
                MapError result = hash.CopyBuckets(ref cursor.Bucket, toKeys, toValues, ref count, fate);
                GC.KeepAlive(map);
                return result;
            }
        }

        return map is ArrayMap or LpmTrieMap && fate == BatchFate.Kept
            ? LookupByKeys(map, cursor, keys, values, ref count)
            : MapError.NotSupported;
    }

    /// <summary><c>BPF_MAP_UPDATE_BATCH</c>: updates elements one by one, up to the first that fails.</summary>
    /// <param name="map">An array, a hash of any kind, or a trie.</param>
    /// <param name="keys">The keys.</param>
    /// <param name="values">The values, each of <see cref="BpfMap.HostValueSize"/> bytes.</param>
    /// <param name="count">How many there are; gets how many were updated.</param>
    public static MapError UpdateBatch(this BpfMap map, ReadOnlySpan<byte> keys, ReadOnlySpan<byte> values, ref int count)
    {
        Check(map, keys, values, count);
        if (map is not (ArrayMap or HashMap or LpmTrieMap))
        {
            return MapError.NotSupported;
        }

        (int given, count) = (count, 0);
        for (; count < given; count++)
        {
            MapError refused = map.Update(Key(map, keys, count), values.Slice(count * map.HostValueSize, map.HostValueSize));
            if (refused != MapError.None)
            {
                return refused;
            }
        }

        return MapError.None;
    }

    /// <summary><c>BPF_MAP_DELETE_BATCH</c>: deletes elements one by one, up to the first that fails.</summary>
    /// <param name="map">A hash of any kind, or a trie.</param>
    /// <param name="keys">The keys.</param>
    /// <param name="count">How many there are; gets how many were deleted.</param>
    public static MapError DeleteBatch(this BpfMap map, ReadOnlySpan<byte> keys, ref int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(keys.Length, (long)count * map.Definition.KeySize);
        if (map is not (HashMap or LpmTrieMap))
        {
            return MapError.NotSupported;
        }

        (int given, count) = (count, 0);
        for (; count < given; count++)
        {
            MapError refused = map.Delete(Key(map, keys, count));
            if (refused != MapError.None)
            {
                return refused;
            }
        }

        return MapError.None;
    }

    private static MapError LookupByKeys(BpfMap map, BatchCursor cursor, Span<byte> keys, Span<byte> values, ref int count)
    {
        (int room, count) = (count, 0);
        byte[] key = [.. cursor.Key];
        byte[] next = new byte[map.Definition.KeySize];
        while (count < room)
        {
            if (map.NextKey(key, next) != MapError.None)
            {
                return MapError.NoEntry;
            }

            // An element that was deleted since its key was seen is passed over.
            if (map.Lookup(next, values.Slice(count * map.HostValueSize, map.HostValueSize)) == MapError.None)
            {
                next.CopyTo(keys[(count * next.Length)..]);
                count++;
            }

            key = [.. next];
            cursor.Key = key;
        }

        return MapError.None;
    }

    private static ReadOnlySpan<byte> Key(BpfMap map, ReadOnlySpan<byte> keys, int index) =>
        keys.Slice(index * map.Definition.KeySize, map.Definition.KeySize);

    private static void Check(BpfMap map, ReadOnlySpan<byte> keys, ReadOnlySpan<byte> values, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfLessThan(keys.Length, (long)count * map.Definition.KeySize);
        ArgumentOutOfRangeException.ThrowIfLessThan(values.Length, (long)count * map.HostValueSize);
    }
}
