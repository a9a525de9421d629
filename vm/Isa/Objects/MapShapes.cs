using System.Collections.Frozen;
using NearData.Isa.Programs;

namespace NearData.Isa.Objects;

/// <summary>Sizes that are possible: from the least to the most, in steps.</summary>
internal readonly record struct SizeRange(int Least, int Most, int Step = 1)
{
    public bool Contains(int size) => size >= Least && size <= Most && (size - Least) % Step == 0;

    public override string ToString() =>
        Least == Most ? $"{Least}" : Step == 1 ? $"{Least} to {Most}" : $"{Least} or {Most}";
}

/// <summary>The sizes of keys and values that the kernel takes for each type of map (kernel/bpf, each type's map_alloc_check).</summary>
internal static class MapShapes
{
    /// <summary>KMALLOC_MAX_SIZE: what an element of a hash may take.</summary>
    private const int MaxElement = 4 << 20;

    private static readonly SizeRange None = new(0, 0);
    private static readonly SizeRange Word = new(sizeof(uint), sizeof(uint));
    private static readonly SizeRange WordOrTwo = new(sizeof(uint), 2 * sizeof(uint), sizeof(uint));
    private static readonly SizeRange Any = new(1, MaxElement);
    private static readonly SizeRange Wide = new(1, int.MaxValue);

    /// <summary>A prefix length of 4 bytes and 1 to 256 bytes of data.</summary>
    private static readonly SizeRange Prefix = new(5, 260);

    /// <summary>A key is made on the stack, which has as many bytes.</summary>
    private static readonly SizeRange GroupKey = new(1, 512);

    private static readonly SizeRange GroupValue = new(1, 4096);

    private static readonly FrozenDictionary<MapType, (SizeRange Key, SizeRange Value)> ByType = new Dictionary<MapType, (SizeRange, SizeRange)>
    {
        [MapType.Hash] = (Any, Any),
        [MapType.Array] = (Word, Wide),
        [MapType.ProgramArray] = (Word, Word),
        [MapType.PerfEventArray] = (Word, Word),
        [MapType.PerCpuHash] = (Any, Any),
        [MapType.PerCpuArray] = (Word, Any),
        [MapType.LruHash] = (Any, Any),
        [MapType.LruPerCpuHash] = (Any, Any),
        [MapType.LpmTrie] = (Prefix, Any),
        [MapType.ArrayOfMaps] = (Word, Word),
        [MapType.HashOfMaps] = (Any, Word),
        [MapType.DevMap] = (Word, WordOrTwo),
        [MapType.CpuMap] = (Word, WordOrTwo),
        [MapType.XskMap] = (Word, Word),
        [MapType.Queue] = (None, Any),
        [MapType.Stack] = (None, Any),
        [MapType.DevMapHash] = (Word, WordOrTwo),
        [MapType.RingBuffer] = (None, None),
        [MapType.BloomFilter] = (None, Any),
        [MapType.Groups] = (GroupKey, GroupValue),
    }.ToFrozenDictionary();

    /// <summary>For messages: the types that are known.</summary>
    public static string Known { get; } = string.Join(", ", ByType.Keys.Order().Select(type => $"{type} ({(int)type})"));

    /// <summary>The type with a number, or null.</summary>
    public static MapType? Find(long number) =>
        number is >= 0 and <= int.MaxValue && ByType.ContainsKey((MapType)number) ? (MapType)number : null;

    public static bool IsMapOfMaps(MapType type) => type is MapType.ArrayOfMaps or MapType.HashOfMaps;

    /// <summary>What is wrong with a map's sizes, or null.</summary>
    public static string? Fault(MapDefinition map)
    {
        (SizeRange key, SizeRange value) = ByType[map.Type];
        return !key.Contains(map.KeySize) ? $"key_size is {map.KeySize}; {map.Type} maps have {key}"
            : !value.Contains(map.ValueSize) ? $"value_size is {map.ValueSize}; {map.Type} maps have {value}"
            : map.MaxEntries == 0 && map.Type != MapType.PerfEventArray ? "max_entries is 0"
            : null;
    }
}
