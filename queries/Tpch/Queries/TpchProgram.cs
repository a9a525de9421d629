using System.Collections.Immutable;

namespace NearData.Queries.Tpch.Queries;

/// <summary>A query of TPC-H as programs in C, one for each stage, with the specification's validation values.</summary>
/// <param name="Name">Such as <c>q3</c>: its SQL is <c>queries/sql/q3.sql</c>, with the programs' results in their order, as whole numbers.</param>
/// <param name="Stages">In order; the last one's groups or results are the answer.</param>
/// <param name="Order">The columns that its groups are sorted by.</param>
/// <param name="Limit">The most groups of the answer; null for all.</param>
public sealed record TpchProgram(string Name, ImmutableArray<TpchStage> Stages, ImmutableArray<TpchOrder> Order, int? Limit)
{
    public static ImmutableArray<TpchProgram> All { get; } =
    [
        new("q1", [new("q1.c", TpchTable.LineItem)], [new("l_returnflag"), new("l_linestatus")], null),
        new(
            "q3",
            [new("q3-customers.c", TpchTable.Customer), new("q3-orders.c", TpchTable.Orders), new("q3.c", TpchTable.LineItem)],
            [new("revenue", IsDescending: true), new("o_orderdate")],
            10),
        new("q6", [new("q6.c", TpchTable.LineItem)], [], null),
        new("q12", [new("q12-lines.c", TpchTable.LineItem), new("q12.c", TpchTable.Orders)], [], null),
        new("q14", [new("q14-parts.c", TpchTable.Part), new("q14.c", TpchTable.LineItem)], [], null),
        new("q19", [new("q19-parts.c", TpchTable.Part), new("q19.c", TpchTable.LineItem)], [], null),
    ];

    /// <summary>The tables that its stages run over.</summary>
    public IEnumerable<TpchTable> Tables => Stages.Select(stage => stage.Table).Distinct();

    public override string ToString() => Name;
}

/// <summary>A program over a table.</summary>
/// <param name="File">Its source in <c>queries/programs</c>.</param>
/// <param name="Table">What it runs over.</param>
public sealed record TpchStage(string File, TpchTable Table);

/// <summary>A column that groups are sorted by.</summary>
public sealed record TpchOrder(string Column, bool IsDescending = false);
