using System.Net;
using Google.Protobuf;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using NearData.Contracts;
using NearData.Contracts.V1;

namespace NearData.Server.Tests.Grpc;

public sealed class HostileRequestTests : IAsyncLifetime
{
    private static readonly string Path = NearDataMethods.LoadProgram.Path;
    private static readonly byte[] Valid = RawClient.Frame(new LoadProgramRequest { Object = ByteString.CopyFromUtf8("abc") });

    private GrpcNode _node = null!;
    private RawClient _raw = null!;

    public async Task InitializeAsync()
    {
        _node = await GrpcNode.StartAsync();
        _raw = new RawClient(_node.Address);
    }

    public async Task DisposeAsync()
    {
        _raw.Dispose();
        await _node.DisposeAsync();
    }

    [Fact]
    public async Task A_good_call_answers_with_headers_a_frame_and_trailers()
    {
        RawResponse response = await _raw.PostAsync(Path, Valid);
        Assert.Equal(HttpStatusCode.OK, response.Http);
        Assert.False(response.IsTrailersOnly);
        Assert.Equal("0", response.Status);
        Assert.Equal(new byte[] { 0, 0, 0, 0, 66, 10, 64 }, response.Body[..7]);
        Assert.Equal(71, response.Body.Length);
        Assert.Null(response.ErrorCode);
    }

    [Fact]
    public async Task An_error_before_any_message_is_one_frame_of_headers()
    {
        RawResponse response = await _raw.PostAsync(
            NearDataMethods.DescribeDataset.Path, RawClient.Frame(new DescribeDatasetRequest { Dataset = "missing" }));
        Assert.True(response.IsTrailersOnly);
        Assert.Equal("5", response.Status);
        Assert.Equal("No dataset 'missing' %E2%80%93 es gibt ihn nicht.", response.Message);
        Assert.Empty(response.Body);
    }

    public static TheoryData<string, byte[], string> BrokenBodies => new()
    {
        { "no message", [], "The request has no message." },
        { "a prefix cut short", [0, 0, 0], "The body ends inside a message, 3 bytes after its start." },
        { "a message cut short", Valid[..^1], $"The body ends inside a message, {Valid.Length - 1} bytes after its start." },
        { "two messages", [.. Valid, .. Valid], "The request has more than one message." },
        { "bytes behind the message", [.. Valid, 0], "The body ends inside a message, 1 bytes after its start." },
        { "an undefined flag", RawClient.Frame(2, []), "A message starts with flag 2; 0 and 1 are defined." },
        { "packed without an encoding", RawClient.Frame(1, []), "A message is marked as packed, but grpc-encoding names no encoding." },
        { "no protobuf", RawClient.Frame(0, [10, 200]), "A message is no LoadProgramRequest" },
    };

    [Theory]
    [MemberData(nameof(BrokenBodies))]
    public async Task A_broken_body_is_a_protocol_violation(string what, byte[] body, string message)
    {
        RawResponse response = await _raw.PostAsync(Path, body);
        Assert.True(response.Status == "13", what);
        Assert.Equal("protocol-violation", response.ErrorCode);
        Assert.StartsWith(message, response.Message, StringComparison.Ordinal);
        Assert.Empty(_node.Logged);
    }

    [Theory]
    [InlineData(100_001u)]
    [InlineData(int.MaxValue)]
    [InlineData(uint.MaxValue)]
    public async Task A_declared_length_above_the_limit_is_refused_before_its_bytes_come(uint length)
    {
        RawResponse response = await _raw.PostAsync(Path, RawClient.Frame(0, [], length));
        Assert.Equal("8", response.Status);
        Assert.Equal("message-too-large", response.ErrorCode);
        Assert.Equal($"A message of {length} bytes is larger than the 100000 bytes that are allowed.", response.Message);
    }

    [Fact]
    public async Task A_method_s_own_limit_is_its_limit()
    {
        RawResponse response = await _raw.PostAsync(NearDataMethods.ListDatasets.Path, RawClient.Frame(0, new byte[11]));
        Assert.Equal("message-too-large", response.ErrorCode);
    }

    [Theory]
    [InlineData("application/grpc", HttpStatusCode.OK)]
    [InlineData("application/grpc+proto", HttpStatusCode.OK)]
    [InlineData("application/grpc; charset=utf-8", HttpStatusCode.OK)]
    [InlineData("application/grpc+json", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("application/grpc-web", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("application/json", HttpStatusCode.UnsupportedMediaType)]
    public async Task Only_protobuf_over_grpc_is_served(string contentType, HttpStatusCode expected)
    {
        RawResponse response = await _raw.PostAsync(Path, Valid, ("content-type", contentType));
        Assert.Equal(expected, response.Http);
    }

    [Fact]
    public async Task HTTP_1_is_told_to_upgrade()
    {
        await using GrpcNode node = await GrpcNode.StartAsync(protocols: HttpProtocols.Http1);
        using HttpClient http = new();
        using ByteArrayContent content = new(Valid);
        content.Headers.TryAddWithoutValidation("content-type", "application/grpc");
        using HttpResponseMessage response = await http.PostAsync(new Uri(node.Address, Path), content);
        Assert.Equal(HttpStatusCode.UpgradeRequired, response.StatusCode);
        Assert.Equal("HTTP/2", response.Headers.Upgrade.Single().ToString());
    }

    [Fact]
    public async Task An_unknown_encoding_is_unimplemented_and_the_known_ones_are_named()
    {
        RawResponse response = await _raw.PostAsync(Path, Valid, ("grpc-encoding", "snappy"));
        Assert.Equal("12", response.Status);
        Assert.Equal("encoding-unknown", response.ErrorCode);
        Assert.Equal("identity,gzip", response.Find("grpc-accept-encoding"));
    }

    [Theory]
    [InlineData("soon")]
    [InlineData("10")]
    [InlineData("m")]
    [InlineData("-1S")]
    [InlineData("100000000S")]
    public async Task A_timeout_that_is_none_is_refused(string timeout)
    {
        RawResponse response = await _raw.PostAsync(Path, Valid, ("grpc-timeout", timeout));
        Assert.Equal("13", response.Status);
        Assert.Equal($"grpc-timeout '{timeout}' is no timeout.", response.Message);
    }
}
