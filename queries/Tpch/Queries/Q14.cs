using NearData.Client;
using NearData.Queries.Tpch.Rows;

namespace NearData.Queries.Tpch.Queries;

/// <summary>TPC-H Q14, promotion effect (2.4.14), pushed down in two stages: the parts, and the lines of a month.</summary>
public static class Q14
{
    /// <summary>The first day of the validation values' month (2.4.14.3).</summary>
    public static DateOnly From { get; } = new(1995, 9, 1);

    /// <summary>What of a month's revenue the promotion's parts brought in, in percent, over datasets with the tables' columns; null where there was none.</summary>
    public static async Task<decimal?> PromotionAsync(
        Dataset<Part> parts, Dataset<LineItem> lines, DateOnly from, CancellationToken cancellation = default)
    {
        // Each line has its part, so that only the promotion's have to be known: a join would keep all of them.
        DateOnly until = from.AddMonths(1);
        Dataset<long> promoted = parts.Where(p => p.Type.StartsWith("PROMO", StringComparison.Ordinal)).Select(p => p.PartKey);
        IReadOnlyList<decimal> percent = await lines.Where(l => l.ShipDate >= from && l.ShipDate < until)
            .GroupBy(l => true)
            .Select(g => 100 * g.Sum(l => promoted.Contains(l.PartKey) ? l.ExtendedPrice * (1 - l.Discount) : 0) / g.Sum(l => l.ExtendedPrice * (1 - l.Discount)))
            .ToListAsync(cancellation);
        return percent.Count > 0 ? percent[0] : null;
    }
}
