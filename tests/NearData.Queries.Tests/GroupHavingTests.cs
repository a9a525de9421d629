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

/// <summary>Predicates over groups in LINQ (HAVING), against DuckDB over the same files.</summary>
[Collection(TpchFixture.Name)]
public sealed class GroupHavingTests(TpchFixture data)
{
    [TheoryNeeding(Needs.Node)]
    [InlineData(0.01, Codec.Zstd, 1, 250)]
    [InlineData(0.1, Codec.Snappy, 2, 270)]
    public async Task Only_groups_whose_totals_pass_leave_the_node(double scaleFactor, Codec codec, int workers, int least)
    {
        await using Served served = await ServeAsync(scaleFactor, codec, workers);
        ExecutionAnswer? seen = null;

        var orders = await served.Lines.Observe(new QueryObserver { Answered = answer => seen = answer })
            .GroupBy(l => l.OrderKey, 1 << 24)
            .Select(g => new { Order = g.Key, Quantity = g.Sum(l => l.Quantity), Lines = g.Count(), First = g.Min(l => l.ShipDate) })
            .Where(x => x.Quantity > least && x.Lines < 7)
            .Where(x => x.First > new DateOnly(1993, 5, 1) || x.Lines == 6)
            .OrderBy(x => x.Order).ToListAsync();

        string?[][] expected = data.Ask(
            $"""
            SELECT l_orderkey, sum(l_quantity), count(*), min(l_shipdate)::VARCHAR FROM '{served.Root}/lineitem/*.parquet' GROUP BY 1
            HAVING sum(l_quantity) > {least} AND count(*) < 7 AND (min(l_shipdate) > DATE '1993-05-01' OR count(*) = 6) ORDER BY 1
            """);
        Assert.NotEmpty(expected);
        Assert.Equal(
            expected.Select(row => (row[0], Number(row[1]), row[2], row[3])),
            orders.Select(it => ((string?)Text(it.Order), it.Quantity, (string?)Text(it.Lines), (string?)it.First.ToString("O", CultureInfo.InvariantCulture))));
        Assert.Equal(expected.Length, seen!.Groups.Single().Count);
    }

