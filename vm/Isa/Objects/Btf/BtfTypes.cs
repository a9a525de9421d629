using System.Collections.Immutable;

namespace NearData.Isa.Objects.Btf;

/// <summary>All types of an object, by number. Every number that one of them refers to is one of them. Immutable.</summary>
public sealed class BtfTypes
{
    /// <summary>The section that types are kept in.</summary>
    public const string SectionName = ".BTF";

    /// <summary>How many names and qualifiers a type may be hidden behind; libbpf's limit, which no compiler comes near.</summary>
    public const int MaxDepth = 32;

    private readonly ImmutableArray<BtfType> _types;
    private readonly ImmutableArray<int> _offsets;

    private BtfTypes(ImmutableArray<BtfType> types, ImmutableArray<int> offsets, StringTable strings)
    {
        _types = types;
        _offsets = offsets;
        Strings = strings;
    }

    /// <summary>Number 0, which is void, included.</summary>
    public int Count => _types.Length;

    /// <summary>The strings that .BTF.ext refers to as well.</summary>
    internal StringTable Strings { get; }

    /// <summary>The type with a number from 0 to <see cref="Count"/> - 1.</summary>
    public BtfType this[int type] => _types[type];

    /// <summary>Decodes a section with its relocations already applied.</summary>
    /// <exception cref="ObjectFormatException">It is broken.</exception>
    public static BtfTypes Read(ReadOnlyMemory<byte> section)
    {
        var bytes = new SectionBytes(SectionName, section);
        BtfHeader header = BtfHeader.Read(bytes);
        SectionBytes typeBytes = bytes.Slice((long)header.Size + header.TypesOffset, header.TypesSize, "The types", $"{SectionName} types");
        SectionBytes stringBytes = bytes.Slice((long)header.Size + header.StringsOffset, header.StringsSize, "The strings", $"{SectionName} strings");

        var strings = new StringTable(stringBytes);
        var reader = new BtfTypeReader(typeBytes, strings);
        var types = ImmutableArray.CreateBuilder<BtfType>();
        var offsets = ImmutableArray.CreateBuilder<int>();
        types.Add(new BtfVoid());
        offsets.Add(0);
        while (!reader.IsAtEnd)
        {
            offsets.Add(reader.Position);
            types.Add(reader.Next());
        }

        for (int i = 0; i < types.Count; i++)
        {
            foreach (int reference in types[i].References)
            {
                if (reference >= types.Count)
                {
                    throw new ObjectFormatException(
                        typeBytes.Section, offsets[i], $"Type {i} refers to type {reference}; there are {types.Count - 1}.");
                }
            }
        }

        return new BtfTypes(types.ToImmutable(), offsets.ToImmutable(), strings);
    }

    /// <summary>The section of types numbered from 1 in the order given; <see cref="Read"/> gives them back.</summary>
    public static byte[] Write(IEnumerable<BtfType> types)
    {
        var strings = new StringTableBuilder();
        var encoded = new BtfOutput();
        var writer = new BtfTypeWriter(encoded, strings);
        foreach (BtfType type in types)
        {
            writer.Write(type);
        }

        byte[] text = strings.ToArray();
        var section = new BtfOutput();
        new BtfHeader(BtfHeader.MinSize, 0, (uint)encoded.Length, (uint)encoded.Length, (uint)text.Length).Write(section);
        section.Add(encoded.ToArray());
        section.Add(text);
        return section.ToArray();
    }

    /// <summary>The description of a section's variables, or null.</summary>
    public BtfDataSection? DataSection(string name) => _types.OfType<BtfDataSection>().FirstOrDefault(section => section.Name == name);

    /// <summary>The function with a name, or null.</summary>
    public BtfFunction? Function(string name) => _types.OfType<BtfFunction>().FirstOrDefault(function => function.Name == name);

    /// <summary>The section that a variable or function is described in, or null.</summary>
    public string? SectionOf(string name) => _types.OfType<BtfDataSection>()
        .FirstOrDefault(section => section.Variables.Any(placement => _types[placement.Variable].Name == name))?.Name;

    /// <summary>The type with its names and qualifiers taken off.</summary>
    public BtfResolved Resolve(int type)
    {
        bool isVolatile = false;
        int at = type;
        for (int depth = 0; depth <= MaxDepth; depth++)
        {
            if (_types[at] is not BtfModifier modifier)
            {
                return new BtfResolved(at, _types[at], isVolatile);
            }

            isVolatile |= modifier.Kind == BtfModifierKind.Volatile;
            at = modifier.Target;
        }

        throw new ObjectFormatException(
            $"{SectionName} types", _offsets[type], $"Type {type} is more than {MaxDepth} names and qualifiers deep, or refers to itself.");
    }

    /// <summary>The type as C writes it, for messages; the innermost part is cut where nesting is too deep.</summary>
    public string Describe(int type) => Describe(type, MaxDepth);

    private string Describe(int type, int depth)
    {
        if (depth == 0)
        {
            return "…";
        }

        return _types[type] switch
        {
            BtfVoid => "void",
            BtfPointer it => $"{Describe(it.Target, depth - 1)} *",
            BtfArray it => $"{Describe(it.Element, depth - 1)}[{it.Count}]",
            BtfComposite it => Tagged(it.Kind == BtfCompositeKind.Union ? "union" : "struct", it.Name),
            BtfForward it => Tagged(it.Kind == BtfCompositeKind.Union ? "union" : "struct", it.Name),
            BtfEnum it => Tagged("enum", it.Name),
            BtfModifier { Kind: BtfModifierKind.Typedef } it => it.Name,
            BtfModifier { Kind: BtfModifierKind.TypeTag } it => Describe(it.Target, depth - 1),
            BtfModifier it => $"{it.Kind.ToString().ToLowerInvariant()} {Describe(it.Target, depth - 1)}",
            BtfPrototype => "function",
            BtfType it => it.Name,
        };
    }

    private static string Tagged(string keyword, string name) => name.Length == 0 ? keyword : $"{keyword} {name}";
}

/// <summary>A type without its names and qualifiers.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Type">The type.</param>
/// <param name="IsVolatile">Whether one of the qualifiers was <c>volatile</c>.</param>
public readonly record struct BtfResolved(int Number, BtfType Type, bool IsVolatile);
