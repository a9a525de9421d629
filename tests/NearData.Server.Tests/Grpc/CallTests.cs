using Google.Protobuf;
using NearData.Client.Grpc;
using NearData.Contracts;
using NearData.Contracts.Grpc;
using NearData.Contracts.V1;

namespace NearData.Server.Tests.Grpc;

public sealed class CallTests : IAsyncLifetime
{
    private GrpcNode _node = null!;
    private GrpcConnection _connection = null!;

    public async Task InitializeAsync()
    {
        _node = await GrpcNode.StartAsync();
        _connection = _node.Connect();
    }

    public async Task DisposeAsync()
    {
        _connection.Dispose();
        await _node.DisposeAsync();
    }

    [Fact]
    public async Task A_unary_call_reaches_the_handler_of_its_path()
    {
        ListDatasetsResponse response = await _connection.CallAsync(NearDataMethods.ListDatasets, new ListDatasetsRequest());
        Assert.Equal("/neardata.v1.NearData/ListDatasets", Assert.Single(response.Datasets).Name);
    }

    [Fact]
    public async Task Bytes_of_a_request_arrive_unchanged()
    {
        LoadProgramRequest request = new() { Object = ByteString.CopyFromUtf8("abc") };
        LoadProgramResponse response = await _connection.CallAsync(NearDataMethods.LoadProgram, request);
        // FIPS 180-2, B.1.
        Assert.Equal("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", response.ProgramId);
    }

    [Fact]
    public async Task A_stream_arrives_whole_and_in_order()
    {
        List<ExecuteEvent> events = [];
        await foreach (ExecuteEvent item in _connection.StreamAsync(NearDataMethods.Execute, Events(1000)))
        {
            events.Add(item);
        }

        Assert.Equal(1001, events.Count);
        Assert.Equal(Enumerable.Range(0, 1000).Select(index => (ulong)index), events.Take(1000).Select(item => item.Progress.RowsScanned));
        Assert.Equal(1000u, events[^1].Answer.Counters.RowsScanned);
    }

    [Fact]
    public async Task Calls_run_side_by_side_on_one_connection()
    {
        Task<DescribeDatasetResponse> stubborn = DescribeAsync("stubborn");
        DescribeDatasetResponse[] others = await Task.WhenAll(Enumerable.Range(0, 50).Select(index => DescribeAsync($"d{index}")));
        Assert.All(others, (other, index) => Assert.Equal($"d{index}", other.Summary.Name));
        Assert.False(stubborn.IsCompleted);
        _node.Release();
        Assert.Equal("stubborn", (await stubborn).Summary.Name);
    }

    [Fact]
    public async Task A_handler_s_error_arrives_with_its_status_its_code_and_its_words()
    {
        NearDataRpcException failure = await Assert.ThrowsAsync<NearDataRpcException>(() => DescribeAsync("missing"));
        Assert.Equal(GrpcStatusCode.NotFound, failure.Status);
        Assert.Equal("dataset-not-found", failure.ErrorCode);
        Assert.Equal("No dataset 'missing' – es gibt ihn nicht.", failure.Detail);
        Assert.False(failure.IsTransient);
        Assert.Equal(
            $"/neardata.v1.NearData/DescribeDataset at {_node.Address} failed with dataset-not-found (NotFound): {failure.Detail}",
            failure.Message);
    }

    [Fact]
    public async Task An_error_after_messages_arrives_in_the_trailers_behind_them()
    {
        ExecuteRequest request = Events(3);
        request.Dataset = "missing";
        int received = 0;
        NearDataRpcException failure = await Assert.ThrowsAsync<NearDataRpcException>(async () =>
        {
            await foreach (ExecuteEvent item in _connection.StreamAsync(NearDataMethods.Execute, request))
            {
                received++;
            }
        });
        Assert.Equal(3, received);
        Assert.Equal("dataset-not-found", failure.ErrorCode);
    }

    [Fact]
    public async Task An_exception_of_the_domain_is_described_by_the_host_s_rule()
    {
        NearDataRpcException failure = await Assert.ThrowsAsync<NearDataRpcException>(() => DescribeAsync("corrupt"));
        Assert.Equal((GrpcStatusCode.DataLoss, "data-corrupt"), (failure.Status, failure.ErrorCode));
        Assert.Equal("The footer of a.parquet is damaged at byte 17.", failure.Detail);
        Assert.Empty(_node.Logged);
    }

    [Fact]
    public async Task A_defect_is_logged_at_the_node_and_its_words_stay_there()
    {
        NearDataRpcException failure = await Assert.ThrowsAsync<NearDataRpcException>(() => DescribeAsync("defect"));
        Assert.Equal((GrpcStatusCode.Internal, "internal"), (failure.Status, failure.ErrorCode));
        Assert.DoesNotContain("secret", failure.Message, StringComparison.Ordinal);
        Assert.Equal("a secret of the node", Assert.Single(_node.Logged).Message);
    }

    [Fact]
    public async Task A_method_that_the_node_lacks_is_unimplemented()
    {
        UnaryMethod<ListDatasetsRequest, ListDatasetsResponse> unknown =
            new("neardata.v1.NearData", "Nonsense", ListDatasetsRequest.Parser, ListDatasetsResponse.Parser);
        NearDataRpcException failure =
            await Assert.ThrowsAsync<NearDataRpcException>(() => _connection.CallAsync(unknown, new ListDatasetsRequest()));
        Assert.Equal((GrpcStatusCode.Unimplemented, "method-unknown"), (failure.Status, failure.ErrorCode));
        Assert.Contains("/neardata.v1.NearData/Nonsense", failure.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_slow_reader_slows_the_handler_down()
    {
        const int Chunks = 1600; // 100 MiB: far more than the windows and buffers of both ends
        ReadRangeRequest request = new() { Length = Chunks * 64 * 1024 };
        await using IAsyncEnumerator<ReadRangeResponse> chunks =
            _connection.StreamAsync(NearDataMethods.ReadRange, request).GetAsyncEnumerator();
        Assert.True(await chunks.MoveNextAsync());
        int before;
        do
        {
            before = _node.Written;
            await Task.Delay(200);
        }
        while (_node.Written != before);

        Assert.InRange(before, 1, Chunks / 2);
        int received = 1;
        while (await chunks.MoveNextAsync())
        {
            received++;
        }

        Assert.Equal(Chunks, received);
    }

    private static ExecuteRequest Events(ulong count) => new() { Parameters = { new Parameter { Name = "events", Unsigned = count } } };

    private Task<DescribeDatasetResponse> DescribeAsync(string dataset) =>
        _connection.CallAsync(NearDataMethods.DescribeDataset, new DescribeDatasetRequest { Dataset = dataset });
}
