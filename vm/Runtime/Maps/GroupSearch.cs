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
    private const int Together = 128;

    /// <summary>Finds the groups of some keys, and makes those that there are not; where there is no room, as <see cref="GroupMap.Add"/>.</summary>
    /// <param name="map">The groups.</param>
    /// <param name="keys">The first key.</param>
    /// <param name="stride">Bytes from one key to the next.</param>
    /// <param name="values">Gets the value of each key's group.</param>
    [SkipLocalsInit]
    public static void FindOrAdd(GroupMap map, byte* keys, long stride, Span<nint> values)
    {
        ulong* hashes = stackalloc ulong[Together];
        for (int first = 0; first < values.Length; first += Together)
        {
            Span<nint> some = values.Slice(first, int.Min(Together, values.Length - first));
            byte* start = keys + (first * stride);
            if (!map.Table->IsDirect)
            {
                map.Table->Hash.Whole(start, stride, new Span<ulong>(hashes, some.Length));
                Prefetch(map.Table, hashes, some.Length);
            }

            for (int at = 0; at < some.Length; at++)
            {
                byte* key = start + (at * stride);

                // Adding a group may make another table.
                byte* found = map.Table->IsDirect ? map.Table->Find(key) : map.Table->Find(key, hashes[at]);
                some[at] = (nint)(found is not null ? found : map.Add(key));
            }
        }
    }

    private static void Prefetch(GroupTable* table, ulong* hashes, int count)
    {
        if (!Sse.IsSupported)
        {
            return;
        }

        for (int at = 0; at < count; at++)
        {
            Sse.Prefetch0(table->SlotOf(hashes[at]));
        }

        for (int at = 0; at < count; at++)
        {
            Sse.Prefetch0(GroupTable.GroupOf(*table->SlotOf(hashes[at])));
        }
    }
}
