using System.Globalization;
using System.Net;
using NearData.Client;
using NearData.Contracts.V1;
using NearData.Parquet;
using NearData.Queries.Tpch;
using NearData.Server;
using NearData.TestSupport;
using Int128 = System.Int128;

namespace NearData.Queries.Tests;

/// <summary>Groups by integers, in C, against DuckDB over the same files.</summary>
[Collection(TpchFixture.Name)]
public sealed class LinesTests(TpchFixture data)
{
    private static readonly string Programs = Path.Combine(Ground.Repository, "queries/programs");

    [TheoryNeeding(Needs.Clang19 | Needs.Node)]
    [InlineData(0.01, Codec.Uncompressed, 1)]
    [InlineData(0.01, Codec.Gzip, 2)]
    [InlineData(0.1, Codec.Snappy, 1)]
    [InlineData(0.1, Codec.Zstd, 2)]
    [InlineData(1, Codec.Snappy, 2)]
    public async Task Lines_by_number_are_grouped_as_DuckDB_groups_them(double scaleFactor, Codec codec, int workers)
    {
        string root = await data.EnsureAsync(scaleFactor, codec, TpchTable.LineItem);
        await using NodeHost node = await NodeHost.StartAsync(
            new NodeOptions { Root = root, Endpoint = new IPEndPoint(IPAddress.Loopback, 0), Workers = workers });
        await using NearDataClient client = NearDataClient.Connect(node.Address);
        LoadedProgram program = await client.LoadAsync(Clang.Compile(await File.ReadAllTextAsync(Path.Combine(Programs, "lines.c"))), "lineitem");

        ExecutionAnswer answer = await program.ExecuteAsync("lineitem", new ExecutionOptions
        {
            Orders = [new GroupOrder { Map = "lines", Keys = { new OrderKey { Column = "count_order", Descending = true } } }],
        });

        Assert.Equal(
            data.Ask(
                $"""
                SELECT l_linenumber, (sum(l_quantity) * 100)::HUGEINT, (sum(l_extendedprice) * 100)::HUGEINT,
                       (sum(l_extendedprice * (1 - l_discount)) * 10000)::HUGEINT,
                       (sum(l_extendedprice * (1 - l_discount) * (1 + l_tax)) * 1000000)::HUGEINT, (sum(l_discount) * 100)::HUGEINT, count(*)
                FROM '{root}/lineitem/*.parquet' WHERE l_shipdate <= DATE '1998-09-02' GROUP BY 1 ORDER BY count(*) DESC, 1
                """),
            Rows(Assert.Single(answer.Groups)));
        Assert.True(answer.Counters.BytesReturned < 5000);
    }

    private static string[][] Rows(GroupRows groups) =>
    [
        .. Enumerable.Range(0, groups.Count).Select(row => Enumerable.Range(0, groups.Columns.Count)
            .Select(column => groups.Columns[column].Text ? groups.Text(row, column) : groups.Number(row, column).ToString(CultureInfo.InvariantCulture))
            .ToArray()),
    ];
}
