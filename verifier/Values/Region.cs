namespace NearData.Verifier.Values;

/// <summary>Memory of one kind that an address can point into.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Index">The map's index in the program; 0 for the other kinds.</param>
public readonly record struct Region(RegionKind Kind, int Index)
{
    public static Region Row { get; } = new(RegionKind.Row, 0);

    /// <summary>Offsets are from the frame pointer, so negative.</summary>
    public static Region Stack { get; } = new(RegionKind.Stack, 0);

    public static Region Memory { get; } = new(RegionKind.Memory, 0);

    public static Region MapValue(int index) => new(RegionKind.MapValue, index);

    /// <summary>Whether an offset into it may vary; rows and stacks are told apart by exact offsets.</summary>
    public bool TakesVariableOffsets => Kind is RegionKind.MapValue or RegionKind.Memory;

    public override string ToString() => Kind switch
    {
        RegionKind.Row => "the row",
        RegionKind.Stack => "the stack",
        RegionKind.MapValue => $"a value of map {Index}",
        _ => "the memory",
    };
}

public enum RegionKind
{
    Row,
    Stack,
    MapValue,
    Memory,
}
