using Google.Protobuf;
using NearData.Client.Grpc;
using NearData.Contracts;
using NearData.Contracts.Grpc;
using NearData.Contracts.V1;

namespace NearData.Server.Tests.Grpc;

public sealed class MessageSizeTests : IAsyncLifetime
{
    private GrpcNode _node = null!;

    public async Task InitializeAsync() => _node = await GrpcNode.StartAsync();

    public async Task DisposeAsync() => await _node.DisposeAsync();

    [Fact]
    public async Task A_request_larger_than_the_node_allows_is_refused_by_the_node()
    {
        using GrpcConnection connection = _node.Connect(new GrpcConnectionOptions { CompressionThresholdBytes = null });
        NearDataRpcException failure = await Assert.ThrowsAsync<NearDataRpcException>(() => LoadAsync(connection, 5_000_000));
        Assert.Equal((GrpcStatusCode.ResourceExhausted, "message-too-large"), (failure.Status, failure.ErrorCode));
        Assert.Equal("A message of 5000005 bytes is larger than the 100000 bytes that are allowed.", failure.Detail);
        Assert.Equal(64, (await LoadAsync(connection, 1000)).ProgramId.Length);
    }

    [Fact]
    public async Task A_request_larger_than_the_client_may_send_is_not_sent()
    {
        using GrpcConnection connection = _node.Connect(new GrpcConnectionOptions { MaxSendMessageBytes = 1000 });
        NearDataRpcException failure = await Assert.ThrowsAsync<NearDataRpcException>(() => LoadAsync(connection, 1000));
        Assert.Equal("message-too-large", failure.ErrorCode);
        Assert.Equal("A LoadProgramRequest of 1003 bytes is larger than the 1000 bytes that may be sent.", failure.Detail);
        Assert.Equal(0, connection.BytesSent);
    }

    [Fact]
    public async Task A_response_larger_than_the_node_may_send_is_an_error_of_its_own()
    {
        using GrpcConnection connection = _node.Connect();
        NearDataRpcException failure = await Assert.ThrowsAsync<NearDataRpcException>(() => DescribeAsync(connection, "oversized"));
        Assert.Equal("message-too-large", failure.ErrorCode);
        Assert.StartsWith("A DescribeDatasetResponse of 200", failure.Detail, StringComparison.Ordinal);
        Assert.EndsWith("is larger than the 200000 bytes that may be sent.", failure.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_response_that_unpacks_to_more_than_the_client_allows_is_refused_by_the_client()
    {
        using GrpcConnection connection = _node.Connect(new GrpcConnectionOptions { MaxReceiveMessageBytes = 40_000 });
        NearDataRpcException failure = await Assert.ThrowsAsync<NearDataRpcException>(() => DescribeAsync(connection, "compressible"));
        Assert.Equal((GrpcStatusCode.ResourceExhausted, "message-too-large"), (failure.Status, failure.ErrorCode));
        Assert.Equal("A message unpacks to more than the 40000 bytes that are allowed.", failure.Detail);
    }

    [Fact]
    public async Task A_streamed_response_larger_than_the_client_allows_ends_the_stream()
    {
        using GrpcConnection connection = _node.Connect(new GrpcConnectionOptions { MaxReceiveMessageBytes = 60_000 });
        NearDataRpcException failure = await Assert.ThrowsAsync<NearDataRpcException>(async () =>
        {
            await foreach (ReadRangeResponse chunk in connection.StreamAsync(NearDataMethods.ReadRange, new ReadRangeRequest { Length = 1 }))
            {
                Assert.Fail("No chunk fits.");
            }
        });
        Assert.Equal("message-too-large", failure.ErrorCode);
    }

    private static Task<LoadProgramResponse> LoadAsync(GrpcConnection connection, int bytes) =>
        connection.CallAsync(NearDataMethods.LoadProgram, new LoadProgramRequest { Object = ByteString.CopyFrom(new byte[bytes]) });

    private static Task<DescribeDatasetResponse> DescribeAsync(GrpcConnection connection, string dataset) =>
        connection.CallAsync(NearDataMethods.DescribeDataset, new DescribeDatasetRequest { Dataset = dataset });
}
