using System.Collections.Immutable;
using NearData.Isa.Programs;

namespace NearData.Vm.Memory;

/// <summary>
/// The memory of a program's maps for one run: every map of its own but the read-only ones, which all runs of an execution
/// share. Values don't move while this lives. Not thread-safe.
/// </summary>
public sealed unsafe class MapMemory : IDisposable
{
    /// <summary>
    /// Bytes that the maps of one run may take together: every worker of every execution has its own, so this times both
    /// must fit a node.
    /// </summary>
    public const long Limit = 64L << 20;

    private readonly ImmutableArray<MapDefinition> _maps;
    private readonly AlignedMemory _memory;

    /// <summary>Memory for a program's maps, filled with their initial values.</summary>
    /// <exception cref="MapMemoryException">They are larger than <see cref="Limit"/>, or of sizes that mean nothing.</exception>
    public MapMemory(ImmutableArray<MapDefinition> maps)
        : this(maps, parameters: null)
    {
    }

    internal MapMemory(ImmutableArray<MapDefinition> maps, ParameterValues? parameters)
    {
        _maps = maps;
        long[] offsets = Place(maps, out long length);
        _memory = new AlignedMemory(length);
        for (int map = 0; map < maps.Length; map++)
        {
            bool isShared = map == parameters?.Query.ParametersMap;
            Headers[map] = new MapHeader
            {
                Values = isShared ? parameters!.ReadOnlyData : _memory.Start + offsets[map],
                Stride = Stride(maps[map]),
                Entries = (uint)maps[map].MaxEntries,
            };
            if (!isShared && !maps[map].InitialValue.IsDefaultOrEmpty)
            {
                maps[map].InitialValue.AsSpan().CopyTo(Value(map, entry: 0));
            }
        }
    }

    /// <summary>What the maps are.</summary>
    public ImmutableArray<MapDefinition> Maps => _maps;

    internal MapHeader* Headers => (MapHeader*)_memory.Start;

    /// <summary>The bytes of one entry's value.</summary>
    public Span<byte> Value(int map, int entry)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)entry, (uint)_maps[map].MaxEntries);
        return new Span<byte>(Headers[map].Find((uint)entry), _maps[map].ValueSize);
    }

    public void Dispose() => _memory.Dispose();

    /// <summary>Bytes from one entry's value to the next.</summary>
    internal static long Stride(MapDefinition map) => (map.ValueSize + 7L) / 8 * 8;

    private static long[] Place(ImmutableArray<MapDefinition> maps, out long length)
    {
        long[] offsets = new long[maps.Length];
        length = AlignedMemory.Align((long)sizeof(MapHeader) * maps.Length);
        for (int map = 0; map < maps.Length; map++)
        {
            Check(maps[map]);
            offsets[map] = length;
            length += AlignedMemory.Align(Stride(maps[map]) * maps[map].MaxEntries);
            if (length > Limit)
            {
                throw new MapMemoryException(
                    maps[map].Name,
                    $"{maps[map].MaxEntries} values of {maps[map].ValueSize} bytes bring the maps over {Limit} bytes.");
            }
        }

        return offsets;
    }

    private static void Check(MapDefinition map)
    {
        if (map.ValueSize <= 0 || map.MaxEntries <= 0 || map.KeySize != sizeof(uint))
        {
            throw new MapMemoryException(
                map.Name,
                $"An array has keys of 4 bytes, and values and entries; this one {map.KeySize}, {map.ValueSize} and {map.MaxEntries}.");
        }

        if (!map.InitialValue.IsDefault && map.InitialValue.Length > map.ValueSize)
        {
            throw new MapMemoryException(
                map.Name, $"Its initial value has {map.InitialValue.Length} bytes, its value {map.ValueSize}.");
        }
    }
}
