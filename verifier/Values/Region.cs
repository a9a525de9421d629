namespace NearData.Verifier.Values;

/// <summary>Memory of one kind that an address can point into.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Index">
/// The map's index in the program; of a stack the number of calls that lead to its function; of a record or a slice its number; of text
/// the row's field; of an argument its register; 0 for the other kinds.
/// </param>
/// <param name="Length">Bytes of a record, an argument or in a slice; 0 for the other kinds, whose length their index tells.</param>
/// <param name="Traits">What else is to be known of bytes in a slice.</param>
public readonly record struct Region(RegionKind Kind, int Index, int Length = 0, RegionTraits Traits = RegionTraits.None)
{
    public static Region Row { get; } = new(RegionKind.Row, 0);

    public static Region Memory { get; } = new(RegionKind.Memory, 0);

    public static Region Context { get; } = new(RegionKind.Context, 0);

    public static Region Packet { get; } = new(RegionKind.Packet, 0);

    public static Region PacketEnd { get; } = new(RegionKind.PacketEnd, 0);

    public static Region Metadata { get; } = new(RegionKind.Metadata, 0);

    /// <summary>A function's stack. Offsets are from its frame pointer, so negative.</summary>
    /// <param name="depth">The number of calls that lead to the function.</param>
    public static Region Stack(int depth) => new(RegionKind.Stack, depth);

    public static Region MapValue(int index) => new(RegionKind.MapValue, index);

    /// <summary>The value that the last <c>nd_group</c> on a map gave.</summary>
    /// <param name="index">The map.</param>
    public static Region GroupValue(int index) => new(RegionKind.GroupValue, index);

    /// <summary>A value of a map that is in a map of maps.</summary>
    /// <param name="index">The map of maps.</param>
    public static Region InnerMapValue(int index) => new(RegionKind.InnerMapValue, index);

    /// <summary>The key that a callback is given.</summary>
    /// <param name="index">The map.</param>
    public static Region MapKey(int index) => new(RegionKind.MapKey, index);

    /// <summary>The bytes of a column's value, which a field of text leads to.</summary>
    /// <param name="field">The row's field.</param>
    public static Region Text(int field) => new(RegionKind.Text, field);

    /// <summary>A record that was reserved in a ring buffer.</summary>
    /// <param name="number">Tells records apart.</param>
    /// <param name="length">Bytes.</param>
    public static Region Record(int number, int length) => new(RegionKind.Record, number, length);

    /// <summary>Some bytes of a slice, which begin wherever a helper was asked for them.</summary>
    /// <param name="number">Tells slices apart.</param>
    /// <param name="length">Bytes.</param>
    /// <param name="traits">What else is to be known of them.</param>
    public static Region Slice(int number, int length, RegionTraits traits) => new(RegionKind.Slice, number, length, traits);

    /// <summary>Memory that a function is given, which is judged without its callers.</summary>
    /// <param name="register">The number of the register that its address is in.</param>
    /// <param name="length">Bytes.</param>
    public static Region Argument(int register, int length) => new(RegionKind.Argument, register, length);

    /// <summary>Whether an offset into it may vary; fields are told apart by exact offsets.</summary>
    public bool TakesVariableOffsets => Kind is not (RegionKind.Row or RegionKind.Context or RegionKind.PacketEnd or RegionKind.GroupValue);

    /// <summary>Whether it is a part of the packet, and lost when that moves.</summary>
    public bool IsPacket => Kind is RegionKind.Packet or RegionKind.PacketEnd or RegionKind.Metadata;

    /// <summary>Whether addresses in it are lost when the packet moves.</summary>
    public bool MovesWithPacket => IsPacket || Traits.HasFlag(RegionTraits.OfPacket);

    public override string ToString() => Kind switch
    {
        RegionKind.Row => "the row",
        RegionKind.Stack => Index == 0 ? "the stack" : $"the stack of call {Index}",
        RegionKind.MapValue => $"a value of map {Index}",
        RegionKind.InnerMapValue => $"a value of a map in map {Index}",
        RegionKind.GroupValue => $"a group of map {Index}",
        RegionKind.MapKey => $"a key of map {Index}",
        RegionKind.Context => "the context",
        RegionKind.Packet => "the packet",
        RegionKind.PacketEnd => "the end of the packet",
        RegionKind.Metadata => "the packet's metadata",
        RegionKind.Text => $"the bytes of field {Index}",
        RegionKind.Slice => $"{Length} bytes of a slice",
        RegionKind.Argument => $"the {Length} bytes of argument {Index}",
        RegionKind.Record => $"a reserved record of {Length} bytes",
        _ => "the memory",
    };
}

[Flags]
public enum RegionTraits
{
    None = 0,

    /// <summary>It may not be written.</summary>
    ReadOnly = 1,

    /// <summary>It is in the packet.</summary>
    OfPacket = 2,
}

public enum RegionKind
{
    Row,
    Stack,
    MapValue,
    InnerMapValue,
    MapKey,

    /// <summary>The value of a group; within one run each map has one at a time.</summary>
    GroupValue,
    Memory,
    Context,

    /// <summary>Offsets are from the packet's first byte.</summary>
    Packet,

    /// <summary>Behind the packet's last byte: only to be compared with.</summary>
    PacketEnd,

    /// <summary>In front of the packet, up to its first byte. Offsets are from the metadata's first byte.</summary>
    Metadata,
    Record,

    /// <summary>Offsets are from the value's first byte.</summary>
    Text,

    /// <summary>Memory of a slice; lost with it.</summary>
    Slice,

    /// <summary>What the pointer that a function is given leads to: it may be any memory of numbers.</summary>
    Argument,
}
