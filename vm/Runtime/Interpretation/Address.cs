namespace NearData.Vm.Interpretation;

/// <summary>
/// A pointer as interpreted programs hold it: a region and an offset, never an address of this process.
/// <code>
///   63..48 region     47..0 offset + 2^47
/// </code>
/// Offset 0 is the middle, so that pointer arithmetic stays in the region that it started in, on both sides.
/// </summary>
internal readonly record struct Address(ulong Value)
{
    /// <summary>The row or the memory that the program is called with.</summary>
    public const int Context = 1;

    /// <summary>The packet that a packet program is called for; offsets count from the start of its memory.</summary>
    public const int Packet = 2;

    /// <summary>The program's functions: not memory, but what a helper calls back. The offset is the first slot.</summary>
    public const int Functions = 3;

    /// <summary>The key that a callback for a map's elements gets; the next frames' follow.</summary>
    public const int FirstKey = 0x20;

    /// <summary>The first of the stack frames' regions; the next frames' follow.</summary>
    public const int FirstFrame = 0x10;

    /// <summary>The first of the regions of a row's texts: there are fewer than 2,048, since a row has 32,768 bytes.</summary>
    public const int FirstText = 0x800;

    /// <summary>The first of the maps' values' regions.</summary>
    public const int FirstValues = 0x1000;

    /// <summary>The first of the maps themselves: not memory, but what a helper takes.</summary>
    public const int FirstMap = 0x8000;

    /// <summary>Maps that there are region numbers for.</summary>
    public const int MostMaps = FirstMap - FirstValues;

    private const int OffsetBits = 48;
    private const long Middle = 1L << (OffsetBits - 1);

    public int Region => (int)(Value >> OffsetBits);

    public long Offset => (long)(Value & ((1UL << OffsetBits) - 1)) - Middle;

    public static Address Of(int region, long offset = 0) => new(((ulong)region << OffsetBits) | (ulong)(offset + Middle));

    public override string ToString() => $"0x{Value:x}";
}
