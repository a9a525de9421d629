using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace NearData.Vm.Maps;

/// <summary>
/// Looks for many groups together: the hashes of their keys first, and all that lookups will touch is asked of memory before the first of them
/// waits for it. One thread, the map's.
/// </summary>
internal static unsafe class GroupSearch
{
    /// <summary>Keys that are looked for together: what they touch stays in the first-level cache until they are.</summary>
    public const int Together = 128;

    /// <summary>Finds the groups of some keys, and makes those that there are not; where there is no room, as <see cref="GroupMap.Add"/>.</summary>
    /// <param name="map">The groups.</param>
    /// <param name="keys">The first key.</param>
    /// <param name="stride">Bytes from one key to the next.</param>
    /// <param name="values">Gets the value of each key's group.</param>
    [SkipLocalsInit]
    public static void FindOrAdd(GroupMap map, byte* keys, long stride, Span<nint> values)
    {
        GroupTable* table = map.Table;
        ulong* hashes = stackalloc ulong[Together];
        for (int first = 0; first < values.Length; first += Together)
        {
            Span<nint> some = values.Slice(first, int.Min(Together, values.Length - first));
            byte* start = keys + (first * stride);
            if (table->IsDirect)
            {
                for (int at = 0; at < some.Length; at++)
                {
                    some[at] = OrAdd(map, table->Find(start + (at * stride)), start + (at * stride));
                }

                continue;
            }

            table->Hash.Whole(start, stride, new Span<ulong>(hashes, some.Length));
            Prefetch(table, hashes, some.Length);
            if (map.Definition.KeySize == sizeof(ulong))
            {
                for (int at = 0; at < some.Length; at++)
                {
                    byte* key = start + (at * stride);
                    some[at] = OrAdd(map, table->FindNumber(Unsafe.ReadUnaligned<ulong>(key), hashes[at]), key);
                }
            }
            else
            {
                for (int at = 0; at < some.Length; at++)
                {
                    byte* key = start + (at * stride);
                    some[at] = OrAdd(map, table->Find(key, hashes[at]), key);
                }
            }
        }
    }

    private static nint OrAdd(GroupMap map, byte* found, byte* key) => (nint)(found is not null ? found : map.Add(key));

    /// <summary>Puts groups that are none of the table's into empty slots, of which there are enough.</summary>
    /// <param name="table">Where keys are hashed.</param>
    /// <param name="groups">The first group.</param>
    /// <param name="stride">Bytes from one to the next.</param>
    /// <param name="count">How many.</param>
    [SkipLocalsInit]
    public static void Insert(GroupTable* table, byte* groups, long stride, long count)
    {
        ulong* hashes = stackalloc ulong[Together];
        for (long first = 0; first < count; first += Together)
        {
            int some = (int)long.Min(Together, count - first);
            byte* start = groups + (first * stride);
            table->Hash.Whole(start, stride, new Span<ulong>(hashes, some));
            PrefetchSlots(table, hashes, some);
            for (int at = 0; at < some; at++)
            {
                table->Insert(start + (at * stride), hashes[at]);
            }
        }
    }

    /// <summary>Asks memory for what an address leads to; nothing happens where there is nothing.</summary>
    public static void Prefetch(void* address)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(address);
        }
    }

    private static void Prefetch(GroupTable* table, ulong* hashes, int count)
    {
        PrefetchSlots(table, hashes, count);
        for (int at = 0; at < count; at++)
        {
            Prefetch(GroupTable.GroupOf(*table->SlotOf(hashes[at])));
        }
    }

    private static void PrefetchSlots(GroupTable* table, ulong* hashes, int count)
    {
        for (int at = 0; at < count; at++)
        {
            Prefetch(table->SlotOf(hashes[at]));
        }
    }
}
