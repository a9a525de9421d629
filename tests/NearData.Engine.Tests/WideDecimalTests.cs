using System.Globalization;
using NearData.Engine.Execution;
using NearData.TestSupport;

namespace NearData.Engine.Tests;

/// <summary>Decimals of up to 38 digits in C programs, held against DuckDB over a file that DuckDB wrote.</summary>
public sealed class WideDecimalTests : IDisposable
{
    private readonly ColumnsInPrograms _table = new();

    public void Dispose() => _table.Dispose();

    [FactNeeding(Needs.Clang19 | Needs.Node)]
    public async Task Sums_extremes_and_comparisons_are_DuckDB_s()
    {
        _table.Write(
            """
            SELECT ((i * 7919 % 100003 - 50000)::HUGEINT * 123456789012345678901234567)::DECIMAL(38, 0) AS wide,
                CASE WHEN i % 5 = 0 THEN NULL ELSE (i * 1.25)::DECIMAL(20, 2) END AS middle,
                (i * 0.01)::DECIMAL(15, 2) AS narrow
            FROM range(20000) AS r(i)
            """);
        string?[] expected = _table.Ask(
            """
            SELECT sum(wide), min(wide), max(wide), (sum(middle) * 100)::HUGEINT, (max(narrow) * 100)::HUGEINT, count(*) FROM t
            WHERE wide > -5000000000000000000000000000
            """);

        ExecutionAnswer answer = await _table.RunAsync(
            """
            struct t { __int128 wide; ND_NULLABLE(__int128) middle; __int128 narrow; };
            struct {
                nd_i128_sum total ND_SUM; __int128 least ND_MIN, greatest ND_MAX; nd_i128_sum middle ND_SUM; __int128 narrow ND_MAX; __u64 rows ND_SUM;
            } result SEC(".bss.results");
            SEC("filter") int keep(const struct t *r) { return r->wide > (__int128)-5000000000000000000 * 1000000000; }
            SEC("reduce") int add(const struct t *r)
            {
                nd_sum_i128(&result.total, r->wide);
                nd_min_i128(&result.least, r->wide);
                nd_max_i128(&result.greatest, r->wide);
                if (r->middle.valid) nd_sum_i128(&result.middle, r->middle.value);
                nd_max_i128(&result.narrow, r->narrow);
                result.rows += 1;
                return 0;
            }
            """);

        Assert.Equal(expected, answer.Results.Select(result => result.Value.ToString(CultureInfo.InvariantCulture)));
    }
}
