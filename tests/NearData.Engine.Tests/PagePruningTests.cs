using NearData.Engine.Programs;
using NearData.Engine.Pruning;
using NearData.Isa.Programs;
using NearData.TestSupport;
using NearData.Verifier;
using NearData.Vm;
using Xunit.Abstractions;

namespace NearData.Engine.Tests;

/// <summary>Rows that pages' bounds decide, against the interpreter run over each of them.</summary>
public sealed class PagePruningTests(ITestOutputHelper output)
{
    private const int Rows = 1200;

    private static readonly string[] Filters =
    [
        "r->x >= 100 && r->x < 130", "r->x == 70 || r->x == 300", "r->x * r->y.value > 9000", "r->x + r->y.value == 250", "(__u64)r->x % 7 == 1",
        "!r->y.valid", "r->y.valid && r->y.value < 20", "r->y.value <= 5 && r->x > 150", "r->x >= 0", "r->x > 100000", "r->x != 5 && r->y.value != 0",
    ];

    [FactNeeding(Needs.Clang19)]
    public void No_row_is_left_out_that_the_interpreter_keeps_nor_kept_unseen_that_it_drops()
    {
        Dictionary<FilterOutcome, long> decided = [];
        foreach (string condition in Filters)
        {
            LoadedProgram program = Load(condition);
            VerifiedProgram filter = program.Query.Filter!;
            using InterpretedRunner runner = new(program.Query, ParameterValues.Bind(program.Query, new Dictionary<string, Int128>()));
            FilterDecisions decisions = new(new FilterAnalysis(filter, default));
            for (int seed = 0; seed < 60; seed++)
            {
                Random random = new(seed);
                using RecordBatch batch = Batch(program, random);
                HashSet<int> kept = [.. Kept(runner, batch)];
                FieldPages[] pages = [.. program.Query.FilterFields.Where(_ => random.Next(6) > 0).Select(field => Pages(batch, field, random))];
                FilterOutcome[] outcomes = new FilterOutcome[Rows];
                Array.Fill(outcomes, FilterOutcome.DropsAll);
                long end = 0;
                foreach (RowSpan span in new PagePruning(decisions).Select(Rows, pages, new Dictionary<int, FieldRange>()))
                {
                    Assert.True(span.First >= end && span.Count > 0 && span.Filter != FilterOutcome.DropsAll, $"{condition}, seed {seed}: {span} behind row {end}");
                    end = span.First + span.Count;
                    Array.Fill(outcomes, span.Filter, (int)span.First, (int)span.Count);
                }

                Assert.InRange(end, 0, Rows);
                for (int row = 0; row < Rows; row++)
                {
                    decided[outcomes[row]] = decided.GetValueOrDefault(outcomes[row]) + 1;
                    bool holds = outcomes[row] == FilterOutcome.Unknown || kept.Contains(row) == (outcomes[row] == FilterOutcome.KeepsAll);
                    Assert.True(holds, $"{condition}, seed {seed}: row {row} is said to be in {outcomes[row]}");
                }
            }
        }

        output.WriteLine(string.Join(", ", decided));
        Assert.True(decided[FilterOutcome.DropsAll] > 100_000 && decided[FilterOutcome.KeepsAll] > 50_000, string.Join(", ", decided));
    }

