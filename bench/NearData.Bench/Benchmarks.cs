using BenchmarkDotNet.Running;

namespace NearData.Bench;

/// <summary>
/// Runs the micro-benchmarks, such as <c>dotnet run -c Release --project bench/NearData.Bench -- --inProcess --job short --filter *</c>;
/// BenchmarkDotNet says the rest with <c>--help</c>. <c>-- vectors</c> compares vectors of each width in a few seconds.
/// </summary>
internal static class Benchmarks
{
    private static void Main(string[] args)
    {
        if (args is ["vectors"])
        {
            VectorTiers.Run();
        }
        else
        {
            BenchmarkSwitcher.FromAssembly(typeof(Benchmarks).Assembly).Run(args);
        }
    }
}
