using System.Collections.Immutable;
using NearData.Isa.Programs;

namespace NearData.Isa.Helpers;

/// <summary>Helpers over packets, as XDP programs use them.</summary>
public static class PacketHelpers
{
    /// <summary>(interface, flags): the verdict to return (XDP_REDIRECT), or XDP_ABORTED.</summary>
    public static readonly HelperSignature Redirect = new(
        23, "bpf_redirect", [ArgumentKind.Scalar, ArgumentKind.Scalar], ReturnKind.Scalar, HelperPurity.Effectful, Cost: 10)
    {
        Kinds = [ProgramKind.Xdp],
    };

    /// <summary>(from, its size, to, its size, seed): the Internet checksum of what changes, folded to 16 bits.</summary>
    public static readonly HelperSignature ChecksumDifference = new(
        28,
        "bpf_csum_diff",
        [ArgumentKind.MemoryOrNull, ArgumentKind.SizeOrZero, ArgumentKind.MemoryOrNull, ArgumentKind.SizeOrZero, ArgumentKind.Scalar],
        ReturnKind.Scalar,
        HelperPurity.Pure,
        Cost: 50);

    /// <summary>(context, bytes): moves the packet's start; 0 or a negative error.</summary>
    public static readonly HelperSignature AdjustHead = Adjusting(44, "bpf_xdp_adjust_head");

    /// <summary>(context, bytes): moves the start of the metadata; 0 or a negative error.</summary>
    public static readonly HelperSignature AdjustMetadata = Adjusting(54, "bpf_xdp_adjust_meta");

    /// <summary>(context, bytes): moves the packet's end; 0 or a negative error.</summary>
    public static readonly HelperSignature AdjustTail = Adjusting(65, "bpf_xdp_adjust_tail");

    /// <summary>(context): the packet's length in bytes.</summary>
    public static readonly HelperSignature Length = new(
        188, "bpf_xdp_get_buff_len", [ArgumentKind.Context], ReturnKind.Scalar, HelperPurity.Varying, Cost: 5)
    {
        Kinds = [ProgramKind.Xdp],
    };

    /// <summary>(context, offset, buffer, its size): copies out of the packet; 0 or a negative error.</summary>
    public static readonly HelperSignature LoadBytes = new(
        189,
        "bpf_xdp_load_bytes",
        [ArgumentKind.Context, ArgumentKind.Scalar, ArgumentKind.MemoryOut, ArgumentKind.Size],
        ReturnKind.Scalar,
        HelperPurity.Varying,
        Cost: 50)
    {
        Kinds = [ProgramKind.Xdp],
    };

    /// <summary>(context, offset, buffer, its size): copies into the packet; 0 or a negative error.</summary>
    public static readonly HelperSignature StoreBytes = new(
        190,
        "bpf_xdp_store_bytes",
        [ArgumentKind.Context, ArgumentKind.Scalar, ArgumentKind.Memory, ArgumentKind.Size],
        ReturnKind.Scalar,
        HelperPurity.Effectful,
        Cost: 50)
    {
        Kinds = [ProgramKind.Xdp],
    };

    public static ImmutableArray<HelperSignature> All { get; } =
        [Redirect, ChecksumDifference, AdjustHead, AdjustMetadata, AdjustTail, Length, LoadBytes, StoreBytes];

    private static HelperSignature Adjusting(int number, string name) => new(
        number, name, [ArgumentKind.Context, ArgumentKind.Scalar], ReturnKind.Scalar, HelperPurity.Effectful, Cost: 20)
    {
        Kinds = [ProgramKind.Xdp],
        Packet = PacketEffect.Moves,
    };
}
