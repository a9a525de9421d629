using System.Collections.Immutable;

namespace NearData.Isa.Helpers;

/// <summary>Helpers that read and write text.</summary>
public static class TextHelpers
{
    /// <summary>(format, its size, up to three values): bytes written, or a negative error.</summary>
    public static readonly HelperSignature TracePrint = new(
        6,
        "bpf_trace_printk",
        [ArgumentKind.Memory, ArgumentKind.Size, ArgumentKind.Optional, ArgumentKind.Optional, ArgumentKind.Optional],
        ReturnKind.Scalar,
        HelperPurity.Effectful,
        Cost: 200);

    /// <summary>(text, its size, base, result): characters read, or a negative error; the result is signed.</summary>
    public static readonly HelperSignature ParseSigned = Parse(105, "bpf_strtol");

    /// <summary>(text, its size, base, result): characters read, or a negative error; the result is unsigned.</summary>
    public static readonly HelperSignature ParseUnsigned = Parse(106, "bpf_strtoul");

    /// <summary>(result, its size, format, values, their bytes): bytes needed with the final zero, or a negative error.</summary>
    public static readonly HelperSignature Format = new(
        165,
        "bpf_snprintf",
        [ArgumentKind.MemoryOut, ArgumentKind.SizeOrZero, ArgumentKind.ConstantText, ArgumentKind.MemoryOrNull, ArgumentKind.SizeOrZero],
        ReturnKind.Scalar,
        HelperPurity.Pure,
        Cost: 200);

    /// <summary>(format, its size, values, their bytes): bytes written, or a negative error.</summary>
    public static readonly HelperSignature TracePrintValues = new(
        177,
        "bpf_trace_vprintk",
        [ArgumentKind.Memory, ArgumentKind.Size, ArgumentKind.MemoryOrNull, ArgumentKind.SizeOrZero],
        ReturnKind.Scalar,
        HelperPurity.Effectful,
        Cost: 200);

    /// <summary>(text, its size, other text): -1, 0 or 1.</summary>
    public static readonly HelperSignature Compare = new(
        182,
        "bpf_strncmp",
        [ArgumentKind.Memory, ArgumentKind.Size, ArgumentKind.ConstantText],
        ReturnKind.Scalar,
        HelperPurity.Pure,
        Cost: 50);

    public static ImmutableArray<HelperSignature> All { get; } =
        [TracePrint, ParseSigned, ParseUnsigned, Format, TracePrintValues, Compare];

    private static HelperSignature Parse(int number, string name) => new(
        number,
        name,
        [ArgumentKind.Memory, ArgumentKind.Size, ArgumentKind.Scalar, ArgumentKind.LongOut],
        ReturnKind.Scalar,
        HelperPurity.Pure,
        Cost: 50);
}
