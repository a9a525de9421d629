using System.Numerics;
using NearData.Isa.Objects.Btf;
using NearData.Isa.Programs;

namespace NearData.Isa.Objects;

/// <summary>A declared map, and where in its variable the entries begin that it starts with.</summary>
/// <param name="Map">Without its entries.</param>
/// <param name="ValuesOffset">Bytes from the variable's start to the member <c>values</c>; null where there is none.</param>
internal sealed record MapDeclaration(MapDefinition Map, uint? ValuesOffset);

/// <summary>
/// The maps that an author declared in <c>.maps</c>: each variable is a struct whose members' types say what the map is
/// (libbpf's convention: <c>__uint(name, number)</c> is a pointer to an array of so many elements, <c>__type(name, type)</c> a
/// pointer, <c>__array(values, type)</c> an array of pointers, <c>__ulong(name, number)</c> an enumeration of one value).
/// </summary>
internal sealed class MapDeclarationReader(BtfTypes types)
{
    private const string KnownMembers =
        "type, key, value, key_size, value_size, max_entries, map_flags, map_extra, numa_node, pinning, values";

    /// <summary>Each of <see cref="KnownMembers"/> once.</summary>
    private const int MaxMembers = 11;

    /// <summary>The kernel's pages: a ring buffer is a power of two of them, and libbpf makes it so.</summary>
    private const uint PageSize = 4096;

    public MapDeclaration Read(BtfVariable variable)
    {
        if (types.Resolve(variable.Type).Type is not BtfComposite { Kind: BtfCompositeKind.Struct } declaration)
        {
            throw Refusal(variable.Name, $"type '{types.Describe(variable.Type)}' declares no map");
        }

        return Read(variable.Name, declaration, isInner: false);
    }

    private MapDeclaration Read(string map, BtfComposite declaration, bool isInner)
    {
        if (declaration.Members.Length > MaxMembers)
        {
            throw Refusal(map, $"it has {declaration.Members.Length} members; known: {KnownMembers}");
        }

        var members = new MapMembers(map);
        foreach (BtfMember member in declaration.Members)
        {
            Read(members, member);
        }

        MapDefinition found = members.ToDefinition();
        if (members.Values is not (int element, uint offset))
        {
            return new MapDeclaration(Checked(found), null);
        }

        if (isInner || declaration.Members[^1].Name != "values")
        {
            throw Refusal(map, isInner ? "an inner map has no values of its own" : "values is the last member of a declaration");
        }

        return new MapDeclaration(Checked(WithValues(found, element)), offset);
    }

    private void Read(MapMembers members, BtfMember member)
    {
        BtfResolved resolved = types.Resolve(member.Type);
        switch (member.Name, resolved.Type)
        {
            case ("key" or "value", BtfPointer pointer):
                members.Add($"{member.Name}_size", SizeOf(members.Map, pointer.Target));
                members.AddType(member.Name, pointer.Target);
                return;
            case ("values", BtfArray values) when types.Resolve(values.Element).Type is BtfPointer element:
                members.Values = (element.Target, member.BitOffset / 8);
                return;
            case ("type" or "key_size" or "value_size" or "max_entries" or "map_flags" or "map_extra" or "numa_node" or "pinning", BtfPointer pointer)
                when types.Resolve(pointer.Target).Type is BtfArray number:
                members.Add(member.Name, number.Count);
                return;
            case ("map_extra", BtfEnum { Values: [BtfEnumerator number] }):
                members.Add(member.Name, number.Value);
                return;
            default:
                throw Refusal(members.Map, $"member '{member.Name}' of type '{types.Describe(member.Type)}' isn't supported; known: {KnownMembers}");
        }
    }

    /// <summary>What a map of maps holds, or a program array: both are numbers of 4 bytes for the kernel.</summary>
    private MapDefinition WithValues(MapDefinition map, int element)
    {
        if (map.ValueSize is not (0 or sizeof(uint)))
        {
            throw Refusal(map.Name, $"it gives value_size as {map.ValueSize} and as {sizeof(uint)}");
        }

        BtfType type = types.Resolve(element).Type;
        map = map with { ValueSize = sizeof(uint) };
        return (map.Type, type) switch
        {
            (MapType.ProgramArray, BtfPrototype) => map,
            (MapType.ArrayOfMaps or MapType.HashOfMaps, BtfComposite { Kind: BtfCompositeKind.Struct } inner) =>
                map with { Inner = Read($"{map.Name}.inner", inner, isInner: true).Map },
            _ => throw Refusal(
                map.Name, $"values of type '{types.Describe(element)}' don't belong to a {map.Type} map; maps of maps and program arrays have them"),
        };
    }

    private static MapDefinition Checked(MapDefinition map)
    {
        // A power of two of pages; none stays none, and is refused below.
        map = map.Type == MapType.RingBuffer && map.MaxEntries is > 0 and <= 1 << 30
            ? map with { MaxEntries = (int)Math.Max(PageSize, BitOperations.RoundUpToPowerOf2((uint)map.MaxEntries)) }
            : map;
        return MapShapes.Fault(map) is string fault ? throw Refusal(map.Name, fault) : map;
    }

    /// <summary>Bytes of a type, as <c>sizeof</c> gives them.</summary>
    private long SizeOf(string map, int type) =>
        types.SizeOf(type) switch
        {
            null => throw Refusal(map, $"type '{types.Describe(type)}' has no size"),
            > int.MaxValue => throw Refusal(map, $"type '{types.Describe(type)}' is too large"),
            long size => size,
        };

    private static ObjectContractException Refusal(string map, string reason) =>
        new(SectionRoles.Declarations, map, $"Map '{map}': {reason}.");
}
