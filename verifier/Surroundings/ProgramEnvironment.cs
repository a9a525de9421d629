using NearData.Isa.Programs;
using NearData.Verifier.Values;

namespace NearData.Verifier.Surroundings;

/// <summary>What surrounds a program: its row, maps and results, arranged for looking up. Immutable.</summary>
internal sealed class ProgramEnvironment
{
    private readonly RowPlaces? _row;
    private readonly Dictionary<long, int> _resultAt;

    /// <param name="program">Its declarations are in order.</param>
    public ProgramEnvironment(Program program)
    {
        Program = program;
        _row = program.Context is ProgramContext.Row row ? new RowPlaces(row.Layout) : null;
        _resultAt = Enumerable.Range(0, program.Results.Length).ToDictionary(index => (long)program.Results[index].Offset);
    }

    public Program Program { get; }

    public ProgramKind Kind => Program.Kind;

    /// <summary>Whether records are what it is called with.</summary>
    public bool TakesRows => Program.Context is ProgramContext.Row;

    public int MemoryLength => Program.Context is ProgramContext.Memory memory ? memory.Length : 0;

    public MapDefinition Map(int index) => Program.Maps[index];

    public ResultField Result(int index) => Program.Results[index];

    /// <summary>Bits of a result field's type.</summary>
    public int ResultBits(int index) => Result(index).Type.Size() * 8;

    /// <summary>The result field that is exactly these bytes of its section; null where none is.</summary>
    public int? FindResult(Place place) =>
        place.ConstantOffset is { } offset
        && _resultAt.TryGetValue(offset, out int index)
        && Result(index).Type.Size() == place.Size
            ? index
            : null;

    /// <summary>What of the row these bytes are; null where they are no part of one value.</summary>
    public MemoryAccess? FindField(Place place) =>
        _row is not null && place.ConstantOffset is { } offset ? _row.Find(offset, place.Size) : null;

    /// <summary>Whether the place is in the section of results.</summary>
    public bool IsResult(Place place) =>
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
        RegionKind.MapValue => new MemoryAccess(AccessTarget.MapValue, place.Region.Index, (int?)place.ConstantOffset),
        _ => new MemoryAccess(AccessTarget.Memory, 0, (int?)place.ConstantOffset),
    };
}
