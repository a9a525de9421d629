using NearData.Isa.Programs;

namespace NearData.Vm.Maps;

/// <summary>Makes a map of each type, and refuses definitions that mean nothing.</summary>
internal static class MapFactory
{
    /// <exception cref="MapMemoryException">The definition means nothing, or is too large for the budget.</exception>
    public static BpfMap Create(MapDefinition definition, MemoryBudget budget)
    {
        Check(definition);
        return definition.Type switch
        {
            MapType.Array => new ArrayMap(definition, budget),
            _ => throw new MapMemoryException(definition.Name, $"There are no maps of type {definition.Type}."),
        };
    }

    /// <exception cref="MapMemoryException">The definition means nothing.</exception>
    public static void Check(MapDefinition map)
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
