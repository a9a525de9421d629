using System.Text.Json.Nodes;
using Google.Protobuf;
using NearData.Contracts;
using NearData.Contracts.V1;
using NearData.TestSupport;

namespace NearData.Server.Tests.Grpc;

/// <summary>The server, as gRPC's own clients see it: grpc-js, and the C core through Python.</summary>
public sealed class ForeignClientTests : IAsyncLifetime
{
    private GrpcNode _node = null!;

    public async Task InitializeAsync() => _node = await GrpcNode.StartAsync();

    public async Task DisposeAsync() => await _node.DisposeAsync();

    [FactNeeding(Needs.Node)]
    public async Task Grpc_js_gets_answers_streams_errors_deadlines_and_gzip()
    {
        using ForeignProcess client = ForeignProcess.GrpcJsClient(_node.Address);

        JsonNode unary = await client.AskAsync(new JsonObject { ["method"] = "ListDatasets" });
        Assert.Equal(0, Status(unary));
        Assert.Equal("/neardata.v1.NearData/ListDatasets", (string?)unary["messages"]![0]!["datasets"]![0]!["name"]);

        JsonObject events = new() { ["parameters"] = new JsonArray(new JsonObject { ["name"] = "events", ["unsigned"] = "20" }) };
        JsonNode stream = await client.AskAsync(new JsonObject { ["method"] = "Execute", ["request"] = events });
        Assert.Equal(0, Status(stream));
        Assert.Equal(21, stream["messages"]!.AsArray().Count);
        Assert.Equal("19", (string?)stream["messages"]![19]!["progress"]!["rows_scanned"]);
        Assert.Equal("20", (string?)stream["messages"]![20]!["answer"]!["counters"]!["rows_scanned"]);

        JsonNode missing = await client.AskAsync(Describe("missing"));
        Assert.Equal((5, "dataset-not-found"), (Status(missing), (string?)missing["errorCode"]));
        Assert.Equal("No dataset 'missing' – es gibt ihn nicht.", (string?)missing["details"]);

        JsonObject late = Describe("slow");
        late["timeoutMs"] = 300;
        Assert.Equal(4, Status(await client.AskAsync(late)));
        await _node.Cancelled.Task.WaitAsync(TimeSpan.FromSeconds(20));

        JsonNode packedResponse = await client.AskAsync(Describe("compressible"));
        Assert.Equal(new string('v', 50_000), (string?)packedResponse["messages"]![0]!["version"]);

        JsonNode packedRequest = await client.AskAsync(new JsonObject
        {
            ["method"] = "LoadProgram", ["gzip"] = true, ["request"] = new JsonObject { ["object"] = Convert.ToBase64String("abc"u8) },
        });
        Assert.Equal(
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", (string?)packedRequest["messages"]![0]!["program_id"]);

        string file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, "abc");
        JsonNode fromFile = await client.AskAsync(new JsonObject
        {
            ["method"] = "LoadProgram", ["request"] = new JsonObject { ["object"] = new JsonObject { ["file"] = file } },
        });
        File.Delete(file);
        Assert.Equal((string?)packedRequest["messages"]![0]!["program_id"], (string?)fromFile["messages"]![0]!["program_id"]);

        JsonNode tooLarge = await client.AskAsync(new JsonObject
        {
            ["method"] = "LoadProgram", ["request"] = new JsonObject { ["object"] = Convert.ToBase64String(new byte[1_000_000]) },
        });
        Assert.Equal((8, "message-too-large"), (Status(tooLarge), (string?)tooLarge["errorCode"]));
    }

    [FactNeeding(Needs.Node)]
    public async Task Grpc_js_cancels_a_stream_and_its_handler_stops()
    {
        using ForeignProcess client = ForeignProcess.GrpcJsClient(_node.Address);
        JsonNode cancelled = await client.AskAsync(new JsonObject
        {
            ["method"] = "Execute", ["cancelAfter"] = 1, ["request"] = new JsonObject { ["dataset"] = "endless" },
        });
        Assert.Equal(1, Status(cancelled));
        await _node.Cancelled.Task.WaitAsync(TimeSpan.FromSeconds(20));
    }

    [FactNeeding(Needs.PythonGrpc)]
    public async Task The_C_core_gets_answers_streams_errors_deadlines_and_gzip()
    {
        using ForeignProcess client = ForeignProcess.PythonClient(_node.Address);

        JsonNode unary = await client.AskAsync(Raw(NearDataMethods.ListDatasets.Path, new ListDatasetsRequest()));
        Assert.Equal(7u, Assert.Single(ListDatasetsResponse.Parser.ParseFrom(Message(unary, 0)).Datasets).Rows);

        JsonObject events = Raw(
            NearDataMethods.Execute.Path, new ExecuteRequest { Parameters = { new Parameter { Name = "events", Unsigned = 20 } } });
        events["stream"] = true;
        JsonNode stream = await client.AskAsync(events);
        Assert.Equal((0, 21), (Status(stream), stream["messages"]!.AsArray().Count));
        Assert.Equal(20u, ExecuteEvent.Parser.ParseFrom(Message(stream, 20)).Answer.Counters.RowsScanned);

        JsonNode missing = await client.AskAsync(Raw(NearDataMethods.DescribeDataset.Path, new DescribeDatasetRequest { Dataset = "missing" }));
        Assert.Equal((5, "dataset-not-found"), (Status(missing), (string?)missing["errorCode"]));
        Assert.Equal("No dataset 'missing' – es gibt ihn nicht.", (string?)missing["details"]);

        JsonObject late = Raw(NearDataMethods.DescribeDataset.Path, new DescribeDatasetRequest { Dataset = "stubborn" });
        late["timeout"] = 0.3;
        Assert.Equal(4, Status(await client.AskAsync(late)));

        JsonObject packed = Raw(NearDataMethods.LoadProgram.Path, new LoadProgramRequest { Object = ByteString.CopyFromUtf8(new string('a', 1_000)) });
        packed["gzip"] = true;
        // What sha256sum says of a thousand 'a'.
        Assert.Equal(
            "41edece42d63e8d9bf515a9ba6932e1c20cbc9f5a5d134645adb5db1b9737ea3",
            LoadProgramResponse.Parser.ParseFrom(Message(await client.AskAsync(packed), 0)).ProgramId);

        JsonNode large = await client.AskAsync(Raw(NearDataMethods.DescribeDataset.Path, new DescribeDatasetRequest { Dataset = "compressible" }));
        Assert.Equal(50_000, DescribeDatasetResponse.Parser.ParseFrom(Message(large, 0)).Version.Length);

        JsonNode unknown = await client.AskAsync(Raw("/neardata.v1.NearData/Nonsense", new ListDatasetsRequest()));
        Assert.Equal((12, "method-unknown"), (Status(unknown), (string?)unknown["errorCode"]));
    }

    private static int Status(JsonNode answer) => (int)answer["status"]!;

    private static byte[] Message(JsonNode answer, int index) => Convert.FromBase64String((string)answer["messages"]![index]!);

    private static JsonObject Describe(string dataset) =>
        new() { ["method"] = "DescribeDataset", ["request"] = new JsonObject { ["dataset"] = dataset } };

    private static JsonObject Raw(string path, IMessage request) =>
        new() { ["path"] = path, ["request"] = Convert.ToBase64String(request.ToByteArray()) };
}
