using System.Globalization;
using NearData.Engine.Execution;
using NearData.Isa.Objects;
using NearData.Engine.Programs;
using NearData.TestSupport;

namespace NearData.Engine.Tests;

/// <summary>FLOAT and DOUBLE columns in C programs, held against DuckDB over a file that DuckDB wrote.</summary>
public sealed class DoubleColumnTests : IDisposable
{
    // Multiples of 1/8: DuckDB's plain sums of them are exact too.
    private const string Table =
        """
        SELECT (i * 7919 % 100003 - 50000) / 8.0::DOUBLE AS d,
            ((i * 104729 % 1009) / 4.0)::FLOAT AS f,
            CASE WHEN i % 7 = 0 THEN NULL ELSE (i % 13) * 0.5::DOUBLE END AS n
        FROM range(20000) AS r(i)
        """;

    private const string Source =
        """
        struct t { nd_f64 d, f; ND_NULLABLE(nd_f64) n; };
        struct {
            nd_f64_sum total ND_SUM; nd_f64 least ND_MIN, greatest ND_MAX; nd_f64_sum product ND_SUM; nd_f64_sum present ND_SUM;
            __u64 rows ND_SUM; __s64 whole ND_SUM;
        } result SEC(".bss.results");
        SEC("filter") int keep(const struct t *r) { return nd_f64_lt(ND_F64(-1000.25), r->d) && nd_f64_le(r->f, ND_F64(200.0)); }
        SEC("reduce") int add(const struct t *r)
        {
            nd_sum_f64(&result.total, r->d);
            nd_min_f64(&result.least, r->f);
            nd_max_f64(&result.greatest, nd_f64_neg(r->d));
            nd_sum_f64(&result.product, nd_f64_mul(r->d, r->f));
            if (r->n.valid) nd_sum_f64(&result.present, r->n.value);
            result.rows += 1;
            result.whole += nd_f64_to_s64(nd_f64_floor(r->f));
            return 0;
        }
        """;

    private readonly ColumnsInPrograms _table = new();

    public void Dispose() => _table.Dispose();

    [FactNeeding(Needs.Clang19 | Needs.Node)]
    public async Task Sums_extremes_and_comparisons_are_DuckDB_s()
    {
        _table.Write(Table);
        string?[] expected = _table.Ask(
            """
            SELECT sum(d), min(f), max(-d), sum(d * f), sum(n), count(*), sum(floor(f))::BIGINT FROM t WHERE d > -1000.25 AND f <= 200
            """);

        ExecutionAnswer answer = await _table.RunAsync(Source);

        Assert.Equal(expected.Take(5).Select(text => double.Parse(text!, CultureInfo.InvariantCulture)), answer.Results.Take(5).Select(result => result.Number!.Value));
        Assert.Equal(expected.Skip(5), answer.Results.Skip(5).Select(result => result.Value.ToString(CultureInfo.InvariantCulture)));
    }

    [FactNeeding(Needs.Clang19 | Needs.Node)]
    public async Task Infinities_and_NaN_have_SQL_s_order()
    {
        _table.Write("SELECT * FROM (VALUES (1.5::DOUBLE, 1), ('nan'::DOUBLE, 2), ('-inf'::DOUBLE, 3), (-0.0::DOUBLE, 4)) AS v(d, f)");
        string?[] expected = _table.Ask("SELECT min(d), max(d) FROM t");

        ExecutionAnswer answer = await _table.RunAsync(
            """
            struct t { nd_f64 d; };
            struct { nd_f64 least ND_MIN, greatest ND_MAX; nd_f64_sum total ND_SUM; } result SEC(".bss.results");
            SEC("reduce") int add(const struct t *r)
            {
                nd_min_f64(&result.least, r->d);
                nd_max_f64(&result.greatest, r->d);
                nd_sum_f64(&result.total, r->d);
                return 0;
            }
            """);

        Assert.Equal<string?>(["-Infinity", "NaN"], expected.AsEnumerable());
        Assert.Equal([double.NegativeInfinity, double.NaN, double.NaN], answer.Results.Select(result => result.Number!.Value));
    }

    [FactNeeding(Needs.Clang19 | Needs.Node)]
    public async Task Without_a_record_each_result_is_its_merge_s_identity()
    {
        _table.Write($"{Table} LIMIT 1");
        ExecutionAnswer answer = await _table.RunAsync(Source.Replace("-1000.25", "1e300", StringComparison.Ordinal));
        Assert.All(answer.Results, result => Assert.True(result.IsIdentity));
        Assert.Equal([0, double.NaN, double.NegativeInfinity, 0, 0], answer.Results.Take(5).Select(result => result.Number!.Value));
    }

    [TheoryNeeding(Needs.Clang19)]
    [InlineData("nd_f64 x ND_SUM;", "declare it nd_f64_sum and update it with nd_sum_f64()")]
    [InlineData("nd_f64_sum x ND_MIN;", "'nd_f64_sum' is the type of a sum")]
    [InlineData("nd_f64 x ND_OR;", "write ND_MIN or ND_MAX")]
    public void A_result_of_doubles_that_can_t_be_merged_is_refused_with_what_to_write(string field, string says)
    {
        string source = $$"""
            #include <neardata.h>
            struct t { __s64 x; };
            struct { {{field}} } result SEC(".bss.results");
            SEC("reduce") int add(const struct t *r) { (void)r; return 0; }
            """;
        Assert.Contains(says, Assert.Throws<ObjectContractException>(() => LoadedProgram.Load(Clang.Compile(source))).Message, StringComparison.Ordinal);
    }
}
