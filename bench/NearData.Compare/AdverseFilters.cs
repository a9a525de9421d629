using NearData.Queries.Tpch;

namespace NearData.Compare;

/// <summary>
/// Filters that what is meant to save work can't help with: dictionaries whose entries nearly all pass, entries that pass because of another column,
/// filters that keep everything but can't be proven to. Nothing that is clever may make these slower than looking at each row.
/// </summary>
internal static class AdverseFilters
{
    /// <summary>All of them, on the command line.</summary>
    public const string Group = "adverse";

    public static Query[] All { get; } =
    [
        Of("most", "__s64 l_quantity, l_extendedprice;", "r->l_quantity != 700 && (__u64)r->l_extendedprice % 7 != 0", "l_quantity != 7 AND (l_extendedprice * 100)::BIGINT % 7 != 0"),
        Of("half", "__s64 l_quantity, l_extendedprice;", "r->l_quantity > 2500 && (__u64)r->l_extendedprice % 7 != 0", "l_quantity > 25 AND (l_extendedprice * 100)::BIGINT % 7 != 0"),
        Of("range", "__s64 l_quantity, l_extendedprice;", "r->l_quantity > 200 && r->l_extendedprice > 200000", "l_quantity > 2 AND l_extendedprice > 2000"),
        Of("either", "__s64 l_quantity, l_extendedprice;", "r->l_quantity == 700 || r->l_extendedprice > 200000", "l_quantity = 7 OR l_extendedprice > 2000"),
        Of("all", "__s64 l_quantity, l_discount, l_tax;", "r->l_quantity != 5100 && r->l_discount != 12 && r->l_tax != 9", "l_quantity != 51 AND l_discount != 0.12 AND l_tax != 0.09"),
        Of("dates", "__s32 l_shipdate, l_commitdate, l_receiptdate; __s64 l_extendedprice;", "r->l_shipdate != 9000 && r->l_commitdate < r->l_receiptdate", "l_shipdate != DATE '1994-08-23' AND l_commitdate < l_receiptdate"),
        Of("parts", "__s64 l_partkey, l_suppkey;", "(__u64)r->l_partkey % 3 != 0 && r->l_suppkey > 10", "l_partkey % 3 != 0 AND l_suppkey > 10"),
        Of("mode", "struct nd_str l_shipmode; __s64 l_extendedprice;", "!nd_str_eq(r->l_shipmode, ND_TEXT(\"AIR\")) && r->l_extendedprice > 200000", "l_shipmode != 'AIR' AND l_extendedprice > 2000"),
        Of("texts", "struct nd_str l_comment; __s64 l_quantity;", "nd_str_contains(r->l_comment, ND_TEXT(\"e\")) && r->l_quantity != 700", "contains(l_comment, 'e') AND l_quantity != 7"),
    ];

    private static Query Of(string name, string fields, string c, string sql) => new(
        $"adverse({name})",
        [new QueryStage(
            $$"""
            #include <neardata.h>
            struct lineitem { {{fields}} __s64 l_orderkey; };
            struct { __s64 keys ND_SUM; __u64 rows ND_SUM; } result SEC(".bss.results");
            SEC("filter") int keep(const struct lineitem *r) { return {{c}}; }
            SEC("reduce") int add(const struct lineitem *r) { result.keys += r->l_orderkey; result.rows += 1; return 0; }
            """,
            TpchTable.LineItem)],
        $"SELECT coalesce(sum(l_orderkey), 0), count(*) FROM '{{root}}/lineitem/*.parquet' WHERE {sql}");
}
