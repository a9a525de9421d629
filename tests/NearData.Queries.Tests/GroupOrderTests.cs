using System.Globalization;
using System.Net;
using NearData.Client;
using NearData.Client.Linq;
using NearData.Parquet;
using NearData.Queries.Tpch;
using NearData.Queries.Tpch.Rows;
using NearData.Server;
using NearData.TestSupport;

namespace NearData.Queries.Tests;

/// <summary>OrderBy and Take of groups in LINQ, against DuckDB over the same files.</summary>
[Collection(TpchFixture.Name)]
public sealed class GroupOrderTests(TpchFixture data)
{
    private sealed record Shipped(long Order, decimal Revenue, DateOnly? Last);

    [TheoryNeeding(Needs.Node)]
    [InlineData(0.01, Codec.Zstd, 1)]
    [InlineData(0.1, Codec.Snappy, 2)]
    public async Task The_greatest_groups_come_from_the_node_in_order(double scaleFactor, Codec codec, int workers)
    {
        string root = await data.EnsureAsync(scaleFactor, codec, TpchTable.LineItem);
        await using NodeHost node = await StartAsync(root, workers);
        await using NearDataClient client = NearDataClient.Connect(node.Address);
        ExecutionAnswer? seen = null;

        // Whole hundreds, so that some orders are equal by revenue, and then by date.
        IReadOnlyList<Shipped> orders = await client.Dataset<LineItem>("lineitem").Where(l => l.Quantity < 3)
            .Observe(new QueryObserver { Answered = answer => seen = answer })
            .GroupBy(l => l.OrderKey)
            .Select(g => new Shipped(g.Key, g.Sum(l => l.Quantity), g.Max(l => l.ShipDate)))
            .OrderByDescending(x => x.Revenue).ThenBy(x => x.Last).Take(50).ToListAsync();

        string?[][] expected = data.Ask(
            $"""
            SELECT l_orderkey, sum(l_quantity), max(l_shipdate)::VARCHAR FROM '{root}/lineitem/*.parquet' WHERE l_quantity < 3
            GROUP BY 1 ORDER BY 2 DESC, 3, 1 LIMIT 50
            """);
        Assert.Equal(
            expected.Select(row => (row[0], decimal.Parse(row[1]!, CultureInfo.InvariantCulture), row[2])),
            orders.Select(it => ((string?)it.Order.ToString(CultureInfo.InvariantCulture), it.Revenue, (string?)it.Last!.Value.ToString("O", CultureInfo.InvariantCulture))));
        Assert.Equal(50, seen!.Groups.Single().Count);
    }

    [TheoryNeeding(Needs.Node)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Null_comes_first_and_text_is_sorted_by_its_bytes(bool ascending)
    {
        string root = await data.EnsureAsync(0.01, Codec.Zstd, TpchTable.LineItem);
        await using NodeHost node = await StartAsync(root, workers: 2);
        await using NearDataClient client = NearDataClient.Connect(node.Address);
        var groups = client.Dataset<LineItem>("lineitem")
            .GroupBy(l => new { Discount = l.Discount > 0.05m ? (decimal?)l.Discount : null, l.ShipMode })
            .Select(g => new { g.Key.Discount, Mode = new { g.Key.ShipMode }, Rows = g.LongCount() });

        var sorted = await (ascending
            ? groups.OrderBy(x => x.Rows).OrderBy(x => x.Discount).ThenByDescending(x => x.Mode.ShipMode)
            : groups.OrderByDescending(x => x.Discount).ThenBy(x => x.Mode.ShipMode)).ToListAsync();

        string?[][] expected = data.Ask(
            $"""
            SELECT CASE WHEN l_discount > 0.05 THEN l_discount END, l_shipmode, count(*) FROM '{root}/lineitem/*.parquet'
            GROUP BY 1, 2 ORDER BY 1 {(ascending ? "ASC NULLS FIRST, 3, 2 DESC" : "DESC NULLS LAST, 2")}
            """);
        Assert.True(expected.Length > 30);
        Assert.Equal(
            expected.Select(row => (row[0] is { } discount ? decimal.Parse(discount, CultureInfo.InvariantCulture) : (decimal?)null, row[1], row[2])),
            sorted.Select(it => (it.Discount, (string?)it.Mode.ShipMode, (string?)it.Rows.ToString(CultureInfo.InvariantCulture))));
    }

    [FactNeeding(Needs.Node)]
    public async Task What_the_node_can_not_sort_by_is_refused_by_name()
    {
        string root = await data.EnsureAsync(0.01, Codec.Zstd, TpchTable.LineItem);
        await using NodeHost node = await StartAsync(root, workers: 1);
        await using NearDataClient client = NearDataClient.Connect(node.Address);
        var groups = client.Dataset<LineItem>("lineitem").GroupBy(l => new { l.LineNumber, l.SuppKey }).Select(g => new
        {
            g.Key,
            Rows = g.Count(),
            Share = g.Sum(l => l.Tax) / g.Count(),
            Mean = g.Average(l => l.Tax),
            Least = g.Min(l => l.Tax > 0 ? (decimal?)l.Tax : null),
        });

        Assert.Equal("g.Sum(l => l.Tax) / Convert(g.Count(), Decimal)", Assert.Throws<QueryTranslationException>(() => groups.OrderBy(x => x.Share)).Subject);
        Assert.Equal("g.Average(l => l.Tax)", Assert.Throws<QueryTranslationException>(() => groups.OrderBy(x => x.Rows).ThenBy(x => x.Mean)).Subject);
        Assert.Equal("g.Key", Assert.Throws<QueryTranslationException>(() => groups.OrderBy(x => x.Key)).Subject);
        Assert.Contains("Take comes after OrderBy", Assert.Throws<QueryTranslationException>(() => groups.Take(3).OrderBy(x => x.Rows)).Reason);
        QueryTranslationException thrown = await Assert.ThrowsAsync<QueryTranslationException>(() => groups.OrderBy(x => x.Least).ToListAsync());
        Assert.Equal("x.Least", thrown.Subject);
        Assert.Contains("a minimum or maximum that may be null", thrown.Reason);
        Assert.Empty(await groups.OrderBy(x => x.Key.SuppKey).Take(0).ToListAsync());
        Assert.Equal(3, (await groups.Take(5).Take(3).ToListAsync()).Count);
    }

    private static Task<NodeHost> StartAsync(string root, int workers) =>
        NodeHost.StartAsync(new NodeOptions { Root = root, Endpoint = new IPEndPoint(IPAddress.Loopback, 0), Workers = workers });
}
