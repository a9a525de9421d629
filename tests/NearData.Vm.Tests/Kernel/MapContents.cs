using NearData.Isa.Programs;
using NearData.TestSupport.Kernel;
using NearData.Vm.Maps;

namespace NearData.Vm.Tests.Kernel;

/// <summary>What maps hold, as text in an order of its own: a line for each map that holds bytes.</summary>
internal static class MapContents
{
    public static string Of(KernelMaps maps) => Text(maps.Select(map => (map.Definition, Holds(map.Definition) ? map.Entries() : [])));

    public static string Of(MapSet maps) => Text(maps.Maps.Select((map, index) => (map, Holds(map) ? Entries(maps[index]) : [])));

    /// <summary>Those of other types are compared otherwise, or hold no bytes of programs.</summary>
    private static bool Holds(MapDefinition map) =>
        map.Type is MapType.Array or MapType.PerCpuArray or MapType.Hash or MapType.PerCpuHash or MapType.LruHash or MapType.LpmTrie;

    private static string Text(IEnumerable<(MapDefinition Map, IEnumerable<(byte[] Key, byte[] Value)> Entries)> maps) =>
        string.Join('\n', maps.Where(map => Holds(map.Map)).Select(map =>
            $"{map.Map.Name}: {string.Join(' ', map.Entries.Select(entry => Line(map.Map, entry)).Order(StringComparer.Ordinal))}"));

    // Which CPU a program ran on, and so whose value it changed, is the scheduler's choice: counters are compared by their sum.
    private static string Line(MapDefinition map, (byte[] Key, byte[] Value) entry) => map.Type is MapType.PerCpuArray or MapType.PerCpuHash
        ? $"{Convert.ToHexStringLower(entry.Key)}={string.Join(',', Sums(entry.Value, (map.ValueSize + 7) / 8))}"
        : $"{Convert.ToHexStringLower(entry.Key)}={Convert.ToHexStringLower(entry.Value)}";

    private static IEnumerable<long> Sums(byte[] values, int words) => Enumerable.Range(0, words).Select(word => Enumerable
        .Range(0, values.Length / 8 / words)
        .Sum(cpu => BitConverter.ToInt64(values, ((cpu * words) + word) * 8)));

    private static IEnumerable<(byte[] Key, byte[] Value)> Entries(BpfMap map)
    {
        byte[] next = new byte[map.Definition.KeySize];
        byte[] key = [];
        while (map.NextKey(key, next) == MapError.None)
        {
            key = [.. next];
            byte[] value = new byte[map.HostValueSize];
            if (map.Lookup(key, value) == MapError.None)
            {
                yield return (key, value);
            }
        }
    }
}
