using NearData.Isa.Helpers;

namespace NearData.Vm.Functions;

/// <summary>The helpers of <see cref="SurroundingHelpers"/>.</summary>
internal static class SurroundingFunctions
{
    public static HelperFunction[] All { get; } =
    [
        new(SurroundingHelpers.Random, RandomBits),
        new(SurroundingHelpers.Processor, Processor),
    ];

    private static long RandomBits() => (uint)Random.Shared.NextInt64();

    private static long Processor() => RunContext.Current.Processor;
}
