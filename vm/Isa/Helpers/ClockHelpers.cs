using System.Collections.Immutable;

namespace NearData.Isa.Helpers;

/// <summary>Helpers that tell the time.</summary>
public static class ClockHelpers
{
    /// <summary>Nanoseconds of <c>CLOCK_MONOTONIC</c>.</summary>
    public static readonly HelperSignature Nanoseconds = Clock(5, "bpf_ktime_get_ns");

    /// <summary>Nanoseconds of <c>CLOCK_BOOTTIME</c>, which goes on while the machine sleeps.</summary>
    public static readonly HelperSignature BootNanoseconds = Clock(125, "bpf_ktime_get_boot_ns");

    /// <summary>Nanoseconds of <c>CLOCK_MONOTONIC_COARSE</c>: the last tick.</summary>
    public static readonly HelperSignature CoarseNanoseconds = Clock(160, "bpf_ktime_get_coarse_ns");

    /// <summary>Nanoseconds of <c>CLOCK_TAI</c>.</summary>
    public static readonly HelperSignature AtomicNanoseconds = Clock(208, "bpf_ktime_get_tai_ns");

    public static ImmutableArray<HelperSignature> All { get; } = [Nanoseconds, BootNanoseconds, CoarseNanoseconds, AtomicNanoseconds];

    private static HelperSignature Clock(int number, string name) => new(number, name, [], ReturnKind.Scalar, HelperPurity.Varying, Cost: 20);
}
