using System.Collections.Frozen;
using System.Collections.Immutable;
using NearData.Isa.Objects.Btf.Core;

namespace NearData.Isa.Objects.Btf;

/// <summary>All types of an object, by number. Every number that one of them refers to is one of them. Immutable.</summary>
public sealed class BtfTypes
{
    /// <summary>The section that types are kept in.</summary>
    public const string SectionName = ".BTF";

    /// <summary>How many names and qualifiers a type may be hidden behind; libbpf's limit, which no compiler comes near.</summary>
    public const int MaxDepth = 32;

    /// <summary>Above every size that anything here can have; small enough to be multiplied by any count.</summary>
    private const long TooLarge = 1L << 31;

    private readonly BtfTypes? _base;
    private readonly int _first;
    private readonly ImmutableArray<BtfType> _types;
    private readonly ImmutableArray<int> _offsets;
    private readonly Lazy<FrozenDictionary<string, ImmutableArray<int>>> _byName;
    private readonly Lazy<FrozenDictionary<string, ImmutableArray<int>>> _byEssentialName;
    private readonly Lazy<FrozenDictionary<(Type Kind, string Name), int>> _firstOfKind;

    private BtfTypes(BtfTypes? below, ImmutableArray<BtfType> types, ImmutableArray<int> offsets, StringTable strings)
    {
        _base = below;
        _first = below?.Count ?? 0;
        _types = types;
        _offsets = offsets;
        Strings = strings;
        _byName = new(() => Index(name => name));
        _firstOfKind = new(() => Enumerable.Range(_first, _types.Length)
            .Where(type => this[type] is BtfFunction or BtfDataSection or BtfComposite && this[type].Name.Length != 0)
            .DistinctBy(type => (this[type].GetType(), this[type].Name))
            .ToFrozenDictionary(type => (this[type].GetType(), this[type].Name)));
        _byEssentialName = new(() => Index(name => CoreNames.Essential(name).ToString()));
    }

    /// <summary>Nothing but void: what an object without types has.</summary>
    public static BtfTypes Empty { get; } = new(null, [new BtfVoid()], [0], new StringTable(new SectionBytes(SectionName, default)));

    /// <summary>Number 0, which is void, included; with a base, its types too.</summary>
    public int Count => _first + _types.Length;

    /// <summary>The strings that .BTF.ext refers to as well.</summary>
    internal StringTable Strings { get; }

    /// <summary>The type with a number from 0 to <see cref="Count"/> - 1.</summary>
    public BtfType this[int type] => type < _first ? _base![type] : _types[type - _first];

    /// <summary>Decodes a section with its relocations already applied.</summary>
    /// <param name="section">The bytes.</param>
    /// <param name="below">
    /// The types that a split section goes on from, such as the kernel's for one of its modules: its own are numbered after them,
    /// and its strings lie behind theirs.
    /// </param>
    /// <exception cref="ObjectFormatException">It is broken.</exception>
    public static BtfTypes Read(ReadOnlyMemory<byte> section, BtfTypes? below = null)
    {
        var bytes = new SectionBytes(SectionName, section);
        BtfHeader header = BtfHeader.Read(bytes);
        SectionBytes typeBytes = bytes.Slice((long)header.Size + header.TypesOffset, header.TypesSize, "The types", $"{SectionName} types");
        SectionBytes stringBytes = bytes.Slice((long)header.Size + header.StringsOffset, header.StringsSize, "The strings", $"{SectionName} strings");

        var strings = new StringTable(stringBytes, below?.Strings);
        var reader = new BtfTypeReader(typeBytes, strings);
        var types = ImmutableArray.CreateBuilder<BtfType>();
        var offsets = ImmutableArray.CreateBuilder<int>();
        var references = new List<int>();
        if (below is null)
        {
            types.Add(new BtfVoid());
            offsets.Add(0);
            references.Add(0);
        }

        while (!reader.IsAtEnd)
        {
            offsets.Add(reader.Position);
            types.Add(reader.Next());
            references.Add(reader.LargestReference);
        }

        int first = below?.Count ?? 0;
        int count = first + types.Count;
        for (int i = 0; i < types.Count; i++)
        {
            if (references[i] >= count)
            {
                throw new ObjectFormatException(typeBytes.Section, offsets[i], $"Type {first + i} refers to type {references[i]}; there are {count - 1}.");
            }
        }

        return new BtfTypes(below, types.ToImmutable(), offsets.ToImmutable(), strings);
    }

