using NearData.TestSupport;

namespace NearData.Compare;

/// <summary>A query as both engines run it: the results must agree before a time counts.</summary>
/// <param name="Name">Such as <c>q6</c>.</param>
/// <param name="Table">The TPC-H table that it scans.</param>
/// <param name="Source">The program, in C.</param>
/// <param name="Sql">DuckDB's form over <c>{0}</c>, with the results in the program's order as integers.</param>
internal sealed record Query(string Name, string Table, string Source, string Sql)
{
    private static readonly Query[] Single =
    [
        new(
            "q6",
            "lineitem",
            File.ReadAllText(Path.Combine(Ground.Repository, "queries/programs/q6.c")),
            """
            SELECT sum(l_extendedprice * l_discount) * 10000, count(*) FROM '{0}'
            WHERE l_shipdate >= DATE '1994-01-01' AND l_shipdate < DATE '1995-01-01'
              AND l_discount BETWEEN 0.05 AND 0.07 AND l_quantity < 24
            """),
    ];

    public static Query[] All { get; } = [.. Single, .. ColumnSums.All];

    /// <summary>Whether a name on the command line means this query: its own, or that of a group of them.</summary>
    public bool Is(string name) =>
        string.Equals(Name, name, StringComparison.Ordinal) || (string.Equals(name, ColumnSums.Group, StringComparison.Ordinal) && ColumnSums.All.Contains(this));
}
