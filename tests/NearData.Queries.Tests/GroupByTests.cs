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

/// <summary>GroupBy in LINQ, against DuckDB over the same files.</summary>
[Collection(TpchFixture.Name)]
public sealed class GroupByTests(TpchFixture data)
{
    [TheoryNeeding(Needs.Node)]
    [InlineData(0.01, Codec.Zstd, 1)]
    [InlineData(0.1, Codec.Snappy, 2)]
    public async Task The_aggregates_of_Q1_by_line_number_are_those_of_DuckDB(double scaleFactor, Codec codec, int workers)
    {
        string root = await data.EnsureAsync(scaleFactor, codec, TpchTable.LineItem);
        await using NodeHost node = await StartAsync(root, workers);
        await using NearDataClient client = NearDataClient.Connect(node.Address);
        DateOnly until = new(1998, 9, 2);

        var groups = await client.Dataset<LineItem>("lineitem").Where(l => l.ShipDate <= until).GroupBy(l => l.LineNumber)
            .Select(g => new
            {
                Line = g.Key,
                Quantity = g.Sum(l => l.Quantity),
                Base = g.Sum(l => l.ExtendedPrice),
                Discounted = g.Sum(l => l.ExtendedPrice * (1 - l.Discount)),
                Charge = g.Sum(l => l.ExtendedPrice * (1 - l.Discount) * (1 + l.Tax)),
                AverageQuantity = g.Average(l => l.Quantity),
                Least = g.Min(l => l.ShipDate),
                Most = g.Max(l => l.ExtendedPrice),
                Cheap = g.Count(l => l.ExtendedPrice < 10_000),
                Count = g.Count(),
            }).ToListAsync();

        string?[][] expected = data.Ask(
            $"""
            SELECT l_linenumber, sum(l_quantity), sum(l_extendedprice), sum(l_extendedprice * (1 - l_discount)),
                   sum(l_extendedprice * (1 - l_discount) * (1 + l_tax)), avg(l_quantity), min(l_shipdate)::VARCHAR, max(l_extendedprice),
                   count(*) FILTER (l_extendedprice < 10000), count(*)
            FROM '{root}/lineitem/*.parquet' WHERE l_shipdate <= DATE '1998-09-02' GROUP BY 1 ORDER BY 1
            """);
        Assert.Equal(expected.Length, groups.Count);
        foreach ((string?[] row, var group) in expected.Zip(groups.OrderBy(group => group.Line)))
        {
            Assert.Equal(
                [Decimal(row[0]), Decimal(row[1]), Decimal(row[2]), Decimal(row[3]), Decimal(row[4]), Decimal(row[7]), Decimal(row[8]), Decimal(row[9])],
                [group.Line, group.Quantity, group.Base, group.Discounted, group.Charge, group.Most, group.Cheap, group.Count]);
            Assert.Equal(double.Parse(row[5]!, CultureInfo.InvariantCulture), (double)group.AverageQuantity, 9);
            Assert.Equal(DateOnly.Parse(row[6]!, CultureInfo.InvariantCulture), group.Least);
        }
    }

    [TheoryNeeding(Needs.Node)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Keys_of_several_parts_make_the_groups_that_DuckDB_makes(int workers)
    {
        string root = await data.EnsureAsync(0.01, Codec.Zstd, TpchTable.LineItem);
        await using NodeHost node = await StartAsync(root, workers);
        await using NearDataClient client = NearDataClient.Connect(node.Address);

        var groups = await client.Dataset<LineItem>("lineitem").GroupBy(l => new { l.SuppKey, l.Discount, Early = l.ShipDate < l.CommitDate })
            .Select(g => new { g.Key.SuppKey, g.Key.Discount, g.Key.Early, Text = $"{g.Key.SuppKey}/{g.Count()}", Sum = g.Sum(l => l.ExtendedPrice) }).ToListAsync();

        string?[][] expected = data.Ask(
            $"""
            SELECT l_suppkey, l_discount, l_shipdate < l_commitdate, l_suppkey || '/' || count(*), sum(l_extendedprice)
            FROM '{root}/lineitem/*.parquet' GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
            """);
        Assert.True(expected.Length > 2000);
        Assert.Equal(
            expected.Select(row => (Decimal(row[0]), Decimal(row[1]), bool.Parse(row[2]!), row[3], Decimal(row[4]))),
            groups.OrderBy(it => it.SuppKey).ThenBy(it => it.Discount).ThenBy(it => it.Early)
                .Select(it => ((decimal)it.SuppKey, it.Discount, it.Early, (string?)it.Text, it.Sum)));
    }

    [FactNeeding(Needs.Node)]
    public async Task What_a_group_can_not_be_asked_for_is_refused_by_name()
    {
        string root = await data.EnsureAsync(0.01, Codec.Zstd, TpchTable.LineItem);
        await using NodeHost node = await StartAsync(root, workers: 1);
        await using NearDataClient client = NearDataClient.Connect(node.Address);
        GroupedDataset<long, LineItem> lines = client.Dataset<LineItem>("lineitem").GroupBy(l => l.LineNumber);

        Assert.Contains("records stay at the node", Assert.Throws<QueryTranslationException>(() => lines.Select(g => g)).Message);
        Assert.Contains("First of a group is not supported", Assert.Throws<QueryTranslationException>(() => lines.Select(g => g.First().Tax)).Message);
        var few = client.Dataset<LineItem>("lineitem").GroupBy(l => l.OrderKey, maxGroups: 100).Select(g => g.Key);
        Client.Grpc.NearDataRpcException error = await Assert.ThrowsAsync<Client.Grpc.NearDataRpcException>(() => few.ToListAsync());
        Assert.Equal("group-limit", error.ErrorCode);
        Assert.Contains("Map groups: There are more than 100 groups", error.Detail);
    }

    private static Task<NodeHost> StartAsync(string root, int workers) =>
        NodeHost.StartAsync(new NodeOptions { Root = root, Endpoint = new IPEndPoint(IPAddress.Loopback, 0), Workers = workers });

    private static decimal Decimal(string? text) => decimal.Parse(text!, CultureInfo.InvariantCulture);
}
