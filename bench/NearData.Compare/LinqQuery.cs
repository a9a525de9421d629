using System.Globalization;
using NearData.Client;
using NearData.Queries.Tpch.Queries;
using NearData.Queries.Tpch.Rows;

namespace NearData.Compare;

/// <summary>A query of TPC-H in LINQ.</summary>
/// <param name="Name">That of the programs in C.</param>
/// <param name="AskAsync">Its answer as whole numbers and text, in the order of the programs' results.</param>
internal sealed record LinqQuery(string Name, Func<LinqQuery.Tables, Task<string[][]>> AskAsync)
{
    /// <summary>What is made of the answer of the programs in C, where the query asks for less than they give.</summary>
    public Func<string[][], string[][]> OfC { get; private init; } = rows => rows;

    public static IReadOnlyList<LinqQuery> All { get; } =
    [
        new("q1", async tables => [.. (await Q1.SummaryAsync(tables.Lines, Q1.Until)).Select(group => new[]
        {
            group.ReturnFlag,
            group.LineStatus,
            Whole(group.SumQuantity * 100),
            Whole(group.SumBasePrice * 100),
            Whole(group.SumDiscountedPrice * 10_000),
            Whole(group.SumCharge * 1_000_000),
            Whole(group.AverageDiscount * group.Count * 100),
            Whole(group.Count),
        })]),
        new("q3", async tables => [.. (await Q3.OrdersAsync(tables.Customers, tables.Orders, tables.Lines, Q3.Segment, Q3.Day)).Select(order => new[]
        {
            Whole(order.OrderKey), Whole(order.OrderDate.DayNumber - DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber), Whole(order.ShipPriority), Whole(order.Revenue * 10_000),
        })]),
        new("q6", async tables => [[Whole(await Q6.RevenueAsync(tables.Lines, Q6Parameters.Validation) * 10_000)]])
        {
            OfC = rows => [[rows[0][0]]],
        },
        new("q12", async tables => [[.. (await Q12.LateLinesAsync(tables.Orders, tables.Lines, Q12.Modes.First, Q12.Modes.Second, Q12.From))
            .SelectMany(mode => new[] { Whole(mode.HighLines), Whole(mode.LowLines) })]]),
        new("q14", async tables => [[Percent(await Q14.PromotionAsync(tables.Parts, tables.Lines, Q14.From))]])
        {
            OfC = rows => [[Percent(100 * (decimal.Parse(rows[0][0], CultureInfo.InvariantCulture) / 10_000) / (decimal.Parse(rows[0][1], CultureInfo.InvariantCulture) / 10_000))]],
        },
        new("q19", async tables => [[Whole(await Q19.RevenueAsync(tables.Parts, tables.Lines, Q19.Brands.Small, Q19.Brands.Medium, Q19.Brands.Large) * 10_000)]]),
    ];

    private static string Whole(decimal number) => number.ToString("0", CultureInfo.InvariantCulture);

    private static string Percent(decimal? share) => share is { } percent ? percent.ToString("0.0000000000", CultureInfo.InvariantCulture) : "null";

    /// <summary>A node's tables.</summary>
    /// <param name="client">Connected to it.</param>
    /// <param name="observer">Sees the queries' executions.</param>
    public sealed class Tables(NearDataClient client, QueryObserver observer)
    {
        public Dataset<LineItem> Lines => client.Dataset<LineItem>("lineitem").Observe(observer);

        public Dataset<Order> Orders => client.Dataset<Order>("orders").Observe(observer);

        public Dataset<Customer> Customers => client.Dataset<Customer>("customer").Observe(observer);

        public Dataset<Part> Parts => client.Dataset<Part>("part").Observe(observer);
    }
}
