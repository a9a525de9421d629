using System.Collections.Immutable;
using NearData.Queries.Tpch;
using NearData.Queries.Tpch.Queries;
using NearData.TestSupport;

namespace NearData.Compare;

/// <summary>A query as both engines run it: the results must agree before a time counts.</summary>
/// <param name="Name">Such as <c>q6</c>.</param>
/// <param name="Stages">Programs in C, each over a table, in order.</param>
/// <param name="Sql">DuckDB's form over the tables in <c>{root}</c>, with the results in the last program's order as integers.</param>
internal sealed record Query(string Name, ImmutableArray<QueryStage> Stages, string Sql)
{
    private static readonly string Sources = Path.Combine(Ground.Repository, "queries");

    private static readonly Query Count = new(
        "count",
        [new QueryStage(Source("shipmode.c"), TpchTable.LineItem)],
        "SELECT count(*) FROM '{root}/lineitem/*.parquet' WHERE l_shipmode = 'AIR'");

    public static ImmutableArray<Query> All { get; } = [.. TpchProgram.All.Select(Of), Count, .. ColumnSums.All, .. AdverseFilters.All, .. GroupQueries.All];

    /// <summary>The columns that the groups of the answer are sorted by.</summary>
    public ImmutableArray<TpchOrder> Order { get; init; } = [];

    /// <summary>The most groups of the answer; null for all.</summary>
    public int? Limit { get; init; }

    /// <summary>Whether a name on the command line means this query: its own, or that of a group of them.</summary>
    public bool Is(string name) =>
        string.Equals(Name, name, StringComparison.Ordinal)
        || (string.Equals(name, ColumnSums.Group, StringComparison.Ordinal) && ColumnSums.All.Contains(this))
        || (string.Equals(name, AdverseFilters.Group, StringComparison.Ordinal) && AdverseFilters.All.Contains(this))
        || (string.Equals(name, GroupQueries.Group, StringComparison.Ordinal) && GroupQueries.All.Contains(this));

    private static Query Of(TpchProgram program) => new(
        program.Name,
        [.. program.Stages.Select(stage => new QueryStage(Source(stage.File), stage.Table))],
        File.ReadAllText(Path.Combine(Sources, "sql", $"{program.Name}.sql")))
    {
        Order = program.Order,
        Limit = program.Limit,
    };

    private static string Source(string file) => File.ReadAllText(Path.Combine(Sources, "programs", file));
}

/// <summary>A program in C over a table.</summary>
internal sealed record QueryStage(string Source, TpchTable Table);
