using NearData.Client;
using NearData.Queries.Tpch.Rows;

namespace NearData.Queries.Tpch.Queries;

/// <summary>TPC-H Q6, forecasting revenue change (2.4.6), pushed down: the node computes, and one number comes back.</summary>
public static class Q6
{
    /// <summary>The columns that the query needs.</summary>
    public static IReadOnlyList<string> Columns { get; } = ["l_quantity", "l_extendedprice", "l_discount", "l_shipdate"];

    /// <summary>The revenue, over a dataset with lineitem's columns.</summary>
    public static Task<decimal> RevenueAsync(Dataset<LineItem> lines, Q6Parameters parameters, CancellationToken cancellation = default)
    {
        (DateOnly from, DateOnly until, decimal low, decimal high, decimal quantity) = parameters;
        return lines
            .Where(l => l.ShipDate >= from && l.ShipDate < until && l.Discount >= low && l.Discount <= high && l.Quantity < quantity)
            .SumAsync(l => l.ExtendedPrice * l.Discount, cancellation);
    }
}
