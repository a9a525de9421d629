using System.Text.Json.Nodes;
using NearData.Server.Tests.Grpc;
using NearData.TestSupport;

namespace NearData.Server.Tests;

/// <summary>A client that shares no code with this project, over the .proto alone, does the main job against a real node.</summary>
public sealed class ForeignNodeTests(NodeFixture node) : IClassFixture<NodeFixture>
{
    [FactNeeding(Needs.Node | Needs.Clang19)]
    public async Task Grpc_js_loads_a_program_and_executes_it()
    {
        string path = Path.Combine(node.Folder.Path, "sum.o");
        await File.WriteAllBytesAsync(path, Clang.Compile(NodeFixture.SumSource));
        using ForeignProcess client = ForeignProcess.GrpcJsClient(node.Address);

        JsonNode loaded = await client.AskAsync(Question("LoadProgram", new JsonObject
        {
            ["object"] = new JsonObject { ["file"] = path },
            ["dataset"] = "numbers",
        }));
        JsonNode executed = await client.AskAsync(Question("Execute", new JsonObject
        {
            ["program_id"] = (string?)loaded["messages"]![0]!["program_id"],
            ["dataset"] = "numbers",
            ["parameters"] = new JsonArray(new JsonObject { ["name"] = "least", ["signed"] = "900" }),
        }));

        Assert.Equal(0, (int)executed["status"]!);
        JsonNode answer = executed["messages"]!.AsArray()[^1]!["answer"]!;
        JsonNode total = answer["results"]![0]!;
        Assert.Equal("total", (string?)total["name"]);
        Assert.Equal("MERGE_SUM", (string?)total["merge"]);
        Assert.Equal($"{4 * Enumerable.Range(900, 100).Sum()}", (string?)total["value"]!["low"]);
        Assert.Equal("400", (string?)answer["counters"]!["rows_kept"]);
    }

    [FactNeeding(Needs.Node)]
    public async Task Grpc_js_sees_a_refusal_with_its_status_and_stable_code()
    {
        using ForeignProcess client = ForeignProcess.GrpcJsClient(node.Address);

        JsonNode refused = await client.AskAsync(Question("DescribeDataset", new JsonObject { ["dataset"] = "../secret" }));

        Assert.Equal(7, (int)refused["status"]!); // PERMISSION_DENIED
        Assert.Equal("path-refused", (string?)refused["errorCode"]);
        Assert.Contains("../secret", (string?)refused["details"]);
    }

    private static JsonObject Question(string method, JsonObject request) => new() { ["method"] = method, ["request"] = request };
}
