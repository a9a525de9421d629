using NearData.Client;
using NearData.Queries.Tpch.Rows;

namespace NearData.Queries.Tpch.Queries;

/// <summary>A row of Q1's answer.</summary>
public sealed record PricingSummary(
    string ReturnFlag,
    string LineStatus,
    decimal SumQuantity,
    decimal SumBasePrice,
    decimal SumDiscountedPrice,
    decimal SumCharge,
    decimal AverageQuantity,
    decimal AveragePrice,
    decimal AverageDiscount,
    long Count);

/// <summary>TPC-H Q1, pricing summary report (2.4.1), pushed down: the node groups, and a row for each group comes back.</summary>
public static class Q1
{
    /// <summary>The last day that counts, of the validation values (2.4.1.3).</summary>
    public static DateOnly Until { get; } = new(1998, 9, 2);

    /// <summary>The summary, over a dataset with lineitem's columns.</summary>
    public static async Task<IReadOnlyList<PricingSummary>> SummaryAsync(Dataset<LineItem> lines, DateOnly until, CancellationToken cancellation = default)
    {
        IReadOnlyList<PricingSummary> groups = await lines
            .Where(l => l.ShipDate <= until)
            .GroupBy(l => new { l.ReturnFlag, l.LineStatus })
            .Select(g => new PricingSummary(
                g.Key.ReturnFlag,
                g.Key.LineStatus,
                g.Sum(l => l.Quantity),
                g.Sum(l => l.ExtendedPrice),
                g.Sum(l => l.ExtendedPrice * (1 - l.Discount)),
                g.Sum(l => l.ExtendedPrice * (1 - l.Discount) * (1 + l.Tax)),
                g.Average(l => l.Quantity),
                g.Average(l => l.ExtendedPrice),
                g.Average(l => l.Discount),
                g.LongCount()))
            .ToListAsync(cancellation);
        return [.. groups.OrderBy(group => group.ReturnFlag, StringComparer.Ordinal).ThenBy(group => group.LineStatus, StringComparer.Ordinal)];
    }
}
