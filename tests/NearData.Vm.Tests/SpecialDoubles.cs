namespace NearData.Vm.Tests;

/// <summary>Doubles at the edges of what there is.</summary>
internal static class SpecialDoubles
{
    public static double[] All { get; } =
    [
        0.0, -0.0, 1.0, -1.0, 0.5, 2.5, -2.5, double.Epsilon, -double.Epsilon, double.MaxValue, double.MinValue, double.NaN,
        double.PositiveInfinity, double.NegativeInfinity, 2.2250738585072014e-308, 2.225073858507201e-308, 9007199254740993.0,
        9223372036854775807.0, -9223372036854775808.0, 18446744073709551615.0, 9.3e18, -9.3e18, 2e19, 1e-300, 1e300,
    ];

    /// <summary>Finite ones.</summary>
    public static double[] Finite { get; } = [.. All.Where(double.IsFinite)];
}
