using System.Collections.Immutable;
using NearData.Isa.Objects.Btf;
using NearData.Isa.Objects.Elf;
using NearData.Isa.Programs;

namespace NearData.Isa.Objects;

/// <summary>
/// Maps from before BTF: a section of structs of 32-bit numbers, one for each symbol. A struct reaches to the next symbol, or to
/// the section's end; the symbols' own sizes say nothing, because loaders never looked at them.
/// <code>
///   0 type   4 key size   8 value size   12 entries   16 flags          (20 bytes: libbpf)
///   20 index of the inner map, of a map of maps   24 NUMA node          (28 bytes: the kernel's samples)
///   20 id   24 pinning                                                  (28 bytes: loaders of Rust programs)
///   20 id   24 pinning   28 id of the inner map   32 own entry in it    (36 bytes: iproute2)
/// </code>
/// </summary>
internal sealed class LegacyMapReader(ElfFile file, BtfTypes types)
{
    private const int CommonSize = 20;
    private const int SizeWithInnerIndex = 28;
    private const int SizeWithIds = 36;
    private const int IdAt = 20;
    private const int InnerIdAt = 28;
    private const int EntryAt = 32;

    /// <summary>The entry of a map that only says what the entries of another look like.</summary>
    private const uint NoEntry = uint.MaxValue;

    /// <summary>Before a map's name: the struct of <c>key</c> and <c>value</c> that describes its types.</summary>
    private const string AnnotationPrefix = "____btf_map_";

    private readonly ILookup<int, ElfSymbol> _symbols = file.Symbols
        .Where(symbol => symbol.Entry.Type is SymbolType.Object or SymbolType.None && symbol.Name.Length != 0)
        .ToLookup(symbol => (int)symbol.Entry.Section);

    /// <summary>The section's maps in order, and where each begins.</summary>
    public ImmutableArray<(int Offset, MapDefinition Map)> Read(ElfSection section)
    {
        (string Name, int Offset)[] symbols = Symbols(section);
        var found = ImmutableArray.CreateBuilder<(int Offset, MapDefinition Map)>(symbols.Length);
        for (int i = 0; i < symbols.Length; i++)
        {
            int end = i + 1 < symbols.Length ? symbols[i + 1].Offset : section.Memory.Length;
            found.Add((symbols[i].Offset, ReadMap(section, symbols[i].Name, symbols[i].Offset, end - symbols[i].Offset)));
        }

        ResolveInner(section, found);
        foreach ((int offset, MapDefinition map) in found)
        {
            if (MapShapes.Fault(map) is string fault)
            {
                throw Refusal(section, map.Name, fault);
            }
        }

        return found.ToImmutable();
    }

    private (string Name, int Offset)[] Symbols(ElfSection section)
    {
        (string Name, int Offset)[] symbols = [.. _symbols[section.Index]
            .Select(symbol => symbol.Entry.Value < (ulong)section.Memory.Length
                ? (symbol.Name, (int)symbol.Entry.Value)
                : throw new ObjectFormatException(
                    section.Name, (long)Math.Min(symbol.Entry.Value, long.MaxValue), $"Map '{symbol.Name}' begins outside the {section.Memory.Length} bytes of maps."))
            .OrderBy(symbol => symbol.Item2)];
        if (symbols.Length == 0 || symbols[0].Offset != 0)
        {
            throw new ObjectFormatException(section.Name, 0, "No symbol names the map that begins here.");
        }

        return symbols;
    }

