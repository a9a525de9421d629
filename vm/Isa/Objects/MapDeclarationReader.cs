using System.Collections.Immutable;
using NearData.Isa.Objects.Btf;
using NearData.Isa.Programs;

namespace NearData.Isa.Objects;

/// <summary>
/// The maps that an author declared in <c>.maps</c>: each variable is a struct whose members' types say what the map is
/// (libbpf's convention: <c>__uint(name, number)</c> is a pointer to an array of so many elements, <c>__type(name, type)</c> a pointer).
/// </summary>
internal sealed class MapDeclarationReader(BtfTypes types)
{
    /// <summary>The kernel's array maps are indexed by a 32-bit number.</summary>
    private const int ArrayKeySize = sizeof(uint);

    private const string KnownMembers = "type, key, value, key_size, value_size, max_entries";

    /// <summary>Each of <see cref="KnownMembers"/> once.</summary>
    private const int MaxMembers = 6;

    public MapDefinition Read(BtfVariable variable)
    {
        if (types.Resolve(variable.Type).Type is not BtfComposite { Kind: BtfCompositeKind.Struct } declaration)
        {
            throw Refusal(variable, $"type '{types.Describe(variable.Type)}' declares no map");
        }

        if (declaration.Members.Length > MaxMembers)
        {
            throw Refusal(variable, $"it has {declaration.Members.Length} members; known: {KnownMembers}");
        }

        var numbers = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (BtfMember member in declaration.Members)
        {
            (string name, long number) = ReadMember(variable, member);
            if (!numbers.TryAdd(name, number) && numbers[name] != number)
            {
                throw Refusal(variable, $"it gives {name} as {numbers[name]} and as {number}");
            }
        }

        MapType type = ReadType(variable, numbers);
        long keySize = numbers.GetValueOrDefault("key_size");
        if (keySize != ArrayKeySize)
        {
            throw Refusal(variable, $"an array's key is {ArrayKeySize} bytes, not {keySize}");
        }

        return new MapDefinition(
            variable.Name, MapRole.Declared, type, ArrayKeySize, Positive(variable, numbers, "value_size"), Positive(variable, numbers, "max_entries"), []);
    }

    private (string Name, long Number) ReadMember(BtfVariable variable, BtfMember member)
    {
        BtfResolved resolved = types.Resolve(member.Type);
        if (resolved.Type is BtfPointer pointer)
        {
            switch (member.Name)
            {
                case "type" or "key_size" or "value_size" or "max_entries"
                    when types.Resolve(pointer.Target).Type is BtfArray number:
                    return (member.Name, number.Count);
                case "key" or "value":
                    return ($"{member.Name}_size", SizeOf(variable, pointer.Target));
            }
        }

        throw Refusal(variable, $"member '{member.Name}' isn't supported; known: {KnownMembers}");
    }

    private static MapType ReadType(BtfVariable variable, Dictionary<string, long> numbers)
    {
        long number = numbers.GetValueOrDefault("type");
        return number == (int)MapType.Array
            ? MapType.Array
            : throw Refusal(variable, $"maps of type {number} aren't supported; known: array (2)");
    }

    private static int Positive(BtfVariable variable, Dictionary<string, long> numbers, string name)
    {
        long number = numbers.GetValueOrDefault(name);
        return number is > 0 and <= int.MaxValue ? (int)number : throw Refusal(variable, $"{name} is {number}");
    }

    /// <summary>Bytes of a type, as <c>sizeof</c> gives them.</summary>
    private long SizeOf(BtfVariable variable, int type)
    {
        Int128 count = 1;
        int at = type;
        for (int depth = 0; depth <= BtfTypes.MaxDepth; depth++)
        {
            BtfResolved resolved = types.Resolve(at);
            if (resolved.Type is BtfArray array && count <= int.MaxValue)
            {
                count *= array.Count;
                at = array.Element;
                continue;
            }

            Int128 size = count * resolved.Type switch
            {
                BtfInt it => it.Size,
                BtfFloat it => it.Size,
                BtfEnum it => it.Size,
                BtfComposite it => it.Size,
                BtfPointer => sizeof(long),
                _ => throw Refusal(variable, $"type '{types.Describe(type)}' has no size"),
            };
            return size <= int.MaxValue ? (long)size : throw Refusal(variable, $"type '{types.Describe(type)}' is too large");
        }

        throw Refusal(variable, $"an array of more than {BtfTypes.MaxDepth} dimensions");
    }

    private static ObjectContractException Refusal(BtfVariable variable, string reason) =>
        new(SectionRoles.Declarations, variable.Name, $"Map '{variable.Name}': {reason}.");
}
