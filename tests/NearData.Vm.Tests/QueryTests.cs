using NearData.Isa.Objects;
using NearData.TestSupport;
using NearData.Verifier;

namespace NearData.Vm.Tests;

/// <summary>A query as an author writes it, in C.</summary>
public sealed class QueryTests
{
    private const string Source = """
        #include <neardata.h>
        struct lineitem { __s64 l_quantity, l_extendedprice, l_discount; __s32 l_shipdate; ND_NULLABLE(__s32) l_tax; };
        const volatile __s32 from, until = 9131;
        struct {
            __s64 revenue ND_SUM; __u64 rows ND_SUM; __s32 first ND_MIN; __s32 last ND_MAX; __u64 nulls ND_SUM;
        } result SEC(".bss.results");
        SEC("filter") int keep(const struct lineitem *r)
        {
            return r->l_shipdate >= from && r->l_shipdate < until && r->l_discount >= 5 && r->l_discount <= 7 && r->l_quantity < 2400;
        }
        SEC("reduce") int add(const struct lineitem *r)
        {
            result.revenue += r->l_extendedprice * r->l_discount;
            result.rows += 1;
            if (r->l_shipdate < result.first) result.first = r->l_shipdate;
            if (r->l_shipdate > result.last) result.last = r->l_shipdate;
            if (!r->l_tax.valid) result.nulls += 1;
            return 0;
        }
        """;

    private static readonly Lazy<QueryProgram> Query = new(() =>
    {
        BpfObject read = BpfObject.Read(Clang.Compile(Source));
        return new QueryProgram(ProgramVerifier.Verify(read.Filter!), ProgramVerifier.Verify(read.Reduce!), read.Parameters);
    });

    public static TheoryData<RunnerKind> Runners => [RunnerKind.Interpreted, RunnerKind.Compiled, RunnerKind.Guarded];

    [TheoryNeeding(Needs.Clang19)]
    [MemberData(nameof(Runners))]
    public void A_query_answers_as_a_plain_loop_does(RunnerKind kind)
    {
        using QueryRunner runner = RunnerKinds.Create(kind, Query.Value, Bind(("from", 8766)));
        (Int128 Revenue, Int128 Rows, Int128 First, Int128 Last, Int128 Nulls) expected = (0, 0, int.MaxValue, int.MinValue, 0);
        Assert.Equal([0, 0, int.MaxValue, int.MinValue, 0], runner.Totals.ToArray());

        Random random = new(7);
        using RecordBatch batch = new(Query.Value.Row, Enumerable.Range(0, 5), 1000);
        for (int round = 0; round < 20; round++)
        {
            batch.Count = round == 3 ? 0 : 1000;
            int kept = 0;
            for (int record = 0; record < batch.Count; record++)
            {
                (long quantity, long price, long discount) = (random.Next(1, 51) * 100, random.Next(90_000, 10_500_000), random.Next(0, 11));
                (int shipped, byte present) = (random.Next(8700, 9200), (byte)random.Next(2));
                batch.Values<long>(0)[record] = quantity;
                batch.Values<long>(1)[record] = price;
                batch.Values<long>(2)[record] = discount;
                batch.Values<int>(3)[record] = shipped;
                batch.Validity(4)[record] = present;
                if (shipped is >= 8766 and < 9131 && discount is >= 5 and <= 7 && quantity < 2400)
                {
                    kept++;
                    expected = (expected.Revenue + (price * discount), expected.Rows + 1, Int128.Min(expected.First, shipped),
                        Int128.Max(expected.Last, shipped), expected.Nulls + 1 - present);
                }
            }

            Assert.Equal(kept, runner.Filter(batch));
            runner.Reduce(batch);
            Assert.Equal([expected.Revenue, expected.Rows, expected.First, expected.Last, expected.Nulls], runner.Totals.ToArray());
        }

        Assert.True(expected.Rows > 100);
    }

    [FactNeeding(Needs.Clang19)]
    public void Runners_of_one_compiled_query_do_not_share_results()
    {
        CompiledQuery compiled = CompiledQuery.Compile(Query.Value);
        using QueryRunner first = compiled.CreateRunner(Bind(("from", -1)));
        using QueryRunner second = compiled.CreateRunner(Bind(("from", -1)));
        using RecordBatch batch = new(Query.Value.Row, Enumerable.Range(0, 5), 1) { Count = 1 };
        batch.Values<long>(2)[0] = 6;
        first.Filter(batch);
        first.Reduce(batch);
        Assert.Equal((1, 0), (first.Totals[1], second.Totals[1]));
    }

