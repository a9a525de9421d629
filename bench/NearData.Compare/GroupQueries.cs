using NearData.Queries.Tpch;
using NearData.Queries.Tpch.Queries;

namespace NearData.Compare;

/// <summary>Lines by keys that are numbers, from few groups to many.</summary>
internal static class GroupQueries
{
    /// <summary>All of them, on the command line.</summary>
    public const string Group = "groups";

    public static Query[] All { get; } =
    [
        .. GroupedLines.All.Select(lines => new Query($"groups({lines.Name})", [new QueryStage(lines.Source, TpchTable.LineItem)], lines.Sql)
        {
            Order = GroupedLines.Order,
            Limit = GroupedLines.Limit,
        }),
    ];
}
