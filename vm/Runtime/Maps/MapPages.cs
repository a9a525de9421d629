using System.Collections.Immutable;

namespace NearData.Vm.Maps;

/// <summary>An entry of a map, as the host reads and writes it.</summary>
/// <param name="Key">The key's bytes.</param>
/// <param name="Value">As many bytes as <see cref="BpfMap.HostValueSize"/>.</param>
public readonly record struct MapEntry(byte[] Key, byte[] Value);

/// <summary>Some entries of a map, in the order of its keys (<see cref="BpfMap.NextKey(ReadOnlySpan{byte}, Span{byte})"/>).</summary>
/// <param name="Entries">The entries.</param>
/// <param name="Last">The last key that was looked at; null where there is none behind.</param>
public sealed record MapPage(ImmutableArray<MapEntry> Entries, byte[]? Last);

/// <summary>Reads a map's entries a bounded number at a time.</summary>
public static class MapPages
{
    /// <summary>
    /// The entries behind a key. Elements that are made or deleted meanwhile are seen or not; behind a key that is gone a map begins
    /// anew, so that a whole walk needs a map that nobody changes. Maps without keys, or whose values the host can't read, have no entries.
    /// </summary>
    /// <param name="map">The map.</param>
    /// <param name="after">A key; empty for the first page.</param>
    /// <param name="most">Entries of the page, from 1.</param>
    public static MapPage ReadPage(this BpfMap map, ReadOnlySpan<byte> after, int most)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(most);
        var entries = ImmutableArray.CreateBuilder<MapEntry>();
        byte[] key = after.ToArray();
        if (map.Definition.KeySize == 0)
        {
            return new MapPage([], null);
        }

        for (int looked = 0; looked < most; looked++)
        {
            byte[] next = new byte[map.Definition.KeySize];
            if (map.NextKey(key, next) != MapError.None)
            {
                return new MapPage(entries.ToImmutable(), null);
            }

            byte[] value = new byte[map.HostValueSize];
            if (map.Lookup(next, value) == MapError.None)
            {
                entries.Add(new MapEntry(next, value));
            }

            key = next;
        }

        return new MapPage(entries.ToImmutable(), key);
    }

    /// <summary>All entries, read page by page.</summary>
    public static IEnumerable<MapEntry> ReadAll(this BpfMap map)
    {
        const int PageEntries = 256;
        byte[]? last = [];
        while (last is not null)
        {
            MapPage page = map.ReadPage(last, PageEntries);
            foreach (MapEntry entry in page.Entries)
            {
                yield return entry;
            }

            last = page.Last;
        }
    }
}
