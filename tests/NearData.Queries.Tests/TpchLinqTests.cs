using System.Globalization;
using System.Net;
using NearData.Client;
using NearData.Parquet;
using NearData.Queries.Tpch;
using NearData.Queries.Tpch.Queries;
using NearData.Queries.Tpch.Rows;
using NearData.Server;
using NearData.TestSupport;

namespace NearData.Queries.Tests;

/// <summary>TPC-H's queries with joins in LINQ, against DuckDB over the same files.</summary>
[Collection(TpchFixture.Name)]
public sealed class TpchLinqTests(TpchFixture data)
{
    private static readonly TpchTable[] Tables = [TpchTable.LineItem, TpchTable.Orders, TpchTable.Customer, TpchTable.Part];

    public static TheoryData<double, Codec, int> Files => new()
    {
        { 0.01, Codec.Uncompressed, 1 },
        { 0.01, Codec.Zstd, 2 },
        { 0.1, Codec.Snappy, 2 },
        { 0.1, Codec.Gzip, 1 },
    };

    [TheoryNeeding(Needs.Node)]
    [MemberData(nameof(Files))]
    public async Task Q3_gives_the_orders_that_DuckDB_gives(double scaleFactor, Codec codec, int workers)
    {
        await using Served served = await ServeAsync(scaleFactor, codec, workers);

        IReadOnlyList<UnshippedOrder> orders = await Q3.OrdersAsync(served.Customers, served.Orders, served.Lines, Q3.Segment, Q3.Day);

        Assert.Equal(
            await ExpectedAsync("q3", served.Root),
            orders.Select(order => new[] { order.OrderKey, Days(order.OrderDate), order.ShipPriority, order.Revenue * 10_000 }.Select(Text)));
        Assert.Equal(10, orders.Count);
    }

    [TheoryNeeding(Needs.Node)]
    [MemberData(nameof(Files))]
    public async Task Q12_gives_the_counts_that_DuckDB_gives(double scaleFactor, Codec codec, int workers)
    {
        await using Served served = await ServeAsync(scaleFactor, codec, workers);

        IReadOnlyList<LateLines> late = await Q12.LateLinesAsync(served.Orders, served.Lines, Q12.Modes.First, Q12.Modes.Second, Q12.From);

        Assert.Equal(["MAIL", "SHIP"], late.Select(mode => mode.ShipMode));
        Assert.Equal(await ExpectedAsync("q12", served.Root), [late.SelectMany(mode => new decimal[] { mode.HighLines, mode.LowLines }).Select(Text)]);
        Assert.True(late[0].HighLines > 0);
    }

    [TheoryNeeding(Needs.Node)]
    [MemberData(nameof(Files))]
    public async Task Q14_gives_the_share_that_DuckDB_gives(double scaleFactor, Codec codec, int workers)
    {
        await using Served served = await ServeAsync(scaleFactor, codec, workers);

        decimal? percent = await Q14.PromotionAsync(served.Parts, served.Lines, Q14.From);

        decimal[] sums = [.. (await ExpectedAsync("q14", served.Root)).Single().Select(sum => decimal.Parse(sum!, CultureInfo.InvariantCulture))];
        Assert.Equal(100 * (sums[0] / 10_000) / (sums[1] / 10_000), percent);
        Assert.InRange(percent!.Value, 1, 99);
    }

    [TheoryNeeding(Needs.Node)]
    [MemberData(nameof(Files))]
    public async Task Q19_gives_the_revenue_that_DuckDB_gives(double scaleFactor, Codec codec, int workers)
    {
        await using Served served = await ServeAsync(scaleFactor, codec, workers);

        decimal revenue = await Q19.RevenueAsync(served.Parts, served.Lines, Q19.Brands.Small, Q19.Brands.Medium, Q19.Brands.Large);

        Assert.Equal(await ExpectedAsync("q19", served.Root), [[Text(revenue * 10_000)]]);
        Assert.True(revenue > 0);
    }

