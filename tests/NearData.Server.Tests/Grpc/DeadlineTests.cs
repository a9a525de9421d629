using System.Net;
using NearData.Client.Grpc;
using NearData.Contracts;
using NearData.Contracts.Grpc;
using NearData.Contracts.V1;

namespace NearData.Server.Tests.Grpc;

public sealed class DeadlineTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

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

    [Theory]
    [InlineData("slow")]
    [InlineData("stubborn")]
    public async Task A_call_ends_at_its_deadline_whether_or_not_its_handler_listens(string dataset)
    {
        NearDataRpcException failure = await Assert.ThrowsAsync<NearDataRpcException>(
            () => DescribeAsync(dataset, new GrpcCallOptions(TimeSpan.FromMilliseconds(200))));
        Assert.Equal((GrpcStatusCode.DeadlineExceeded, "deadline-exceeded"), (failure.Status, failure.ErrorCode));
    }

    [Theory]
    [InlineData("slow")]
    [InlineData("stubborn")]
    public async Task The_node_itself_answers_at_the_deadline(string dataset)
    {
        // The deadline is known to the node alone here, so the client can't be the one that ends the call.
        using RawClient raw = new(_node.Address);
        RawResponse response = await raw.PostAsync(
            NearDataMethods.DescribeDataset.Path,
            RawClient.Frame(new DescribeDatasetRequest { Dataset = dataset }),
            (GrpcHeader.Timeout, "200m"));
        Assert.Equal("4", response.Status);
        Assert.Equal("deadline-exceeded", response.ErrorCode);
    }

    [Fact]
    public async Task A_deadline_in_the_midst_of_a_stream_ends_it()
    {
        ExecuteRequest request = new() { Dataset = "endless" };
        int received = 0;
        NearDataRpcException failure = await Assert.ThrowsAsync<NearDataRpcException>(async () =>
        {
            await foreach (ExecuteEvent item in _connection.StreamAsync(
                NearDataMethods.Execute, request, new GrpcCallOptions(TimeSpan.FromSeconds(2))))
            {
                received++;
            }
        });
        Assert.Equal(1, received);
        Assert.Equal(GrpcStatusCode.DeadlineExceeded, failure.Status);
        await _node.Cancelled.Task.WaitAsync(Patience);
    }

    [Fact]
    public async Task A_deadline_that_finds_a_write_stuck_resets_the_stream()
    {
        // The reader stops at the first chunk, so that the node's next writes wait for room; its own deadline is longer.
        using HttpMessageInvoker http = new(new SocketsHttpHandler());
        using HttpRequestMessage request = new(HttpMethod.Post, new Uri(_node.Address, NearDataMethods.ReadRange.Path))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(RawClient.Frame(new ReadRangeRequest { Length = 100 << 20 })),
        };
        request.Content.Headers.TryAddWithoutValidation("content-type", "application/grpc");
        request.Headers.TryAddWithoutValidation(GrpcHeader.Timeout, "1S");
        using HttpResponseMessage response = await http.SendAsync(request, CancellationToken.None);
        await using Stream body = await response.Content.ReadAsStreamAsync();
        await Task.Delay(TimeSpan.FromSeconds(2));
        HttpProtocolException reset = await Assert.ThrowsAsync<HttpProtocolException>(() => body.CopyToAsync(Stream.Null).WaitAsync(Patience));
        Assert.Equal(8, reset.ErrorCode);
    }

    [Fact]
    public async Task A_call_that_ends_before_its_deadline_is_not_disturbed_by_it()
    {
        DescribeDatasetResponse response = await DescribeAsync("quick", new GrpcCallOptions(TimeSpan.FromSeconds(30)));
        Assert.Equal("quick", response.Summary.Name);
    }

    [Fact]
    public async Task A_deadline_longer_than_any_timer_is_none()
    {
        DescribeDatasetResponse response = await DescribeAsync("quick", new GrpcCallOptions(TimeSpan.FromDays(10_000)));
        Assert.Equal("quick", response.Summary.Name);
    }

    [Fact]
    public async Task A_cancelled_unary_call_throws_and_stops_its_handler()
    {
        using CancellationTokenSource source = new();
        Task<DescribeDatasetResponse> call = DescribeAsync("slow", default, source.Token);
        await _node.Waiting.Task.WaitAsync(Patience);
        await source.CancelAsync();
        OperationCanceledException cancelled = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.WaitAsync(Patience));
        Assert.Equal(source.Token, cancelled.CancellationToken);
        await _node.Cancelled.Task.WaitAsync(Patience);
    }

    [Fact]
    public async Task Leaving_a_stream_stops_its_handler()
    {
        await foreach (ExecuteEvent item in _connection.StreamAsync(NearDataMethods.Execute, new ExecuteRequest { Dataset = "endless" }))
        {
            break;
        }

        await _node.Cancelled.Task.WaitAsync(Patience);
    }

    [Fact]
    public async Task Cancelling_a_stream_throws_from_its_enumeration_and_stops_its_handler()
    {
        using CancellationTokenSource source = new();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            IAsyncEnumerable<ExecuteEvent> events = _connection.StreamAsync(
                NearDataMethods.Execute, new ExecuteRequest { Dataset = "endless" });
            await foreach (ExecuteEvent item in events.WithCancellation(source.Token))
            {
                await source.CancelAsync();
            }
        });
        await _node.Cancelled.Task.WaitAsync(Patience);
    }

    private Task<DescribeDatasetResponse> DescribeAsync(
        string dataset, GrpcCallOptions options, CancellationToken cancellationToken = default) =>
        _connection.CallAsync(NearDataMethods.DescribeDataset, new DescribeDatasetRequest { Dataset = dataset }, options, cancellationToken);
}
