using System.Collections.Immutable;

namespace NearData.Isa.Helpers;

/// <summary>Helpers that tell the time.</summary>
public static class ClockHelpers
{
    public static readonly HelperSignature Nanoseconds = new(
        5, "bpf_ktime_get_ns", [], ReturnKind.Scalar, HelperPurity.Varying, Cost: 20);

    public static ImmutableArray<HelperSignature> All { get; } = [Nanoseconds];
}