    [FactNeeding(Needs.Clang19)]
    public void Code_for_the_parameters_of_a_long_execution_answers_as_the_interpreter_does()
    {
        CompiledQuery compiled = CompiledQuery.Compile(Query.Value);
        Random random = new(8);
        using RecordBatch batch = new(Query.Value.Row, Enumerable.Range(0, 5), 500) { Count = 500 };
        for (int record = 0; record < batch.Count; record++)
        {
            batch.Values<long>(0)[record] = random.Next(1, 51) * 100;
            batch.Values<long>(1)[record] = random.NextInt64();
            batch.Values<long>(2)[record] = random.Next(5, 8);
            batch.Values<int>(3)[record] = random.Next(8700, 9200);
        }

        // More sets of parameters than are kept, each of them twice, some of which keep nothing or everything.
        foreach ((int from, int until) in Enumerable.Range(0, 24).Select(turn => (8690 + (40 * (turn % 12)), turn % 3 == 0 ? 9300 : 9000)))
        {
            ParameterValues parameters = Bind(("from", from), ("until", until));
            using InterpretedRunner interpreted = new(Query.Value, parameters);
            using QueryRunner special = compiled.CreateRunner(parameters, records: CompiledQuery.SpecializedRecords);
            Assert.Equal(interpreted.Filter(batch), special.Filter(batch));
            interpreted.Reduce(batch);
            special.Reduce(batch);
            Assert.Equal(interpreted.Selection.ToArray(), special.Selection.ToArray());
            Assert.Equal(interpreted.Totals.ToArray(), special.Totals.ToArray());
        }
    }

    [TheoryNeeding(Needs.Clang19)]
    [MemberData(nameof(Runners))]
    public void A_batch_allocates_nothing(RunnerKind kind)
    {
        using QueryRunner runner = RunnerKinds.Create(kind, Query.Value, Bind(("from", int.MinValue), ("until", int.MaxValue)));
        using RecordBatch batch = new(Query.Value.Row, Enumerable.Range(0, 5), 64) { Count = 64 };
        batch.Values<long>(2)[..32].Fill(6);
        long allocated = 0;
        for (int round = 0; round < 20; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            runner.Filter(batch);
            runner.Reduce(batch);
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Assert.Equal(32, runner.Selection.Length);
        Assert.Equal(0, allocated);
    }

    [FactNeeding(Needs.Clang19)]
    public void A_batch_without_a_column_that_the_query_reads_is_refused_by_name()
    {
        using QueryRunner runner = RunnerKinds.Create(RunnerKind.Compiled, Query.Value, Bind(("from", 1)));
        using RecordBatch batch = new(Query.Value.Row, [0, 2, 3], 8) { Count = 8 };
        Assert.Equal(0, runner.Filter(batch));
        Assert.Contains("l_extendedprice", Assert.Throws<ArgumentException>(() => runner.Reduce(batch)).Message, StringComparison.Ordinal);
    }

    [FactNeeding(Needs.Clang19)]
    public void Only_the_batch_that_was_filtered_is_reduced()
    {
        using QueryRunner runner = RunnerKinds.Create(RunnerKind.Compiled, Query.Value, Bind(("from", 1)));
        using RecordBatch batch = new(Query.Value.Row, Enumerable.Range(0, 5), 8) { Count = 8 };
        Assert.Throws<InvalidOperationException>(() => runner.Reduce(batch));
        runner.Filter(batch);
        batch.Count = 3;
        Assert.Throws<InvalidOperationException>(() => runner.Reduce(batch));
    }

    [TheoryNeeding(Needs.Clang19)]
    [InlineData("form", 1, "Parameter form: The program has no such parameter; it has until, from.")]
    [InlineData("from", 2147483648, "Parameter from: 2147483648 is out of the range of __s32, [-2147483648..2147483647].")]
    [InlineData("until", 1, "Parameter from: No value is given, and the program has none; it is __s32, [-2147483648..2147483647].")]
    public void A_wrong_parameter_is_named_with_its_range(string name, long value, string message) =>
        Assert.Equal(message, Assert.Throws<ParameterException>(() => Bind((name, value))).Message);

    private static ParameterValues Bind(params (string Name, long Value)[] given) =>
        ParameterValues.Bind(Query.Value, given.ToDictionary(pair => pair.Name, pair => (Int128)pair.Value, StringComparer.Ordinal));
}
