using System.Collections.Immutable;
using NearData.Isa.Programs;

namespace NearData.Isa.Helpers;

/// <summary>What can be done with slices besides <see cref="SliceHelpers"/>: functions of the kernel, known by name (<see cref="KernelFunctions"/>).</summary>
public static class SliceFunctionHelpers
{
    private const int First = HelperSignature.OwnNumbers + 920;

    /// <summary>(context, flags 0, slice): makes the packet a slice, as long as it is now; 0 or a negative error, with which the slice is empty.</summary>
    public static readonly HelperSignature FromXdp = OfSlice(
        First, "bpf_dynptr_from_xdp", [ArgumentKind.Context, ArgumentKind.Scalar, ArgumentKind.NewSlice]) with
    {
        Kinds = [ProgramKind.Xdp],
    };

    /// <summary>
    /// (slice, offset, buffer, its size): the address of so many bytes in the slice, which may only be read, or 0 where they aren't all in it. The
    /// buffer is for kernels where packets are in pieces; it is left alone.
    /// </summary>
    public static readonly HelperSignature Slice = OfSlice(First + 1, "bpf_dynptr_slice", Asked) with { Returns = ReturnKind.ReadOnlySliceMemoryOrNull };

    /// <summary>As <see cref="Slice"/>, of bytes that may be written too.</summary>
    public static readonly HelperSignature WritableSlice = OfSlice(First + 2, "bpf_dynptr_slice_rdwr", Asked) with { Returns = ReturnKind.SliceMemoryOrNull };

    /// <summary>(slice): its bytes, or a negative error, as a C <c>u32</c>, of an empty one.</summary>
    public static readonly HelperSignature Length = OfSlice(First + 3, "bpf_dynptr_size", [ArgumentKind.Slice]);

    /// <summary>(slice): whether it is empty.</summary>
    public static readonly HelperSignature IsNull = OfSlice(First + 4, "bpf_dynptr_is_null", [ArgumentKind.Slice]);

    /// <summary>(slice): whether it may only be read.</summary>
    public static readonly HelperSignature IsReadOnly = OfSlice(First + 5, "bpf_dynptr_is_rdonly", [ArgumentKind.Slice]);

    /// <summary>(slice, first byte, the one behind the last): makes it a part of itself; 0 or a negative error, with which it stays as it is.</summary>
    public static readonly HelperSignature Adjust = OfSlice(
        First + 6, "bpf_dynptr_adjust", [ArgumentKind.Slice, ArgumentKind.Scalar, ArgumentKind.Scalar]);

    public static ImmutableArray<HelperSignature> All { get; } = [FromXdp, Slice, WritableSlice, Length, IsNull, IsReadOnly, Adjust];

    private static ImmutableArray<ArgumentKind> Asked => [ArgumentKind.Slice, ArgumentKind.Scalar, ArgumentKind.BufferOrNull, ArgumentKind.ConstantSize];

    private static HelperSignature OfSlice(int number, string name, ImmutableArray<ArgumentKind> arguments) =>
        new(number, name, arguments, ReturnKind.Scalar, HelperPurity.Pure, Cost: 20)
        {
            Kinds = [ProgramKind.Memory, ProgramKind.Xdp, ProgramKind.SocketFilter, ProgramKind.TrafficControl],
        };
}
