using System.Collections.Frozen;
using System.Collections.Immutable;
using NearData.Isa.Helpers;
using NearData.Isa.Programs;
using NearData.Verifier.Domains;
using NearData.Verifier.Values;

namespace NearData.Verifier.Surroundings;

/// <summary>What surrounds a program: its row, maps and results, arranged for looking up. Immutable.</summary>
internal sealed class ProgramEnvironment
{
    private readonly RowPlaces? _row;
    private readonly List<ResultField> _results = [];
    private readonly List<Region> _regions = [];

    // By map, then by offset: in the section of results, and in a group's value.
    private readonly Dictionary<long, int>?[] _resultAt;
    private readonly Dictionary<long, int>?[] _groupAt;
    private readonly ReadOnlyMemory<byte> _constants;
    private readonly int _parameters;
    private readonly IReadOnlyDictionary<int, FieldRange> _fields;

    /// <param name="program">Its declarations are in order.</param>
    /// <param name="constants">The bytes of <c>.rodata</c> with parameters bound; empty where they aren't yet.</param>
    /// <param name="fields">What is known of the row's fields, by index; of those that are left out only their types are.</param>
    /// <param name="evaluator">Answers calls whose arguments are known; null where no call is.</param>
    public ProgramEnvironment(
        Program program, ReadOnlyMemory<byte> constants = default, IReadOnlyDictionary<int, FieldRange>? fields = null, HelperEvaluator? evaluator = null)
    {
        Program = program;
        _constants = constants;
        _parameters = program.Maps.IndexOf(program.Maps.FirstOrDefault(map => map.Role == MapRole.ReadOnlyData)!);
        _fields = fields ?? FrozenDictionary<int, FieldRange>.Empty;
        Evaluator = evaluator;
        _row = program.Context is ProgramContext.Row row ? new RowPlaces(row.Layout) : null;
        _resultAt = new Dictionary<long, int>[program.Maps.Length];
        _groupAt = new Dictionary<long, int>[program.Maps.Length];
        for (int map = 0; map < program.Maps.Length; map++)
        {
            if (program.Maps[map].Role == MapRole.Results)
            {
                _resultAt[map] = AddResults(Region.MapValue(map), program.Results);
            }
        }

        for (int map = 0; map < program.Maps.Length; map++)
        {
            if (program.Maps[map].Group is { } group)
            {
                _groupAt[map] = AddResults(Region.GroupValue(map), group.Values);
            }
        }
    }

    public Program Program { get; }

    /// <summary>Answers calls whose arguments are known; null where no call is.</summary>
    public HelperEvaluator? Evaluator { get; }

    /// <summary>Whether more than types is known of the row's fields, or asked for.</summary>
    public bool KnowsFields => _fields.Count > 0 || Compared is not null;

    /// <summary>Is told which texts fields are compared with, by index in the row's fields; null where nobody asks.</summary>
    public Action<int, ReadOnlyMemory<byte>>? Compared { get; init; }

    public ProgramKind Kind => Program.Kind;

    /// <summary>Whether records are what it is called with, groups of them, or buffers: in any order, so that it changes nothing but results.</summary>
    public bool TakesRows => Program.Context is ProgramContext.Row or ProgramContext.Group || Kind == ProgramKind.Buffer;

    /// <summary>Whether programs of its kind update results.</summary>
    public bool UpdatesResults => Kind is ProgramKind.Reduce or ProgramKind.Buffer;

    /// <summary>What r1 holds when the program starts, where that is one thing that functions can be handed; null for a group.</summary>
    public Value? Called => Program.Context switch
    {
        ProgramContext.Memory { Length: 0 } => new Value.Number(Scalar.Zero, new Term.Constant(0)),
        ProgramContext.Memory => Value.Pointer.At(Region.Memory, 0),
        ProgramContext.Fields => Value.Pointer.At(Region.Context, 0),
        ProgramContext.Row => Value.Pointer.At(Region.Row, 0),
        _ => null,
    };

    /// <summary>The struct that <see cref="Called"/> leads to; null where it has no name.</summary>
    public string? CalledStruct => Program.Context switch
    {
        ProgramContext.Fields fields => fields.Layout.Name,
        ProgramContext.Row row => row.Layout.Name,
        _ => null,
    };

    public int MemoryLength => Program.Context is ProgramContext.Memory memory ? memory.Length : 0;

    public MapDefinition Map(int index) => Program.Maps[index];

    /// <summary>A map as a helper is given it.</summary>
    public MapDefinition Map(Value.Map map) => map.IsInner ? Map(map.Index).Inner! : Map(map.Index);

    /// <summary>The map whose value or key a region is; null for other regions.</summary>
    public MapDefinition? MapOf(Region region) => region.Kind switch
    {
        RegionKind.MapValue or RegionKind.MapKey or RegionKind.GroupValue => Map(region.Index),
        RegionKind.InnerMapValue => Map(region.Index).Inner,
        _ => null,
    };

