using System.Net;
using NearData.Client;
using NearData.Parquet;
using NearData.Queries.Tpch;
using NearData.Server;
using NearData.TestSupport;

namespace NearData.Queries.Tests;

/// <summary>A condition on text, over generated files, against DuckDB.</summary>
[Collection(TpchFixture.Name)]
public sealed class ShipModeTests(TpchFixture data)
{
    [TheoryNeeding(Needs.Clang19 | Needs.Node)]
    [InlineData("AIR", Codec.Uncompressed)]
    [InlineData("REG AIR", Codec.Snappy)]
    [InlineData("AIRSHIP", Codec.Zstd)]
    public async Task As_many_rows_have_a_ship_mode_as_DuckDB_counts(string mode, Codec codec)
    {
        string root = await data.EnsureAsync(0.01, codec, TpchTable.LineItem);
        await using NodeHost node = await NodeHost.StartAsync(new NodeOptions { Root = root, Endpoint = new IPEndPoint(IPAddress.Loopback, 0) });
        await using NearDataClient client = NearDataClient.Connect(node.Address);
        string source = await File.ReadAllTextAsync(Path.Combine(Ground.Repository, "queries/programs/shipmode.c"));
        LoadedProgram program = await client.LoadAsync(Clang.Compile(source), "lineitem");

        ExecutionAnswer answer = await program.ExecuteAsync("lineitem", new Dictionary<string, ParameterValue>(StringComparer.Ordinal) { ["mode"] = mode });

        Assert.Equal(data.AskOne($"SELECT count(*) FROM '{root}/lineitem/*.parquet' WHERE l_shipmode = '{mode}'").Single(), answer["rows"].ToString());
        Assert.Equal(["l_shipmode"], answer.Counters.ColumnsRead);
    }
}
