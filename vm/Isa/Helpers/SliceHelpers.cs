using System.Collections.Immutable;
using NearData.Isa.Programs;

namespace NearData.Isa.Helpers;

/// <summary>
/// Helpers over slices (<c>struct bpf_dynptr</c>): memory whose size is known when the program runs. A slice is sixteen aligned bytes of the
/// stack that nothing but these helpers looks into.
/// </summary>
public static class SliceHelpers
{
    /// <summary>Bytes of a <c>struct bpf_dynptr</c>.</summary>
    public const int Size = 16;

    /// <summary>The most bytes that a slice has (the kernel's <c>DYNPTR_MAX_SIZE</c>).</summary>
    public const int MostBytes = (1 << 24) - 1;

    /// <summary>(map memory, its size, flags 0, slice): 0 or a negative error, with which the slice is empty.</summary>
    public static readonly HelperSignature FromMemory = OfSlice(
        197,
        "bpf_dynptr_from_mem",
        ReturnKind.Scalar,
        HelperPurity.Pure,
        [ArgumentKind.MapMemory, ArgumentKind.SizeOrZero, ArgumentKind.Scalar, ArgumentKind.NewSlice]);

    /// <summary>(ring buffer, size, flags 0, slice): 0 or a negative error, with which the slice is empty; it is given back in either case.</summary>
    public static readonly HelperSignature Reserve = OfSlice(
        198,
        "bpf_ringbuf_reserve_dynptr",
        ReturnKind.Scalar,
        HelperPurity.Effectful,
        [ArgumentKind.Map, ArgumentKind.Scalar, ArgumentKind.Scalar, ArgumentKind.NewSlice]) with
    {
        MapTypes = [MapType.RingBuffer],
    };

    /// <summary>(slice, flags): gives the slice's record to the host.</summary>
    public static readonly HelperSignature Submit = OfSlice(
        199, "bpf_ringbuf_submit_dynptr", ReturnKind.Nothing, HelperPurity.Effectful, [ArgumentKind.RingSlice, ArgumentKind.Scalar]);

    /// <summary>(slice, flags): gives the slice's record back, never to be seen.</summary>
    public static readonly HelperSignature Discard = OfSlice(
        200, "bpf_ringbuf_discard_dynptr", ReturnKind.Nothing, HelperPurity.Effectful, [ArgumentKind.RingSlice, ArgumentKind.Scalar]);

    /// <summary>(buffer, its size, slice, offset, flags 0): copies out of the slice; 0 or a negative error, with which the buffer is cleared.</summary>
    public static readonly HelperSignature Read = OfSlice(
        201,
        "bpf_dynptr_read",
        ReturnKind.Scalar,
        HelperPurity.Pure,
        [ArgumentKind.MemoryOut, ArgumentKind.SizeOrZero, ArgumentKind.Slice, ArgumentKind.Scalar, ArgumentKind.Scalar]);

    /// <summary>(slice, offset, data, its size, flags 0): copies into the slice; 0 or a negative error.</summary>
    public static readonly HelperSignature Write = OfSlice(
        202,
        "bpf_dynptr_write",
        ReturnKind.Scalar,
        HelperPurity.Effectful,
        [ArgumentKind.Slice, ArgumentKind.Scalar, ArgumentKind.Memory, ArgumentKind.SizeOrZero, ArgumentKind.Scalar]);

    /// <summary>(slice, offset, size): the address of so many bytes in the slice, or 0 where they aren't all in it.</summary>
    public static readonly HelperSignature Data = OfSlice(
        203,
        "bpf_dynptr_data",
        ReturnKind.SliceMemoryOrNull,
        HelperPurity.Pure,
        [ArgumentKind.Slice, ArgumentKind.Scalar, ArgumentKind.ConstantSize]);

    public static ImmutableArray<HelperSignature> All { get; } = [FromMemory, Reserve, Submit, Discard, Read, Write, Data];

    private static HelperSignature OfSlice(int number, string name, ReturnKind returns, HelperPurity purity, ImmutableArray<ArgumentKind> arguments) =>
        new(number, name, arguments, returns, purity, Cost: 20)
        {
            Kinds = [ProgramKind.Memory, ProgramKind.Xdp, ProgramKind.SocketFilter, ProgramKind.TrafficControl],
        };
}
