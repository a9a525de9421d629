using System.Collections.Immutable;

namespace NearData.Queries.Tpch.Queries;

/// <summary>Lines by keys that are numbers, from few to as many as a quarter of the lines: the ten groups that have the greatest quantity.</summary>
/// <param name="Name">What the lines are grouped by.</param>
/// <param name="Source">The program in C, over lineitem.</param>
/// <param name="Sql">DuckDB's form over the tables in <c>{root}</c>, as whole numbers.</param>
public sealed record GroupedLines(string Name, string Source, string Sql)
{
    public const int Limit = 10;

    public static ImmutableArray<GroupedLines> All { get; } =
    [
        OfColumn("linenumber"),
        OfColumn("suppkey"),
        OfColumn("partkey"),
        OfColumn("orderkey"),
        Of("date", "__s32 l_shipdate;", "__s32 date;", "key.date = r->l_shipdate;", "l_shipdate - DATE '1970-01-01'"),

        // Days since 1968, a leap year; good from 1968 to 2099.
        Of(
            "year",
            "__s32 l_shipdate;",
            "__s64 year;",
            "__u32 day = r->l_shipdate + 731, rest = day % 1461; key.year = 1968 + day / 1461 * 4 + (rest ? (rest - 1) / 365 : 0);",
            "year(l_shipdate)"),
        Of(
            "flag",
            "struct nd_str l_returnflag; __s64 l_linenumber;",
            "__s64 line; char flag[8];",
            "key.line = r->l_linenumber; nd_str_copy(key.flag, r->l_returnflag);",
            "l_linenumber, l_returnflag"),
        Of(
            "supply",
            "__s64 l_suppkey; __s32 l_shipdate;",
            "__s64 supplier; __s32 date, nothing;",
            "key.supplier = r->l_suppkey; key.date = r->l_shipdate; key.nothing = 0;",
            "l_suppkey, l_shipdate - DATE '1970-01-01', 0"),
    ];

    /// <summary>The columns that the groups are sorted by: then by their keys.</summary>
    public static ImmutableArray<TpchOrder> Order { get; } = [new("quantity", IsDescending: true)];

    private static GroupedLines OfColumn(string name) => Of(name, $"__s64 l_{name};", "__s64 key;", $"key.key = r->l_{name};", $"l_{name}");

    private static GroupedLines Of(string name, string fields, string members, string code, string sql) => new(
        name,
        $$"""
        #include <neardata.h>
        struct lineitem { {{fields}} __s64 l_quantity; };
        struct key { {{members}} };
        struct totals { __s64 quantity ND_SUM; __u64 rows ND_SUM; __s64 least ND_MIN; };
        ND_GROUPS(by_key, struct key, struct totals, 1 << 26);
        SEC("reduce") int add(const struct lineitem *r)
        {
        	struct key key;
        	struct totals *group;

        	{{code}}
        	group = nd_group(&by_key, &key);
        	group->quantity += r->l_quantity;
        	group->rows += 1;
        	if (r->l_quantity < group->least)
        		group->least = r->l_quantity;
        	return 0;
        }
        """,
        $"SELECT {sql}, (sum(l_quantity) * 100)::HUGEINT AS quantity, count(*), (min(l_quantity) * 100)::BIGINT "
            + $"FROM '{{root}}/lineitem/*.parquet' GROUP BY ALL ORDER BY quantity DESC, {string.Join(", ", Enumerable.Range(1, sql.Split(", ").Length))} LIMIT {Limit}");
}
