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

    private static readonly (VectorTier Tier, bool IsNarrow)[] Ways =
    [
        (VectorTier.Scalar, false),
        (VectorTier.Vector128, false), (VectorTier.Vector256, false), (VectorTier.Vector512, false),
        (VectorTier.Vector128, true), (VectorTier.Vector256, true), (VectorTier.Vector512, true),
    ];

    public static void Run()
    {
        using Q6Batch batch = new();
        QueryProgram query = Q6Program.Create();
        QueryRunner[] runners = [.. Ways.Select(way => RunnerOf(query, way.Tier, way.IsNarrow))];
        double[] filter = [.. Ways.Select(_ => double.MaxValue)];
        double[] whole = [.. Ways.Select(_ => double.MaxValue)];
        for (int round = 0; round < Rounds; round++)
        {
            for (int way = 0; way < Ways.Length; way++)
            {
                RecordBatch records = Ways[way].IsNarrow ? batch.Narrow : batch.Records;
                long start = Stopwatch.GetTimestamp();
                runners[way].Filter(records);
                long filtered = Stopwatch.GetTimestamp();
                runners[way].Reduce(records);
                filter[way] = double.Min(filter[way], filtered - start);
                whole[way] = double.Min(whole[way], Stopwatch.GetTimestamp() - start);
            }
        }

        Int128 expected = runners[0].Totals[0];
        for (int way = 0; way < Ways.Length; way++)
        {
            string name = $"{Ways[way].Tier}{(Ways[way].IsNarrow ? ", columns of 32 bits" : "")}";
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{name,-30} filter {filter[way] * Nanoseconds / Q6Batch.Count:F3} ns, filter and reduce {whole[way] * Nanoseconds / Q6Batch.Count:F3} ns a record, {whole[0] / whole[way]:F2} times scalar code"));
            if (runners[way].Totals[0] != expected)
            {
                throw new InvalidOperationException($"{name} has another result than scalar code.");
            }

            runners[way].Dispose();
        }
    }

    // Both with code for the parameters, as an execution over so many records has.
    private static QueryRunner RunnerOf(QueryProgram query, VectorTier tier, bool isNarrow) => CompiledQuery.Compile(query, tier)
        .CreateRunner(Q6Program.Year1994(query), records: CompiledQuery.SpecializedRecords, narrow: isNarrow ? Q6Batch.Columns : null);
}
