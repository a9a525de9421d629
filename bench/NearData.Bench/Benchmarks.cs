using BenchmarkDotNet.Running;

namespace NearData.Bench;

/// <summary>
/// Runs the micro-benchmarks, such as <c>dotnet run -c Release --project bench/NearData.Bench -- --inProcess --job short --filter *</c>;
/// BenchmarkDotNet says the rest with <c>--help</c>.
/// </summary>
internal static class Benchmarks
{
    private static void Main(string[] args) => BenchmarkSwitcher.FromAssembly(typeof(Benchmarks).Assembly).Run(args);
}
