using System.Collections.Immutable;
using NearData.Isa.Objects;
using NearData.TestSupport;
using NearData.Verifier;

namespace NearData.Vm.Tests;

/// <summary>What a reduction comes to without its records is what it comes to with them.</summary>
public sealed class UnreadReductionTests
{
    private const string Head =
        """
        #include <neardata.h>
        struct row { __s64 a; __s32 b; __u16 c; ND_NULLABLE(__s64) n; };
        struct { __u64 rows ND_SUM; __s64 low ND_MIN, high ND_MAX; __s32 low32 ND_MIN; __u64 most ND_MAX; __u32 seen ND_OR; } result SEC(".bss.results");
        const volatile __s64 step = 3;

        """;

    [TheoryNeeding(Needs.Clang19)]
    [InlineData("result.rows += 1;")]
    [InlineData("result.rows += 1; result.seen |= 6;")]
    [InlineData("result.rows += step;")]
    [InlineData("if (r->a < result.low) result.low = r->a; if (r->a > result.high) result.high = r->a;")]
    [InlineData("if (r->b < result.low32) result.low32 = r->b; if (r->b > result.high) result.high = r->b;")]
    [InlineData("if (r->c > result.most) result.most = r->c; result.rows += 1;")]
    [InlineData("if (r->n.valid) result.rows += 2;")]
    [InlineData("if (r->n.valid) { result.rows += 1; if (r->n.value > result.high) result.high = r->n.value; if (r->n.value < result.low) result.low = r->n.value; }")]
    public void What_needs_no_record_is_answered_as_by_reading_all_of_them(string body)
    {
        QueryProgram query = Verify(body);
        ParameterValues parameters = ParameterValues.Bind(query, new Dictionary<string, Int128> { ["step"] = 5 });
        UnreadReduction unread = UnreadReduction.Of(query, parameters)!;
        Random random = new(body.Length);
        using QueryRunner reading = new InterpretedRunner(query, parameters);
        using QueryRunner known = CompiledQuery.Compile(query).CreateRunner(parameters);
        for (int round = 0; round < 20; round++)
        {
            // All nulls and none are among them.
            using RecordBatch batch = Batch(query, random, nulls: round % 5 / 4.0);
            reading.Filter(batch);
            reading.Reduce(batch);
            known.Reduce(unread.Reduce(batch.Count, field => Summarize(batch, field))!.Value);
            Assert.Equal(reading.Totals, known.Totals);

            // And mixed with records that are read.
            reading.Reduce(batch);
            known.Filter(batch);
            known.Reduce(batch);
            Assert.Equal(reading.Totals, known.Totals);
        }
    }

    [TheoryNeeding(Needs.Clang19)]
    [InlineData("result.rows += r->c;")]
    [InlineData("if (r->a > 5) result.rows += 1;")]
    [InlineData("if (r->a + 1 < result.low) result.low = r->a + 1;")]
    [InlineData("if ((__s32)r->a > result.high) result.high = (__s32)r->a;")]
    [InlineData("if (r->b < 0) { if (r->a < result.low) result.low = r->a; }")]
    [InlineData("if (r->n.valid && r->b > 0) result.rows += 1;")]
    [InlineData("result.seen |= r->c;")]
    public void What_depends_on_records_is_not_answered_without_them(string body)
    {
        QueryProgram query = Verify(body);
        Assert.Null(UnreadReduction.Of(query, ParameterValues.Bind(query, new Dictionary<string, Int128> { ["step"] = 5 })));
    }

    [FactNeeding(Needs.Clang19)]
    public void Nulls_that_a_program_takes_for_zeros_and_extremes_that_nobody_knows_are_read()
    {
        QueryProgram zeros = Verify("if (r->n.value < result.low) result.low = r->n.value;");
        UnreadReduction unread = UnreadReduction.Of(zeros, ParameterValues.Bind(zeros, new Dictionary<string, Int128> { ["step"] = 5 }))!;
        Assert.Equal((1, (Int128)7), Assert.Single(unread.Reduce(3, _ => new FieldSummary(0, (7, 9)))!.Value));
        Assert.Null(unread.Reduce(3, _ => new FieldSummary(1, (7, 9))));
        Assert.Null(unread.Reduce(3, _ => new FieldSummary(0, null)));
        Assert.Null(unread.Reduce(3, _ => null));
    }

    private static QueryProgram Verify(string body)
    {
        BpfObject read = BpfObject.Read(Clang.Compile($"{Head}SEC(\"reduce\") int add(const struct row *r) {{ (void)r; {body} return 0; }}"));
        return new QueryProgram(null, ProgramVerifier.Verify(read.Reduce!), read.Parameters);
    }

    private static RecordBatch Batch(QueryProgram query, Random random, double nulls)
    {
        RecordBatch batch = new(query.Row, Enumerable.Range(0, 4), 50) { Count = 50 };
        for (int record = 0; record < batch.Count; record++)
        {
            batch.Values<long>(0)[record] = random.NextInt64(long.MinValue, long.MaxValue);
            batch.Values<int>(1)[record] = random.Next(int.MinValue, int.MaxValue);
            batch.Values<ushort>(2)[record] = (ushort)random.Next();
            byte present = batch.Validity(3)[record] = random.NextDouble() < nulls ? (byte)0 : (byte)1;
            batch.Values<long>(3)[record] = present * random.NextInt64(long.MinValue, long.MaxValue);
        }

        return batch;
    }

    private static FieldSummary? Summarize(RecordBatch batch, int field)
    {
        Int128[] values = field switch
        {
            0 => [.. batch.Values<long>(0).ToArray().Select(value => (Int128)value)],
            1 => [.. batch.Values<int>(1).ToArray().Select(value => (Int128)value)],
            2 => [.. batch.Values<ushort>(2).ToArray().Select(value => (Int128)value)],
            _ => [.. batch.Values<long>(3).ToArray().Where((_, record) => batch.Validity(3)[record] != 0).Select(value => (Int128)value)],
        };
        return new FieldSummary(batch.Count - values.Length, values.Length == 0 ? null : (values.Min(), values.Max()));
    }
}