    [FactNeeding(Needs.Clang19)]
    public void Pages_that_decide_nothing_are_given_up_after_few_analyses_and_taken_up_again_where_they_do()
    {
        LoadedProgram program = Load("r->x >= 100 && r->x < 130");
        FilterDecisions decisions = new(new FilterAnalysis(program.Query.Filter!, default));
        PagePruning pruning = new(decisions);
        Random random = new(3);
        long[] firsts = [.. Enumerable.Range(0, 1000).Select(page => page * 1000L)];

        // Each reaches over the borders of the filter in its own way, so that none lies in another.
        for (int group = 0; group < 50; group++)
        {
            FieldPages mixed = new(0, firsts, [.. firsts.Select(_ => (FieldRange?)new FieldRange(random.Next(99), 131 + random.Next(99), NullPresence.None))]);
            Assert.Equal([new RowSpan(0, 1_000_000, FilterOutcome.Unknown)], pruning.Select(1_000_000, [mixed], new Dictionary<int, FieldRange>()));
        }

        Assert.InRange(pruning.Analyses, 1, 64 + 2 * 50);
        FieldPages ordered = new(0, firsts, [.. firsts.Select((_, page) => (FieldRange?)new FieldRange(page, page, NullPresence.None))]);
        pruning.Select(1_000_000, [ordered], new Dictionary<int, FieldRange>());
        Assert.Equal([new RowSpan(100_000, 30_000, FilterOutcome.KeepsAll)], pruning.Select(1_000_000, [ordered], new Dictionary<int, FieldRange>()));
    }

    private static LoadedProgram Load(string condition) => LoadedProgram.Load(Clang.Compile(
        $$"""
        #include <neardata.h>
        struct row { __s64 x; ND_NULLABLE(__s64) y; };
        struct { __u64 rows ND_SUM; } result SEC(".bss.results");
        SEC("filter") int keep(const struct row *r) { return {{condition}}; }
        SEC("reduce") int add(const struct row *r) { (void)r; result.rows += 1; return 0; }
        """));

    // Ordered by x, or nearly, or not at all.
    private static RecordBatch Batch(LoadedProgram program, Random random)
    {
        RecordBatch batch = new(program.Query.Row, program.Query.FilterFields, Rows) { Count = Rows };
        long[] values = [.. Enumerable.Range(0, Rows).Select(_ => (long)random.Next(400))];
        if (random.Next(4) > 0)
        {
            Array.Sort(values);
        }

        foreach (int field in program.Query.FilterFields)
        {
            bool isNullable = program.Query.Row.Fields[field].IsNullable;
            for (int row = 0; row < Rows; row++)
            {
                bool isNull = isNullable && (random.Next(5) == 0 || row is > 300 and < 400);
                batch.Values<long>(field)[row] = isNull ? 0 : isNullable ? row / 30 + random.Next(5) : values[row];
                if (isNullable)
                {
                    batch.Validity(field)[row] = isNull ? (byte)0 : (byte)1;
                }
            }
        }

        return batch;
    }

    private static List<int> Kept(InterpretedRunner runner, RecordBatch batch)
    {
        int count = runner.Filter(batch);
        return [.. runner.Selection[..count]];
    }

    // Bounds may be wider than the values, unknown, and say less of nulls than there is to say.
    private static FieldPages Pages(RecordBatch batch, int field, Random random)
    {
        List<long> firsts = [0];
        for (int row = 1 + random.Next(150); row < Rows; row += 1 + random.Next(150))
        {
            firsts.Add(row);
        }

        bool isNullable = batch.Row.Fields[field].IsNullable;
        FieldRange?[] ranges = new FieldRange?[firsts.Count];
        for (int page = 0; page < ranges.Length; page++)
        {
            int end = page + 1 < ranges.Length ? (int)firsts[page + 1] : Rows;
            int[] rows = [.. Enumerable.Range((int)firsts[page], end - (int)firsts[page])];
            long[] values = [.. rows.Where(row => !isNullable || batch.Validity(field)[row] == 1).Select(row => batch.Values<long>(field)[row])];
            NullPresence nulls = values.Length == 0 ? NullPresence.All : random.Next(4) > 0 && values.Length == rows.Length ? NullPresence.None : NullPresence.Some;
            ranges[page] = random.Next(12) == 0 ? null
                : nulls == NullPresence.All ? new FieldRange(0, 0, nulls)
                : new FieldRange(values.Min() - random.Next(2) * random.Next(9), values.Max() + random.Next(2) * random.Next(9), nulls);
        }

        return new FieldPages(field, [.. firsts], ranges);
    }
}