    [TheoryNeeding(Needs.Node)]
    [InlineData(0.01, Codec.Zstd, 2)]
    [InlineData(0.1, Codec.Snappy, 1)]
    public async Task Q14_as_a_join_gives_the_share_that_it_gives_otherwise(double scaleFactor, Codec codec, int workers)
    {
        await using Served served = await ServeAsync(scaleFactor, codec, workers);
        DateOnly until = Q14.From.AddMonths(1);

        IReadOnlyList<decimal> percent = await served.Lines.Where(l => l.ShipDate >= Q14.From && l.ShipDate < until)
            .Join(served.Parts, l => l.PartKey, p => p.PartKey, (l, p) => new
            {
                Revenue = l.ExtendedPrice * (1 - l.Discount),
                IsPromotion = p.Type.StartsWith("PROMO", StringComparison.Ordinal),
            })
            .GroupBy(x => true)
            .Select(g => 100 * g.Sum(x => x.IsPromotion ? x.Revenue : 0) / g.Sum(x => x.Revenue))
            .ToListAsync();

        Assert.Equal(await Q14.PromotionAsync(served.Parts, served.Lines, Q14.From), percent.Single());
    }

    [FactNeeding(Needs.Node)]
    public async Task Q14_over_a_month_without_lines_is_null()
    {
        await using Served served = await ServeAsync(0.01, Codec.Zstd, workers: 1);

        Assert.Null(await Q14.PromotionAsync(served.Parts, served.Lines, new DateOnly(2025, 9, 1)));
    }

