namespace NearData.Isa.Helpers;

/// <summary>What follows from an argument's kind.</summary>
public static class ArgumentKinds
{
    /// <summary>Whether the helper reads or writes bytes at an address that the program chooses: of its stack, memory or maps.</summary>
    public static bool IsProgramMemory(this ArgumentKind kind) => kind is ArgumentKind.MapKey
        or ArgumentKind.MapValue or ArgumentKind.MapValueOut
        or ArgumentKind.Memory or ArgumentKind.MemoryOrNull or ArgumentKind.MemoryOut
        or ArgumentKind.LongOut or ArgumentKind.WideOut or ArgumentKind.CallbackContext
        or ArgumentKind.NewIterator or ArgumentKind.Iterator
        or ArgumentKind.MapMemory or ArgumentKind.BufferOrNull or ArgumentKind.NewSlice or ArgumentKind.Slice or ArgumentKind.RingSlice;
}
