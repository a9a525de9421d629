using NearData.Isa.Programs;

namespace NearData.Isa.Objects;

/// <summary>What the members of a map's declaration say so far. Each may be said twice, if both say the same.</summary>
internal sealed class MapMembers(string map)
{
    private readonly Dictionary<string, Int128> _numbers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _types = new(StringComparer.Ordinal);

    /// <summary>The map's name.</summary>
    public string Map { get; } = map;

    /// <summary>The type of the entries that <c>values</c> points to, and the member's offset in the declaration.</summary>
    public (int Element, uint Offset)? Values { get; set; }

    public void Add(string name, Int128 number)
    {
        if (!_numbers.TryAdd(name, number) && _numbers[name] != number)
        {
            throw Refusal($"it gives {name} as {_numbers[name]} and as {number}");
        }
    }

    public void AddType(string name, int type) => _types[name] = type;

    public MapDefinition ToDefinition()
    {
        Int128 number = _numbers.GetValueOrDefault("type");
        MapType type = (number >= 0 && number <= int.MaxValue ? MapShapes.Find((long)number) : null)
            ?? throw Refusal($"maps of type {number} aren't supported; known: {MapShapes.Known}");
        Int128 extra = _numbers.GetValueOrDefault("map_extra");
        return new MapDefinition(Map, MapRole.Declared, type, Size("key_size", type), Size("value_size", type), Size("max_entries", type), [])
        {
            Flags = (uint)(ulong)_numbers.GetValueOrDefault("map_flags"),
            Extra = extra >= 0 && extra <= ulong.MaxValue ? (ulong)extra : throw Refusal($"map_extra is {extra}"),
            KeyTypeId = _types.GetValueOrDefault("key"),
            ValueTypeId = _types.GetValueOrDefault("value"),
        };
    }

    private int Size(string name, MapType type)
    {
        // Numbers of processors and of files: authors leave out what they can't choose.
        bool isGiven = _numbers.TryGetValue(name, out Int128 number);
        if (!isGiven && name != "max_entries" && (type == MapType.PerfEventArray || (MapShapes.IsMapOfMaps(type) && name == "value_size")))
        {
            return sizeof(uint);
        }

        return number >= 0 && number <= int.MaxValue ? (int)number : throw Refusal($"{name} is {number}");
    }

    private ObjectContractException Refusal(string reason) => new(SectionRoles.Declarations, Map, $"Map '{Map}': {reason}.");
}
