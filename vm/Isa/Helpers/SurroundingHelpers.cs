using System.Collections.Immutable;

namespace NearData.Isa.Helpers;

/// <summary>Helpers that tell where a program runs.</summary>
public static class SurroundingHelpers
{
    /// <summary>32 random bits, zero-extended; nothing that secrets may depend on.</summary>
    public static readonly HelperSignature Random = new(
        7, "bpf_get_prandom_u32", [], ReturnKind.Scalar, HelperPurity.Varying, Cost: 10);

    /// <summary>The number of the worker that runs the program.</summary>
    public static readonly HelperSignature Processor = new(
        8, "bpf_get_smp_processor_id", [], ReturnKind.Scalar, HelperPurity.Varying, Cost: 5);

    public static ImmutableArray<HelperSignature> All { get; } = [Random, Processor];
}
