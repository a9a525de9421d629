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

/// <summary>One question, four ways to the answer over the same files: C, LINQ, pulled to the client, and DuckDB.</summary>
[Collection(TpchFixture.Name)]
public sealed class Q6Tests(TpchFixture data)
{
    public static TheoryData<double, Codec> Files
    {
        get
        {
            TheoryData<double, Codec> files = [];
            foreach (double scaleFactor in new[] { 0.01, 0.1, 1 })
            {
                foreach (Codec codec in new[] { Codec.Uncompressed, Codec.Snappy, Codec.Zstd, Codec.Gzip })
                {
                    files.Add(scaleFactor, codec);
                }
            }

            return files;
        }
    }

    [TheoryNeeding(Needs.Clang19 | Needs.Node)]
    [MemberData(nameof(Files))]
    public async Task C_LINQ_pulled_and_DuckDB_give_the_same_revenue(double scaleFactor, Codec codec)
    {
        string root = await data.EnsureAsync(scaleFactor, codec, TpchTable.LineItem);
        await using NodeHost node = await NodeHost.StartAsync(new NodeOptions { Root = root, Endpoint = new IPEndPoint(IPAddress.Loopback, 0) });
        await using NearDataClient client = NearDataClient.Connect(node.Address);
        LoadedProgram program = await client.LoadAsync(Clang.Compile(await File.ReadAllTextAsync(Path.Combine(Ground.Repository, "queries/programs/q6.c"))), "lineitem");

        ExecutionAnswer fromC = await program.ExecuteAsync("lineitem");
        decimal fromLinq = await Q6.RevenueAsync(client.Dataset<LineItem>("lineitem"), Q6Parameters.Validation);
        decimal pulled = await PulledQ6.RevenueAsync(client, "lineitem", Q6Parameters.Validation);
        string?[] expected = data.AskOne(
            $"""
            SELECT sum(l_extendedprice * l_discount), count(*) FROM '{root}/lineitem/*.parquet'
            WHERE l_shipdate >= DATE '1994-01-01' AND l_shipdate < DATE '1995-01-01'
              AND l_discount BETWEEN 0.05 AND 0.07 AND l_quantity < 24
            """);

        decimal revenue = decimal.Parse(expected[0]!, CultureInfo.InvariantCulture);
        Assert.Equal((Int128)(revenue * 10_000), fromC["revenue"]);
        Assert.Equal(Int128.Parse(expected[1]!, CultureInfo.InvariantCulture), fromC["rows"]);
        Assert.Equal(revenue, fromLinq);
        Assert.Equal(revenue, pulled);
        Assert.Equal(["l_quantity", "l_extendedprice", "l_discount", "l_shipdate"], fromC.Counters.ColumnsRead);
    }
}
