using System.Collections.Immutable;
using NearData.Isa.Programs;

namespace NearData.Isa.Helpers;

/// <summary>What a helper takes in one of r1..r5.</summary>
public enum ArgumentKind
{
    /// <summary>Any number.</summary>
    Scalar,

    /// <summary>Whatever the register holds, or nothing: the helper knows from its other arguments whether it looks.</summary>
    Optional,

    /// <summary>A number that is the same on every path: a ring-buffer record's size.</summary>
    ConstantScalar,

    /// <summary>A map, as a wide load or a map of maps gives it.</summary>
    Map,

    /// <summary>Readable, initialized memory of the map's key size.</summary>
    MapKey,

    /// <summary>Readable, initialized memory of the map's value size.</summary>
    MapValue,

    /// <summary>Writable memory of the map's value size, which needn't be initialized: the helper fills all of it, whatever it answers.</summary>
    MapValueOut,

    /// <summary>Readable, initialized memory; its size is the next argument.</summary>
    Memory,

    /// <summary>As <see cref="Memory"/>, or zero where the size is zero.</summary>
    MemoryOrNull,

    /// <summary>Writable memory, which needn't be initialized: the helper fills all of it, whatever it answers. Its size is the next argument.</summary>
    MemoryOut,

    /// <summary>The size of the memory before, in bytes, more than zero.</summary>
    Size,

    /// <summary>The size of the memory before, in bytes.</summary>
    SizeOrZero,

    /// <summary>Eight writable, aligned bytes, which needn't be initialized: the helper fills them.</summary>
    LongOut,

    /// <summary>Sixteen writable bytes at a multiple of eight, which needn't be initialized: the helper fills them.</summary>
    WideOut,

    /// <summary>Zero-terminated text in read-only data.</summary>
    ConstantText,

    /// <summary>What the program was called with.</summary>
    Context,

    /// <summary>A function of the program.</summary>
    Callback,

    /// <summary>What a callback is given as its context: an address of the stack, or zero.</summary>
    CallbackContext,

    /// <summary>The <c>bpf_spin_lock</c> in a map's value.</summary>
    SpinLock,

    /// <summary>A record that was reserved in a ring buffer and is given back here.</summary>
    RingRecord,

    /// <summary>Eight aligned bytes of the stack that become an iterator.</summary>
    NewIterator,

    /// <summary>An iterator (<see cref="IteratorHelpers"/>).</summary>
    Iterator,

    /// <summary>A constant number of bytes, which may be zero.</summary>
    ConstantSize,

    /// <summary>Memory in a map's value that may be read and written; its size is the next argument.</summary>
    MapMemory,

    /// <summary>Writable memory, which needn't be initialized and stays as it is, or zero; its size is the next argument.</summary>
    BufferOrNull,

    /// <summary>Sixteen aligned bytes of the stack that become a slice (<see cref="SliceHelpers"/>).</summary>
    NewSlice,

    /// <summary>A slice.</summary>
    Slice,

    /// <summary>A slice of a record that was reserved in a ring buffer and is given back here.</summary>
    RingSlice,

    /// <summary>The address of a result field that the helper may update (<see cref="HelperSignature.Update"/>).</summary>
    Result,
}

/// <summary>What a helper leaves in r0.</summary>
public enum ReturnKind
{
    Scalar,

    /// <summary>A number from zero up to the size of the memory that it was given.</summary>
    Length,

    /// <summary>Nothing: r0 can't be read.</summary>
    Nothing,

    /// <summary>An address of the map's value, or zero: to be compared with zero before use. Of a map of maps, an inner map.</summary>
    MapValueOrNull,

    /// <summary>An address of a group's value, never zero; those of the map's other groups that the program holds are lost.</summary>
    GroupValue,

    /// <summary>An address of as many bytes as the constant argument says, or zero: a reference that has to be given back.</summary>
    RingRecordOrNull,

    /// <summary>An address of as many bytes as the constant argument says, or zero; lost with the slice that they are in.</summary>
    SliceMemoryOrNull,

    /// <summary>As <see cref="SliceMemoryOrNull"/>, of bytes that may only be read.</summary>
    ReadOnlySliceMemoryOrNull,

    /// <summary>The address of the number in the iterator that is the first argument, or zero.</summary>
    IteratorNumberOrNull,
}

/// <summary>Whether a helper may be called where records are reordered and results must repeat.</summary>
public enum HelperPurity
{
    /// <summary>The same arguments over the same maps give the same answer, and nothing changes.</summary>
    Pure,

    /// <summary>The answer depends on the time or place of the call.</summary>
    Varying,

    /// <summary>A result or group changes as its tags say, so that the order of calls doesn't matter.</summary>
    Reducing,

    /// <summary>Something outside the program's registers and stack changes.</summary>
    Effectful,
}

public static class HelperPurities
{
    /// <summary>Whether a map that the helper takes is changed, and so must be one that programs may write.</summary>
    public static bool Changes(this HelperPurity purity) => purity is HelperPurity.Effectful or HelperPurity.Reducing;
}

/// <summary>What a call does to addresses that the program holds.</summary>
public enum PacketEffect
{
    None,

    /// <summary>The packet may have moved: addresses in it are lost.</summary>
    Moves,
}

/// <summary>A helper as programs call it.</summary>
/// <param name="Number">The kernel's number; from <see cref="OwnNumbers"/> on those that no kernel has.</param>
/// <param name="Name">The kernel's name.</param>
/// <param name="Arguments">r1 onwards.</param>
/// <param name="Returns">r0.</param>
/// <param name="Purity">Row programs may call pure helpers, and reduce programs those that update results or groups.</param>
/// <param name="Cost">In instructions, for the worst case that a load reports.</param>
public sealed record HelperSignature(
    int Number,
    string Name,
    ImmutableArray<ArgumentKind> Arguments,
    ReturnKind Returns,
    HelperPurity Purity,
    int Cost)
{
    /// <summary>The kinds of program that may call it; empty for all.</summary>
    public ImmutableArray<ProgramKind> Kinds { get; init; } = [];

    /// <summary>The types of map that it takes; empty where it takes none.</summary>
    public ImmutableArray<MapType> MapTypes { get; init; } = [];

    /// <summary>The first number of helpers that only NearData has: far above the kernel's.</summary>
    public const int OwnNumbers = 10_000;

    public PacketEffect Packet { get; init; }

    /// <summary>Whether its answer follows from numbers and bytes that it is given, and nothing else happens.</summary>
    public bool IsComputable => Purity == HelperPurity.Pure
        && Returns is ReturnKind.Scalar or ReturnKind.Length
        && Arguments.All(argument => argument is ArgumentKind.Scalar or ArgumentKind.Memory or ArgumentKind.Size or ArgumentKind.SizeOrZero);

    /// <summary>The results that it updates; null where it updates none.</summary>
    public ResultUpdate? Update { get; init; }
}

/// <summary>Which result fields a helper updates.</summary>
/// <param name="Merge">Their tag.</param>
/// <param name="Type">The type of what they are given.</param>
public sealed record ResultUpdate(MergeRule Merge, FieldType Type);
