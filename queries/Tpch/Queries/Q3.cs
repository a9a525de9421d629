using NearData.Client;
using NearData.Queries.Tpch.Rows;

namespace NearData.Queries.Tpch.Queries;

/// <summary>A row of Q3's answer.</summary>
public sealed record UnshippedOrder(long OrderKey, decimal Revenue, DateOnly OrderDate, int ShipPriority);

/// <summary>
/// TPC-H Q3, shipping priority (2.4.3), pushed down in three stages: the customers of a market segment, what they had ordered by a day, and
/// the lines of that which had not been shipped by then. The ten greatest come back.
/// </summary>
public static class Q3
{
    private const int MaxOrders = 1 << 26;

    /// <summary>The market segment of the validation values (2.4.3.3).</summary>
    public const string Segment = "BUILDING";

    /// <summary>The day of the validation values.</summary>
    public static DateOnly Day { get; } = new(1995, 3, 15);

    /// <summary>The orders of greatest value, over datasets with the tables' columns.</summary>
    public static Task<IReadOnlyList<UnshippedOrder>> OrdersAsync(
        Dataset<Customer> customers, Dataset<Order> orders, Dataset<LineItem> lines, string segment, DateOnly day, CancellationToken cancellation = default)
    {
        Dataset<Order> ordered = orders.Where(o => o.OrderDate < day)
            .Join(customers.Where(c => c.MktSegment == segment), o => o.CustKey, c => c.CustKey, (o, c) => o);
        return lines.Where(l => l.ShipDate > day)
            .Join(ordered, l => l.OrderKey, o => o.OrderKey, (l, o) => new { Line = l, Order = o })
            .GroupBy(x => new { x.Line.OrderKey, x.Order.OrderDate, x.Order.ShipPriority }, MaxOrders)
            .Select(g => new UnshippedOrder(
                g.Key.OrderKey, g.Sum(x => x.Line.ExtendedPrice * (1 - x.Line.Discount)), g.Key.OrderDate, g.Key.ShipPriority))
            .OrderByDescending(order => order.Revenue).ThenBy(order => order.OrderDate).Take(10)
            .ToListAsync(cancellation);
    }
}
