using NearData.Client;
using NearData.Queries.Tpch.Rows;

namespace NearData.Queries.Tpch.Queries;

/// <summary>A row of Q12's answer.</summary>
/// <param name="ShipMode">How lines were shipped.</param>
/// <param name="HighLines">Late lines of urgent orders and of those of high priority.</param>
/// <param name="LowLines">Late lines of others.</param>
public sealed record LateLines(string ShipMode, int HighLines, int LowLines);

/// <summary>TPC-H Q12, shipping modes and order priority (2.4.12), pushed down in two stages: the late lines of each order, and the orders.</summary>
public static class Q12
{
    private const int MaxOrders = 1 << 26;

    /// <summary>The modes of the validation values (2.4.12.3).</summary>
    public static (string First, string Second) Modes { get; } = ("MAIL", "SHIP");

    /// <summary>The first day of the validation values' year.</summary>
    public static DateOnly From { get; } = new(1994, 1, 1);

    /// <summary>Lines that came late within a year though they were shipped in time, over datasets with the tables' columns; empty where there are none.</summary>
    public static async Task<IReadOnlyList<LateLines>> LateLinesAsync(
        Dataset<Order> orders, Dataset<LineItem> lines, string first, string second, DateOnly from, CancellationToken cancellation = default)
    {
        DateOnly until = from.AddYears(1);
        var late = lines
            .Where(l => (l.ShipMode == first || l.ShipMode == second) && l.ReceiptDate >= from && l.ReceiptDate < until
                && l.CommitDate < l.ReceiptDate && l.ShipDate < l.CommitDate)
            .GroupBy(l => l.OrderKey, MaxOrders)
            .Select(g => new { OrderKey = g.Key, First = g.Count(l => l.ShipMode == first), Second = g.Count(l => l.ShipMode != first) });
        var counts = await orders
            .Join(late, o => o.OrderKey, g => g.OrderKey, (o, g) => new
            {
                IsHigh = o.OrderPriority == "1-URGENT" || o.OrderPriority == "2-HIGH",
                g.First,
                g.Second,
            })
            .GroupBy(x => true)
            .Select(g => new[]
            {
                new LateLines(first, g.Sum(x => x.IsHigh ? x.First : 0), g.Sum(x => x.IsHigh ? 0 : x.First)),
                new LateLines(second, g.Sum(x => x.IsHigh ? x.Second : 0), g.Sum(x => x.IsHigh ? 0 : x.Second)),
            })
            .ToListAsync(cancellation);
        return [.. counts.SelectMany(modes => modes).Where(mode => mode.HighLines + mode.LowLines > 0)];
    }
}