    /// <summary>Bytes of a region whose length doesn't depend on a run.</summary>
    public int LengthOf(Region region) => region.Kind switch
    {
        RegionKind.MapValue or RegionKind.InnerMapValue or RegionKind.GroupValue => MapOf(region)!.ValueSize,
        RegionKind.MapKey => Map(region.Index).KeySize,
        RegionKind.Record or RegionKind.Argument or RegionKind.Slice => region.Length,
        _ => MemoryLength,
    };

    /// <summary>The context's field that holds all the bytes; null where there is none.</summary>
    public int? FindContextField(Place place)
    {
        if (Program.Context is not ProgramContext.Fields context || place.ConstantOffset is not { } offset)
        {
            return null;
        }

        int index = context.Layout.Fields.IndexOf(
            context.Layout.Fields.FirstOrDefault(field => field.Offset <= offset && offset + place.Size <= field.Offset + field.Size)!);
        return index < 0 ? null : index;
    }

    public ContextField ContextField(int index) => ((ProgramContext.Fields)Program.Context).Layout.Fields[index];

    /// <summary>
    /// The number that constant data, or text that is known, holds at a place; null where it isn't known: parameters are bound for each
    /// execution.
    /// </summary>
    public ulong? KnownNumber(Place place)
    {
        if (place.ConstantOffset is not { } offset || KnownBytes(place.Region, offset, place.Size) is not { } bytes)
        {
            return null;
        }

        ulong number = 0;
        for (int at = bytes.Length - 1; at >= 0; at--)
        {
            number = (number << 8) | bytes.Span[at];
        }

        return number;
    }

    /// <summary>Bytes of constant data, or of text that is known; null where some of them aren't known.</summary>
    public ReadOnlyMemory<byte>? KnownBytes(Region region, long offset, long size)
    {
        if (offset < 0 || size < 0)
        {
            return null;
        }

        if (region.Kind == RegionKind.Text)
        {
            return KnownText(region.Index) is { } text && offset + size <= text.Length ? text.Slice((int)offset, (int)size) : default(ReadOnlyMemory<byte>?);
        }

        if (region.Kind != RegionKind.MapValue || Map(region.Index) is not { Role: MapRole.ReadOnlyData } map || offset + size > map.ValueSize)
        {
            return null;
        }

        if (!_constants.IsEmpty && region.Index == _parameters)
        {
            return _constants.Slice((int)offset, (int)size);
        }

        return HoldsParameter(offset, (int)size)
            ? default(ReadOnlyMemory<byte>?)
            : Enumerable.Range(0, (int)size).Select(at => ConstantByte(map, offset + at)).ToArray();
    }

    /// <summary>Bytes of a text that is known; null where it isn't.</summary>
    public int? KnownTextLength(int field) => KnownText(field)?.Length;

    /// <summary>What a field of text can hold: a null's is empty.</summary>
    public TextRange KnownTexts(int field) => KnownField(field) switch
    {
        { Nulls: NullPresence.All } => TextRange.Empty,
        { Nulls: NullPresence.Some, Texts: { } texts } => texts.Join(TextRange.Empty),
        { Texts: { } texts } => texts,
        _ => TextRange.All,
    };

    /// <summary>What is known of a field; null where only its type says it.</summary>
    public FieldRange? KnownField(int field) => _fields.TryGetValue(field, out FieldRange range) ? range : null;

    /// <summary>What is known of the values, or validity bytes, that a part of the row holds; null where only its type says it.</summary>
    public Scalar? KnownRange(MemoryAccess access)
    {
        if (KnownField(access.Index) is not { } range)
        {
            return null;
        }

        return access.Target == AccessTarget.FieldValidity ? range.Validity : range.Values(Program.Row.Fields[access.Index]);
    }

