namespace NearData.Verifier.Values;

/// <summary>Memory of one kind that an address can point into.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Index">The map's index in the program; of a stack the number of calls that lead to its function; 0 for the other kinds.</param>
public readonly record struct Region(RegionKind Kind, int Index)
{
    public static Region Row { get; } = new(RegionKind.Row, 0);

    public static Region Memory { get; } = new(RegionKind.Memory, 0);

    /// <summary>A function's stack. Offsets are from its frame pointer, so negative.</summary>
    /// <param name="depth">The number of calls that lead to the function.</param>
    public static Region Stack(int depth) => new(RegionKind.Stack, depth);

    public static Region MapValue(int index) => new(RegionKind.MapValue, index);

    /// <summary>Whether an offset into it may vary; a row's fields are told apart by exact offsets.</summary>
    public bool TakesVariableOffsets => Kind is not RegionKind.Row;

    public override string ToString() => Kind switch
    {
        RegionKind.Row => "the row",
        RegionKind.Stack => Index == 0 ? "the stack" : $"the stack of call {Index}",
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