    private MapDefinition ReadMap(ElfSection section, string name, int offset, int length)
    {
        if (length < CommonSize)
        {
            throw new ObjectFormatException(section.Name, offset, $"The definition of map '{name}' has {length} bytes; {CommonSize} are needed.");
        }

        SectionBytes bytes = section.Bytes;
        if (length > SizeWithIds && bytes.Span(offset + SizeWithIds, length - SizeWithIds, "A map").ContainsAnyExcept((byte)0))
        {
            throw new ObjectFormatException(
                section.Name, offset, $"The definition of map '{name}' has {length} bytes, and not only zeros from byte {SizeWithIds} on: that isn't a known form.");
        }

        uint number = bytes.UInt32(offset, "A map");
        MapType type = MapShapes.Find(number) ?? throw Refusal(section, name, $"maps of type {number} aren't supported; known: {MapShapes.Known}");
        BtfComposite? annotation = types.Composite(AnnotationPrefix + name);
        return new MapDefinition(
            name, MapRole.Declared, type, Size(section, name, offset + 4), Size(section, name, offset + 8), Size(section, name, offset + 12), [])
        {
            Flags = bytes.UInt32(offset + 16, "A map"),
            KeyTypeId = TypeOf(annotation, "key"),
            ValueTypeId = TypeOf(annotation, "value"),
        };
    }

    private static int Size(ElfSection section, string name, int offset)
    {
        uint size = section.Bytes.UInt32(offset, "A map");
        return size <= int.MaxValue ? (int)size : throw Refusal(section, name, $"the number at byte {offset} is {size}");
    }

    private static int TypeOf(BtfComposite? annotation, string name) =>
        annotation?.Members.FirstOrDefault(member => member.Name == name)?.Type ?? 0;

    /// <summary>What a map of maps holds looks like another map, which it names by number or by id.</summary>
    private static void ResolveInner(ElfSection section, ImmutableArray<(int Offset, MapDefinition Map)>.Builder maps)
    {
        SectionBytes bytes = section.Bytes;
        var byId = new Dictionary<uint, uint>();
        for (int i = 0; i < maps.Count; i++)
        {
            if (LengthOf(i) >= SizeWithIds)
            {
                byId.TryAdd(bytes.UInt32(maps[i].Offset + IdAt, "A map"), (uint)i);
            }
        }

        for (int i = 0; i < maps.Count; i++)
        {
            (int offset, MapDefinition map) = maps[i];
            if (!MapShapes.IsMapOfMaps(map.Type))
            {
                continue;
            }

            uint inner = LengthOf(i) switch
            {
                >= SizeWithIds when byId.TryGetValue(bytes.UInt32(offset + InnerIdAt, "A map"), out uint named) => named,
                >= SizeWithInnerIndex and < SizeWithIds => bytes.UInt32(offset + CommonSize, "A map"),
                _ => uint.MaxValue,
            };
            if (inner >= maps.Count || MapShapes.IsMapOfMaps(maps[(int)inner].Map.Type))
            {
                throw Refusal(section, map.Name, "it names no map that its entries look like");
            }

            maps[i] = (offset, map with { Inner = maps[(int)inner].Map, Slots = Slots(i, map) });
        }

        // iproute2 puts each map with an id, which isn't a map of maps itself, at its entry of those that name the id.
        ImmutableArray<MapSlot> Slots(int outer, MapDefinition map)
        {
            if (LengthOf(outer) < SizeWithIds)
            {
                return [];
            }

            uint id = bytes.UInt32(maps[outer].Offset + InnerIdAt, "A map");
            MapSlot[] slots = [.. Enumerable.Range(0, maps.Count)
                .Where(i => LengthOf(i) >= SizeWithIds && !MapShapes.IsMapOfMaps(maps[i].Map.Type)
                    && bytes.UInt32(maps[i].Offset + IdAt, "A map") == id && bytes.UInt32(maps[i].Offset + EntryAt, "A map") != NoEntry)
                .Select(i => new MapSlot((int)bytes.UInt32(maps[i].Offset + EntryAt, "A map"), maps[i].Map.Name))
                .OrderBy(slot => slot.Index)];
            return slots.FirstOrDefault(slot => (uint)slot.Index >= (uint)map.MaxEntries) is { Target: not null } outside
                ? throw Refusal(section, map.Name, $"map '{outside.Target}' is to be its entry {(uint)outside.Index}; it has {map.MaxEntries}")
                : [.. slots];
        }

        int LengthOf(int map) => (map + 1 < maps.Count ? maps[map + 1].Offset : section.Memory.Length) - maps[map].Offset;
    }

    private static ObjectContractException Refusal(ElfSection section, string map, string reason) =>
        new(section.Name, map, $"Map '{map}': {reason}.");
}