    /// <summary>Whether some of these bytes of constant data are given for each execution.</summary>
    public bool HoldsParameter(long offset, int size)
    {
        foreach (ParameterField parameter in Program.Parameters)
        {
            if (parameter.Offset < offset + size && offset < parameter.Offset + parameter.Size)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether a value is the length of a field of text.</summary>
    public bool IsTextLength(Term term) =>
        term is Term.Loaded { Target: AccessTarget.FieldValue, Offset: TextLayout.LengthOffset, Size: TextLayout.MemberSize } loaded
        && Program.Row.Fields[loaded.Index].Type == FieldType.Text;

    /// <summary>The value that a text's length is.</summary>
    public static Term TextLength(int field) =>
        new Term.Loaded(AccessTarget.FieldValue, field, TextLayout.LengthOffset, TextLayout.MemberSize);

    /// <summary>The field of text whose address is at a place in the row; null where another thing is.</summary>
    public int? FindText(Place place) =>
        FindField(place) is { Target: AccessTarget.FieldValue } access
        && Program.Row.Fields[access.Index].Type == FieldType.Text
        && access.Offset >= TextLayout.DataOffset
            ? access.Index
            : null;

    /// <summary>A byte of constant data; what has no initial value is zero.</summary>
    public static byte ConstantByte(MapDefinition map, long offset) =>
        !map.InitialValue.IsDefaultOrEmpty && offset < map.InitialValue.Length ? map.InitialValue[(int)offset] : (byte)0;

    /// <summary>Result fields: those of the program in its order, then the members of the groups of each map.</summary>
    public int Results => _results.Count;

    public ResultField Result(int index) => _results[index];

    /// <summary>The map of groups that a result field is a member of; null for a result of the program.</summary>
    public int? GroupMapOf(int index) => _regions[index] is { Kind: RegionKind.GroupValue } region ? region.Index : null;

    /// <summary>Bits of a result field's type.</summary>
    public int ResultBits(int index) => Result(index).Type.Size() * 8;

    /// <summary>The result field that is exactly these bytes of its section; null where none is.</summary>
    public int? FindResult(Place place) =>
        place.ConstantOffset is { } offset
        && ResultAt(place.Region, offset) is { } index
        && Result(index).Size == place.Size
            ? index
            : null;

    /// <summary>The result field that an address leads to, where a helper's update is for it; null otherwise.</summary>
    public int? FindUpdated(Value.Pointer pointer, ResultUpdate update) =>
        pointer.Offset.IsConstant
        && ResultAt(pointer.Region, (long)pointer.Offset.Number) is { } index
        && Result(index).Merge == update.Merge
        && Result(index).Type == update.Type
            ? index
            : null;

    /// <summary>What of the row these bytes are; null where they are no part of one value.</summary>
    public MemoryAccess? FindField(Place place) =>
        _row is not null && place.ConstantOffset is { } offset ? _row.Find(offset, place.Size) : null;

    /// <summary>Whether the place is in the section of results, or in a group.</summary>
    public bool IsResult(Place place) => place.Region.Kind == RegionKind.GroupValue ||
        place.Region.Kind == RegionKind.MapValue && Map(place.Region.Index).Role == MapRole.Results;

    /// <summary>Whether the place can't change while a program of this kind runs.</summary>
    public bool IsConstant(Place place) =>
        place.Region.Kind == RegionKind.Row
        || (place.Region.Kind == RegionKind.MapValue && (TakesRows || Map(place.Region.Index).Role == MapRole.ReadOnlyData) && !IsResult(place));

    /// <summary>What an access touches, for those who use the proof; it is known to be in bounds.</summary>
    /// <param name="place">The bytes.</param>
    /// <param name="depth">The number of calls that lead to the function that runs.</param>
    public MemoryAccess Touched(Place place, int depth) => place.Region.Kind switch
    {
        RegionKind.Row => FindField(place) ?? default,
        RegionKind.Stack when place.Region.Index != depth => new MemoryAccess(AccessTarget.Addressed, 0, null),
        RegionKind.Stack => new MemoryAccess(AccessTarget.Stack, 0, (int?)place.ConstantOffset),
        RegionKind.MapValue when Map(place.Region.Index).Type == MapType.Array =>
            new MemoryAccess(AccessTarget.MapValue, place.Region.Index, (int?)place.ConstantOffset),
        RegionKind.GroupValue => new MemoryAccess(AccessTarget.GroupValue, place.Region.Index, (int?)place.ConstantOffset),
        RegionKind.Context => FindContextField(place) is { } field
            ? new MemoryAccess(AccessTarget.ContextField, field, (int)place.ConstantOffset!.Value - ContextField(field).Offset)
            : default,
        not RegionKind.Memory => new MemoryAccess(AccessTarget.Addressed, 0, null),
        _ => new MemoryAccess(AccessTarget.Memory, 0, (int?)place.ConstantOffset),
    };

    /// <summary>The text that a field holds in all records; null where that isn't known.</summary>
    private ReadOnlyMemory<byte>? KnownText(int field) => KnownField(field) is null ? null : KnownTexts(field).Single;

    private int? ResultAt(Region region, long offset)
    {
        Dictionary<long, int>? fields = region.Kind switch
        {
            RegionKind.MapValue => _resultAt[region.Index],
            RegionKind.GroupValue => _groupAt[region.Index],
            _ => null,
        };
        return fields is not null && fields.TryGetValue(offset, out int index) ? index : null;
    }

    private Dictionary<long, int> AddResults(Region region, ImmutableArray<ResultField> fields)
    {
        Dictionary<long, int> places = [];
        foreach (ResultField field in fields)
        {
            places.Add(field.Offset, _results.Count);
            _results.Add(field);
            _regions.Add(region);
        }

        return places;
    }
}
