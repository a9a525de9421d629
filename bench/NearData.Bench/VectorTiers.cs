using System.Diagnostics;
using System.Globalization;
using NearData.Vm;

namespace NearData.Bench;

/// <summary>
/// Q6's filter and reduce over one decoded batch with vectors of each width, against scalar code: the least time of many short runs in turn, which
/// other work on the machine disturbs least.
/// </summary>
internal static class VectorTiers
{
    /// <summary>Longer than the runtime takes to notice what is called often, and to compile it anew.</summary>
    private const int Rounds = 30_000;

    private static readonly double Nanoseconds = 1e9 / Stopwatch.Frequency;

    private static readonly VectorTier[] Tiers = [VectorTier.Scalar, VectorTier.Vector128, VectorTier.Vector256, VectorTier.Vector512];

    public static void Run()
    {
        using Q6Batch batch = new();
        QueryProgram query = Q6Program.Create();
        QueryRunner[] runners = [.. Tiers.Select(tier => CompiledQuery.Compile(query, tier).CreateRunner(Q6Program.Year1994(query)))];
        double[] filter = [.. Tiers.Select(_ => double.MaxValue)];
        double[] whole = [.. Tiers.Select(_ => double.MaxValue)];
        for (int round = 0; round < Rounds; round++)
        {
            for (int tier = 0; tier < Tiers.Length; tier++)
            {
                long start = Stopwatch.GetTimestamp();
                runners[tier].Filter(batch.Records);
                long filtered = Stopwatch.GetTimestamp();
                runners[tier].Reduce(batch.Records);
                filter[tier] = double.Min(filter[tier], filtered - start);
                whole[tier] = double.Min(whole[tier], Stopwatch.GetTimestamp() - start);
            }
        }

        for (int tier = 0; tier < Tiers.Length; tier++)
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{Tiers[tier],-10} filter {filter[tier] * Nanoseconds / Q6Batch.Count:F3} ns, filter and reduce {whole[tier] * Nanoseconds / Q6Batch.Count:F3} ns a record, {whole[0] / whole[tier]:F2} times scalar code"));
            runners[tier].Dispose();
        }
    }
}
