using System.Numerics;
using NearData.Isa.Programs;

namespace NearData.Vm.Maps;

/// <summary>Which sizes and flags a map of each type may have: what the kernel refuses when a map is made is refused here.</summary>
internal static class MapRules
{
    private const int IndexSize = sizeof(uint);

    /// <summary>Entries: numbers of elements, with those beyond the entries, have a bit to spare.</summary>
    private const int MostEntries = 1 << 30;

    /// <summary>Bytes: the length of a prefix, and one byte.</summary>
    private const int LeastTrieKey = 5;

    /// <summary>Bytes: the length of a prefix, and 2048 bits.</summary>
    private const int MostTrieKey = 260;

    /// <summary>Bytes: a key is made on the stack, which has as many.</summary>
    private const int MostGroupKey = 512;

    /// <summary>Bytes: the ring is whole pages.</summary>
    private const int PageSize = 4096;

    private const ulong MostHashes = 15;

    /// <exception cref="MapMemoryException">The definition means nothing.</exception>
    public static void Check(MapDefinition map)
    {
        CheckKey(map);
        CheckValue(map);
        CheckEntries(map);
        CheckFlags(map);
        if (map.Extra > (map.Type == MapType.BloomFilter ? MostHashes : 0))
        {
            throw Refuse(map, $"takes no map_extra of {map.Extra}");
        }

        if (map.SpinLockOffset is { } at && (at < 0 || at % sizeof(int) != 0 || at > map.ValueSize - sizeof(int)))
        {
            throw Refuse(map, $"has no lock at offset {at} of its value of {map.ValueSize} bytes");
        }

        if (!map.InitialValue.IsDefaultOrEmpty && map.InitialValue.Length > map.ValueSize)
        {
            throw Refuse(map, $"has an initial value of {map.InitialValue.Length} bytes, its value has {map.ValueSize}");
        }

        CheckInner(map);
    }

    private static void CheckKey(MapDefinition map)
    {
        (int least, int most) = map.Type switch
        {
            MapType.Hash or MapType.PerCpuHash or MapType.LruHash or MapType.LruPerCpuHash or MapType.HashOfMaps => (1, ushort.MaxValue),
            MapType.LpmTrie => (LeastTrieKey, MostTrieKey),
            MapType.Groups => (1, MostGroupKey),
            MapType.RingBuffer or MapType.Queue or MapType.Stack or MapType.BloomFilter => (0, 0),
            _ => (IndexSize, IndexSize),
        };
        if (map.KeySize < least || map.KeySize > most)
        {
            throw Refuse(map, $"has keys of {Range(least, most)} bytes, not {map.KeySize}");
        }
    }

    private static void CheckValue(MapDefinition map)
    {
        (int least, int most) = map.Type switch
        {
            MapType.RingBuffer => (0, 0),
            MapType.ProgramArray or MapType.PerfEventArray or MapType.XskMap or MapType.ArrayOfMaps or MapType.HashOfMaps =>
                (sizeof(uint), sizeof(uint)),
            MapType.DevMap or MapType.DevMapHash or MapType.CpuMap => (sizeof(uint), sizeof(ulong)),
            _ => (1, int.MaxValue),
        };
        if (map.ValueSize < least || map.ValueSize > most || (most == sizeof(ulong) && map.ValueSize % sizeof(uint) != 0))
        {
            throw Refuse(map, $"has values of {Range(least, most)} bytes, not {map.ValueSize}");
        }
    }

    private static void CheckEntries(MapDefinition map)
    {
        if (map.MaxEntries <= 0 || (map.MaxEntries > MostEntries && map.Type is not (MapType.Array or MapType.PerCpuArray)))
        {
            throw Refuse(map, $"has 1 to {MostEntries} entries, not {map.MaxEntries}");
        }

        if (map.Type == MapType.RingBuffer && (!BitOperations.IsPow2(map.MaxEntries) || map.MaxEntries % PageSize != 0))
        {
            throw Refuse(map, $"has a power of two of bytes, of {PageSize} or more, not {map.MaxEntries}");
        }
    }

    private static void CheckFlags(MapDefinition map)
    {
        uint allowed = MapFlags.NumaNode | map.Type switch
        {
            MapType.Array => MapFlags.Access | MapFlags.Mappable | MapFlags.InnerMap,
            MapType.PerCpuArray or MapType.Queue or MapType.Stack => MapFlags.Access,
            MapType.Hash or MapType.PerCpuHash or MapType.HashOfMaps => MapFlags.Access | MapFlags.NoPreallocation | MapFlags.ZeroSeed,
            MapType.LruHash or MapType.LruPerCpuHash => MapFlags.Access | MapFlags.NoCommonLru | MapFlags.ZeroSeed,
            MapType.LpmTrie => MapFlags.Access | MapFlags.NoPreallocation,
            MapType.BloomFilter => MapFlags.Access | MapFlags.ZeroSeed,
            MapType.Groups => MapFlags.ReadOnlyForPrograms,
            MapType.ArrayOfMaps or MapType.ProgramArray or MapType.PerfEventArray or MapType.DevMap or MapType.DevMapHash or MapType.XskMap =>
                MapFlags.ReadOnlyForHost | MapFlags.WriteOnlyForHost,
            _ => 0,
        };
        if ((map.Flags & ~allowed) != 0)
        {
            throw Refuse(map, $"takes no flags 0x{map.Flags & ~allowed:x}");
        }

        const uint both = MapFlags.ReadOnlyForPrograms | MapFlags.WriteOnlyForPrograms;
        if ((map.Flags & both) == both)
        {
            throw Refuse(map, "can't be read-only and write-only for programs at once");
        }

        if (map.Type == MapType.LpmTrie && (map.Flags & MapFlags.NoPreallocation) == 0)
        {
            throw Refuse(map, "needs the flag BPF_F_NO_PREALLOC");
        }
    }

    private static void CheckInner(MapDefinition map)
    {
        if (map.Type is not (MapType.ArrayOfMaps or MapType.HashOfMaps))
        {
            return;
        }

        MapDefinition inner = map.Inner ?? throw Refuse(map, "has an inner map, which says what its values are");
        if (inner.Type is MapType.ArrayOfMaps or MapType.HashOfMaps or MapType.ProgramArray)
        {
            throw Refuse(map, $"takes no inner maps of type {inner.Type}");
        }

        Check(inner);
    }

    private static string Range(int least, int most) =>
        least == most ? $"{least}" : most == int.MaxValue ? $"{least} or more" : $"{least} to {most}";

    private static MapMemoryException Refuse(MapDefinition map, string rule) => new(map.Name, $"A map of type {map.Type} {rule}.");
}