    [TheoryNeeding(Needs.Node)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Values_of_the_key_are_asked_of_records_and_groups_are_sorted_by_text(int workers)
    {
        await using Served served = await ServeAsync(0.01, Codec.Zstd, workers);
        ExecutionAnswer? seen = null;
        string without = "FOB";

        var modes = await served.Lines.Observe(new QueryObserver { Answered = answer => seen = answer })
            .GroupBy(l => new { l.ShipMode, l.LineNumber })
            .Select(g => new { Mode = g.Key.ShipMode, g.Key.LineNumber, Tax = g.Sum(l => l.Tax), Dear = g.Count(l => l.ExtendedPrice > 95_000) })
            .Where(x => (x.Mode.StartsWith("RE", StringComparison.Ordinal) || x.Mode == "AIR" || x.Mode == without) && x.LineNumber < 6 && x.Tax - x.Dear > 50)
            .OrderByDescending(x => x.Mode).ThenBy(x => x.LineNumber).ToListAsync();

        string?[][] expected = data.Ask(
            $"""
            SELECT l_shipmode, l_linenumber, sum(l_tax), count(*) FILTER (l_extendedprice > 95000) FROM '{served.Root}/lineitem/*.parquet' GROUP BY 1, 2
            HAVING (l_shipmode LIKE 'RE%' OR l_shipmode = 'AIR' OR l_shipmode = 'FOB') AND l_linenumber < 6
               AND sum(l_tax) - count(*) FILTER (l_extendedprice > 95000) > 50 ORDER BY 1 DESC, 2
            """);
        string?[] all = data.AskOne($"SELECT count(*), count(*) FILTER (l_linenumber < 6 AND l_shipmode IN ('REG AIR', 'AIR', 'FOB')) FROM '{served.Root}/lineitem/*.parquet'");
        Assert.InRange(expected.Length, 1, 14);
        Assert.Equal(
            expected.Select(row => (row[0], row[1], Number(row[2]), row[3])),
            modes.Select(it => ((string?)it.Mode, (string?)Text(it.LineNumber), it.Tax, (string?)Text(it.Dear))));
        Assert.Equal((all[0], all[1]), (Text(seen!.Counters.RowsScanned), Text(seen.Counters.RowsKept)));
    }

    [TheoryNeeding(Needs.Node)]
    [InlineData(0.01, Codec.Zstd, 1, 230)]
    [InlineData(0.1, Codec.Snappy, 2, 300)]
    public async Task Q18_joins_orders_with_the_groups_that_pass(double scaleFactor, Codec codec, int workers, int least)
    {
        await using Served served = await ServeAsync(scaleFactor, codec, workers);

        var large = served.Lines.GroupBy(l => l.OrderKey, 1 << 24)
            .Select(g => new { OrderKey = g.Key, Quantity = g.Sum(l => l.Quantity) })
            .Where(x => x.Quantity > least);
        var orders = await served.Orders.Join(large, o => o.OrderKey, x => x.OrderKey, (o, x) => new { Order = o, x.Quantity })
            .GroupBy(x => new { x.Order.CustKey, x.Order.OrderKey, x.Order.OrderDate, x.Order.TotalPrice }, 1 << 24)
            .Select(g => new { g.Key.CustKey, g.Key.OrderKey, g.Key.OrderDate, g.Key.TotalPrice, Quantity = g.Sum(x => x.Quantity) })
            .OrderByDescending(x => x.TotalPrice).ThenBy(x => x.OrderDate).Take(100).ToListAsync();

        string?[][] expected = data.Ask(
            $"""
            SELECT o_custkey, o_orderkey, o_orderdate::VARCHAR, o_totalprice, sum(l_quantity)
            FROM '{served.Root}/orders/*.parquet', '{served.Root}/lineitem/*.parquet'
            WHERE o_orderkey IN (SELECT l_orderkey FROM '{served.Root}/lineitem/*.parquet' GROUP BY 1 HAVING sum(l_quantity) > {least}) AND o_orderkey = l_orderkey
            GROUP BY ALL ORDER BY 4 DESC, 3 LIMIT 100
            """);
        Assert.NotEmpty(expected);
        Assert.Equal(
            expected.Select(row => (row[0], row[1], row[2], Number(row[3]), Number(row[4]))),
            orders.Select(it => ((string?)Text(it.CustKey), (string?)Text(it.OrderKey), (string?)it.OrderDate.ToString("O", CultureInfo.InvariantCulture), it.TotalPrice, it.Quantity)));
    }

    [FactNeeding(Needs.Node)]
    public async Task Groups_of_orders_joined_with_several_lines_are_an_error_whatever_is_asked_of_them()
    {
        await using Served served = await ServeAsync(0.01, Codec.Zstd, workers: 2);
        var wrong = served.Orders.Join(served.Lines, o => o.OrderKey, l => l.OrderKey, (o, l) => new { o, l });

        // Of no group, as the condition has it; but no condition may hide that its totals are of any of the lines.
        await Assert.ThrowsAsync<DuplicateKeyException>(() => wrong.GroupBy(x => x.o.CustKey, 1 << 20)
            .Select(g => new { g.Key, Rows = g.Count() }).Where(x => x.Rows > 1_000_000).ToListAsync());
        var looked = wrong.GroupBy(x => x.o.CustKey, 1 << 20).Select(g => new { g.Key, Rows = g.Count() }).Where(x => x.Rows > 1_000_000);
        await Assert.ThrowsAsync<DuplicateKeyException>(() => served.Customers.Join(looked, c => c.CustKey, x => x.Key, (c, x) => x.Rows).GroupBy(x => true)
            .Select(g => g.Sum(rows => rows)).ToListAsync());
    }

    [FactNeeding(Needs.Node)]
    public async Task What_the_node_can_not_decide_is_refused_by_name()
    {
        await using Served served = await ServeAsync(0.01, Codec.Zstd, workers: 1);
        Dataset<long> keys = served.Orders.Select(o => o.OrderKey);
        var groups = served.Lines.GroupBy(l => new { l.ShipMode, l.OrderKey }).Select(g => new
        {
            g.Key.ShipMode,
            g.Key.OrderKey,
            Rows = g.Count(),
            Mean = g.Average(l => l.Tax),
        });

        Assert.Contains("compare the Sum with a multiple of the Count", (await Refused(groups.Where(x => x.Mean > 1))).Reason);
        Assert.Equal("g.Key.ShipMode", (await Refused(groups.Where(x => x.Rows > 1 || x.ShipMode == "AIR"))).Subject);
        Assert.Contains("before they are grouped", (await Refused(groups.Where(x => keys.Contains(x.Rows)))).Reason);
        Assert.Contains("Take comes after Where", Assert.Throws<QueryTranslationException>(() => groups.Take(3).Where(x => x.Rows > 1)).Reason);
        Assert.Empty(await groups.Where(x => x.Rows < 0).ToListAsync());

        static Task<QueryTranslationException> Refused<T>(GroupQuery<T> query) => Assert.ThrowsAsync<QueryTranslationException>(() => query.ToListAsync());
    }

    private static decimal Number(string? text) => decimal.Parse(text!, CultureInfo.InvariantCulture);

    private static string Text(decimal number) => number.ToString("0", CultureInfo.InvariantCulture);

    private async Task<Served> ServeAsync(double scaleFactor, Codec codec, int workers)
    {
        string root = await data.EnsureAsync(scaleFactor, codec, TpchTable.LineItem, TpchTable.Orders, TpchTable.Customer);
        NodeHost node = await NodeHost.StartAsync(new NodeOptions { Root = root, Endpoint = new IPEndPoint(IPAddress.Loopback, 0), Workers = workers });
        return new Served(root, node, NearDataClient.Connect(node.Address));
    }

    private sealed record Served(string Root, NodeHost Node, NearDataClient Client) : IAsyncDisposable
    {
        public Dataset<LineItem> Lines => Client.Dataset<LineItem>("lineitem");

        public Dataset<Order> Orders => Client.Dataset<Order>("orders");

        public Dataset<Customer> Customers => Client.Dataset<Customer>("customer");

        public async ValueTask DisposeAsync()
        {
            await Client.DisposeAsync();
            await Node.DisposeAsync();
        }
    }
}
