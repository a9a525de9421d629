using NearData.Client;
using NearData.Queries.Tpch.Rows;

namespace NearData.Queries.Tpch.Queries;

/// <summary>A row of Q12's answer.</summary>
/// <param name="ShipMode">How lines were shipped.</param>
/// <param name="HighLines">Late lines of urgent orders and of those of high priority.</param>
/// <param name="LowLines">Late lines of others.</param>
public sealed record LateLines(string ShipMode, int HighLines, int LowLines);

/// <summary>TPC-H Q12, shipping modes and order priority (2.4.12), pushed down in two stages: the orders, and the late lines.</summary>
public static class Q12
{
    /// <summary>The modes of the validation values (2.4.12.3).</summary>
    public static (string First, string Second) Modes { get; } = ("MAIL", "SHIP");

    /// <summary>The first day of the validation values' year.</summary>
    public static DateOnly From { get; } = new(1994, 1, 1);

    /// <summary>Lines that came late within a year though they were shipped in time, over datasets with the tables' columns.</summary>
    public static Task<IReadOnlyList<LateLines>> LateLinesAsync(
        Dataset<Order> orders, Dataset<LineItem> lines, string first, string second, DateOnly from, CancellationToken cancellation = default)
    {
        DateOnly until = from.AddYears(1);
        return lines
            .Where(l => (l.ShipMode == first || l.ShipMode == second) && l.ReceiptDate >= from && l.ReceiptDate < until
                && l.CommitDate < l.ReceiptDate && l.ShipDate < l.CommitDate)
            .Join(orders, l => l.OrderKey, o => o.OrderKey, (l, o) => new
            {
                l.ShipMode,
                IsHigh = o.OrderPriority == "1-URGENT" || o.OrderPriority == "2-HIGH",
            })
            .GroupBy(x => x.ShipMode)
            .Select(g => new LateLines(g.Key, g.Count(x => x.IsHigh), g.Count(x => !x.IsHigh)))
            .OrderBy(mode => mode.ShipMode)
            .ToListAsync(cancellation);
    }
}