    [TheoryNeeding(Needs.Node)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Whether_there_is_such_an_order_is_asked_in_the_filter_and_in_aggregates(int workers)
    {
        await using Served served = await ServeAsync(0.01, Codec.Zstd, workers);
        Dataset<Order> open = served.Orders.Where(o => o.OrderStatus == "O");
        Dataset<long> early = served.Orders.Where(o => o.OrderDate < new DateOnly(1993, 1, 1)).Select(o => o.OrderKey);

        var modes = await served.Lines
            .Where(l => l.Quantity < 10 && open.Any(o => o.OrderKey == l.OrderKey && o.TotalPrice > 100_000) || early.Contains(l.OrderKey))
            .GroupBy(l => l.ShipMode)
            .Select(g => new { Mode = g.Key, Rows = g.Count(), Early = g.Sum(l => early.Contains(l.OrderKey) ? l.Quantity : 0) })
            .OrderBy(x => x.Mode).ToListAsync();

        string orders = $"'{served.Root}/orders/*.parquet'";
        string?[][] expected = data.Ask(
            $"""
            SELECT l_shipmode, count(*), coalesce(sum(l_quantity) FILTER (l_orderkey IN (SELECT o_orderkey FROM {orders} WHERE o_orderdate < DATE '1993-01-01')), 0)
            FROM '{served.Root}/lineitem/*.parquet'
            WHERE l_quantity < 10 AND l_orderkey IN (SELECT o_orderkey FROM {orders} WHERE o_orderstatus = 'O' AND o_totalprice > 100000)
               OR l_orderkey IN (SELECT o_orderkey FROM {orders} WHERE o_orderdate < DATE '1993-01-01')
            GROUP BY 1 ORDER BY 1
            """);
        Assert.Equal(7, expected.Length);
        Assert.Equal(
            expected.Select(row => (row[0], decimal.Parse(row[1]!, CultureInfo.InvariantCulture), decimal.Parse(row[2]!, CultureInfo.InvariantCulture))),
            modes.Select(mode => ((string?)mode.Mode, (decimal)mode.Rows, mode.Early)));
    }

    [FactNeeding(Needs.Node)]
    public async Task Orders_joined_with_their_lines_are_an_error_and_lines_joined_with_their_orders_are_not()
    {
        await using Served served = await ServeAsync(0.01, Codec.Zstd, workers: 2);

        var wrong = served.Orders.Join(served.Lines, o => o.OrderKey, l => l.OrderKey, (o, l) => new { o, l });
        DuplicateKeyException error = await Assert.ThrowsAsync<DuplicateKeyException>(
            () => wrong.GroupBy(x => x.o.OrderPriority).Select(g => new { g.Key, Sum = g.Sum(x => x.l.Quantity) }).ToListAsync());
        decimal right = await served.Lines.Join(served.Orders, l => l.OrderKey, o => o.OrderKey, (l, o) => new { o, l }).SumAsync(x => x.l.Quantity);

        string?[] expected = data.AskOne(
            $"""
            SELECT count(*) FILTER (lines > 1), sum(quantity) FROM
              (SELECT count(*) AS lines, sum(l_quantity) AS quantity FROM '{served.Root}/lineitem/*.parquet' GROUP BY l_orderkey)
            """);
        Assert.Equal(("lineitem", "l.OrderKey", expected[0]), (error.Dataset, error.Key, Text(error.Records)));
        Assert.Equal(decimal.Parse(expected[1]!, CultureInfo.InvariantCulture), right);
    }

    [FactNeeding(Needs.Node)]
    public async Task Customers_orders_and_lines_are_joined_in_a_chain_from_either_side()
    {
        await using Served served = await ServeAsync(0.01, Codec.Zstd, workers: 2);

        decimal chained = await served.Lines.Join(served.Orders, l => l.OrderKey, o => o.OrderKey, (l, o) => new { l, o })
            .Join(served.Customers, x => x.o.CustKey, c => c.CustKey, (x, c) => new { x.l, x.o, c })
            .Where(x => x.c.MktSegment == "BUILDING" && x.l.ExtendedPrice > x.c.AcctBal * 5 && x.o.ShipPriority == 0)
            .SumAsync(x => x.l.ExtendedPrice - x.c.AcctBal);
        decimal nested = await served.Lines.Join(
                served.Orders.Join(served.Customers, o => o.CustKey, c => c.CustKey, (o, c) => new { o, c }),
                l => l.OrderKey, x => x.o.OrderKey, (l, x) => new { l, x.o, x.c })
            .Where(x => x.c.MktSegment == "BUILDING" && x.l.ExtendedPrice > x.c.AcctBal * 5 && x.o.ShipPriority == 0)
            .SumAsync(x => x.l.ExtendedPrice - x.c.AcctBal);

        string?[] expected = data.AskOne(
            $"""
            SELECT sum(l_extendedprice - c_acctbal)
            FROM '{served.Root}/lineitem/*.parquet', '{served.Root}/orders/*.parquet', '{served.Root}/customer/*.parquet'
            WHERE l_orderkey = o_orderkey AND o_custkey = c_custkey AND c_mktsegment = 'BUILDING' AND l_extendedprice > c_acctbal * 5 AND o_shippriority = 0
            """);
        Assert.Equal(decimal.Parse(expected[0]!, CultureInfo.InvariantCulture), chained);
        Assert.Equal(chained, nested);
    }

    private static decimal Days(DateOnly date) => date.DayNumber - DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber;

    private static string? Text(decimal number) => number.ToString("0", CultureInfo.InvariantCulture);

    private async Task<string?[][]> ExpectedAsync(string query, string root)
    {
        string sql = await File.ReadAllTextAsync(Path.Combine(Ground.Repository, "queries/sql", $"{query}.sql"));
        return data.Ask(sql.Replace("{root}", root, StringComparison.Ordinal));
    }

    private async Task<Served> ServeAsync(double scaleFactor, Codec codec, int workers)
    {
        string root = await data.EnsureAsync(scaleFactor, codec, Tables);
        NodeHost node = await NodeHost.StartAsync(new NodeOptions { Root = root, Endpoint = new IPEndPoint(IPAddress.Loopback, 0), Workers = workers });
        return new Served(root, node, NearDataClient.Connect(node.Address));
    }

    private sealed record Served(string Root, NodeHost Node, NearDataClient Client) : IAsyncDisposable
    {
        public Dataset<LineItem> Lines => Client.Dataset<LineItem>("lineitem");

        public Dataset<Order> Orders => Client.Dataset<Order>("orders");

        public Dataset<Customer> Customers => Client.Dataset<Customer>("customer");

        public Dataset<Part> Parts => Client.Dataset<Part>("part");

        public async ValueTask DisposeAsync()
        {
            await Client.DisposeAsync();
            await Node.DisposeAsync();
        }
    }
}