    /// <summary>
    /// The section of types numbered from 1, or behind those of a base, in the order given; <see cref="Read"/> gives them back.
    /// </summary>
    public static byte[] Write(IEnumerable<BtfType> types, BtfTypes? below = null)
    {
        var strings = new StringTableBuilder((uint)(below?.Strings.End ?? 0));
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

    /// <summary>The numbers of all types with a name, ascending; a base's come first.</summary>
    public IEnumerable<int> Named(string name) =>
        (_base?.Named(name) ?? []).Concat(_byName.Value.GetValueOrDefault(name, []));

    /// <summary>The numbers of all types whose name is this one but for a flavor, ascending; a base's come first.</summary>
    internal IEnumerable<int> NamedEssentially(string name) =>
        (_base?.NamedEssentially(name) ?? []).Concat(_byEssentialName.Value.GetValueOrDefault(name, []));

    /// <summary>The number of a section's description, or null.</summary>
    public int? FindDataSection(string name) => Find<BtfDataSection>(name);

    /// <summary>The description of a section's variables, or null.</summary>
    public BtfDataSection? DataSection(string name) => FindDataSection(name) is int type ? (BtfDataSection)this[type] : null;

    /// <summary>The number of the function with a name, or null.</summary>
    public int? FindFunction(string name) => Find<BtfFunction>(name);

    /// <summary>The function with a name, or null.</summary>
    public BtfFunction? Function(string name) => FindFunction(name) is int type ? (BtfFunction)this[type] : null;

    /// <summary>The struct or union with a tag, or null.</summary>
    public BtfComposite? Composite(string name) => Find<BtfComposite>(name) is int type ? (BtfComposite)this[type] : null;

    /// <summary>The section that a variable or function is described in, or null.</summary>
    public string? SectionOf(string name) => Enumerable.Range(0, Count)
        .Select(type => this[type])
        .OfType<BtfDataSection>()
        .FirstOrDefault(section => section.Variables.Any(placement => this[placement.Variable].Name == name))?.Name;

    /// <summary>
    /// Bytes of a type, as <c>sizeof</c> gives them; more than <see cref="int.MaxValue"/> is all the same. Null for a type that has none.
    /// </summary>
    public long? SizeOf(int type)
    {
        long count = 1;
        int at = type;
        for (int depth = 0; depth <= MaxDepth; depth++)
        {
            BtfType found = Resolve(at).Type;
            if (found is BtfArray array)
            {
                count = Math.Min(count * array.Count, TooLarge);
                at = array.Element;
                continue;
            }

            long? size = found switch
            {
                BtfInt it => it.Size,
                BtfFloat it => it.Size,
                BtfEnum it => it.Size,
                BtfComposite it => it.Size,
                BtfDataSection it => it.Size,
                BtfPointer => sizeof(long),
                _ => null,
            };
            return size is long bytes ? Math.Min(count * bytes, TooLarge) : null;
        }

        throw TooDeep(type);
    }

    /// <summary>The type with its names and qualifiers taken off.</summary>
    public BtfResolved Resolve(int type)
    {
        bool isVolatile = false;
        int at = type;
        for (int depth = 0; depth <= MaxDepth; depth++)
        {
            if (this[at] is not BtfModifier modifier)
            {
                return new BtfResolved(at, this[at], isVolatile);
            }

            isVolatile |= modifier.Kind == BtfModifierKind.Volatile;
            at = modifier.Target;
        }

        throw TooDeep(type);
    }

    /// <summary>The type as C writes it, for messages; the innermost part is cut where nesting is too deep.</summary>
    public string Describe(int type) => Describe(type, MaxDepth);

    private string Describe(int type, int depth)
    {
        if (depth == 0)
        {
            return "…";
        }

        return this[type] switch
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

    private FrozenDictionary<string, ImmutableArray<int>> Index(Func<string, string> key) => Enumerable.Range(_first, _types.Length)
        .Where(type => this[type].Name.Length != 0)
        .GroupBy(type => key(this[type].Name), StringComparer.Ordinal)
        .ToFrozenDictionary(group => group.Key, group => group.ToImmutableArray(), StringComparer.Ordinal);

    private int? Find<T>(string name)
        where T : BtfType =>
        _base?.Find<T>(name) ?? (_firstOfKind.Value.TryGetValue((typeof(T), name), out int type) ? type : null);

    private ObjectFormatException TooDeep(int type) => type < _first
        ? _base!.TooDeep(type)
        : new ObjectFormatException(
            $"{SectionName} types", _offsets[type - _first], $"Type {type} is more than {MaxDepth} names and qualifiers deep, or refers to itself.");

    private static string Tagged(string keyword, string name) => name.Length == 0 ? keyword : $"{keyword} {name}";
}

/// <summary>A type without its names and qualifiers.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Type">The type.</param>
/// <param name="IsVolatile">Whether one of the qualifiers was <c>volatile</c>.</param>
public readonly record struct BtfResolved(int Number, BtfType Type, bool IsVolatile);
