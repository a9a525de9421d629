using NearData.Queries.Tpch;

namespace NearData.Compare;

/// <summary>The sum of one whole column, for each of lineitem's columns of numbers and dates: what decoding alone costs.</summary>
internal static class ColumnSums
{
    /// <summary>All of them, on the command line.</summary>
    public const string Group = "sums";

    public static Query[] All { get; } =
    [
        Of("l_orderkey", "__s64", "sum({0})"),
        Of("l_partkey", "__s64", "sum({0})"),
        Of("l_suppkey", "__s64", "sum({0})"),
        Of("l_linenumber", "__s64", "sum({0})"),
        Of("l_quantity", "__s64", Hundredths),
        Of("l_extendedprice", "__s64", Hundredths),
        Of("l_discount", "__s64", Hundredths),
        Of("l_tax", "__s64", Hundredths),
        Of("l_shipdate", "__s32", Days),
        Of("l_commitdate", "__s32", Days),
        Of("l_receiptdate", "__s32", Days),
    ];

    // DuckDB adds up the column itself, and makes an integer of it afterwards.
    private const string Hundredths = "(sum({0}) * 100)::HUGEINT";

    private const string Days = "sum({0} - DATE '1970-01-01')";

    private static Query Of(string column, string type, string sum) => new(
        $"sum({column})",
        [new QueryStage(
            $$"""
            #include <neardata.h>
            struct lineitem { {{type}} {{column}}; };
            struct { __s64 total ND_SUM; } result SEC(".bss.results");
            SEC("reduce") int add(const struct lineitem *r) { result.total += r->{{column}}; return 0; }
            """,
            TpchTable.LineItem)],
        $"SELECT {sum.Replace("{0}", column, StringComparison.Ordinal)} FROM '{{root}}/lineitem/*.parquet'");
}
