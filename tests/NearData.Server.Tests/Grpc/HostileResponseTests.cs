using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using NearData.Client.Grpc;
using NearData.Contracts;
using NearData.Contracts.Grpc;
using NearData.Contracts.V1;

namespace NearData.Server.Tests.Grpc;

/// <summary>What the client makes of a peer that is no gRPC server, or a bad one.</summary>
public sealed class HostileResponseTests
{
    private static readonly byte[] Valid = RawClient.Frame(new ListDatasetsResponse());

    public static TheoryData<string, byte[], string> BrokenBodies => new()
    {
        { "no message", [], "The response has no message." },
        { "a message cut short", [0, 0, 0, 0, 9, 1], "The body ends inside a message, 6 bytes after its start." },
        { "two messages", [.. Valid, .. Valid], "The response has more than one message." },
        { "an undefined flag", RawClient.Frame(7, []), "A message starts with flag 7; 0 and 1 are defined." },
        { "no protobuf", RawClient.Frame(0, [10, 200]), "A message is no ListDatasetsResponse" },
    };

    [Theory]
    [MemberData(nameof(BrokenBodies))]
    public async Task A_broken_body_is_a_protocol_violation(string what, byte[] body, string message)
    {
        NearDataRpcException failure = await CallAsync(async http =>
        {
            http.Response.ContentType = "application/grpc";
            http.Response.AppendTrailer("grpc-status", "0");
            await http.Response.Body.WriteAsync(body);
        });
        Assert.True(failure.ErrorCode == "protocol-violation", what);
        Assert.StartsWith(message, failure.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_declared_length_above_the_limit_is_refused_before_its_bytes_come()
    {
        NearDataRpcException failure = await CallAsync(async http =>
        {
            http.Response.ContentType = "application/grpc";
            await http.Response.Body.WriteAsync(RawClient.Frame(0, [], uint.MaxValue));
            await http.Response.Body.FlushAsync();
            await Task.Delay(Timeout.Infinite, http.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        });
        Assert.Equal("message-too-large", failure.ErrorCode);
        Assert.Equal("A message of 4294967295 bytes is larger than the 16777216 bytes that are allowed.", failure.Detail);
    }

    [Theory]
    [InlineData(400, GrpcStatusCode.Internal)]
    [InlineData(401, GrpcStatusCode.Unauthenticated)]
    [InlineData(403, GrpcStatusCode.PermissionDenied)]
    [InlineData(404, GrpcStatusCode.Unimplemented)]
    [InlineData(429, GrpcStatusCode.Unavailable)]
    [InlineData(500, GrpcStatusCode.Unknown)]
    [InlineData(502, GrpcStatusCode.Unavailable)]
    [InlineData(503, GrpcStatusCode.Unavailable)]
    [InlineData(504, GrpcStatusCode.Unavailable)]
    public async Task An_HTTP_error_becomes_the_status_that_gRPC_maps_it_to(int http, GrpcStatusCode expected)
    {
        NearDataRpcException failure = await CallAsync(context =>
        {
            context.Response.StatusCode = http;
            return Task.CompletedTask;
        });
        Assert.Equal((expected, null), (failure.Status, failure.ErrorCode));
    }

    [Fact]
    public async Task A_gRPC_status_counts_more_than_the_HTTP_status_beside_it()
    {
        NearDataRpcException failure = await CallAsync(http =>
        {
            http.Response.StatusCode = 404;
            http.Response.Headers["grpc-status"] = "7";
            return Task.CompletedTask;
        });
        Assert.Equal(GrpcStatusCode.PermissionDenied, failure.Status);
    }

    [Fact]
    public async Task A_page_of_HTML_is_no_answer()
    {
        NearDataRpcException failure = await CallAsync(http =>
        {
            http.Response.ContentType = "text/html";
            return http.Response.WriteAsync("<html/>");
        });
        Assert.Equal(GrpcStatusCode.Unknown, failure.Status);
        Assert.Equal("Content type 'text/html' instead of application/grpc.", failure.Detail);
    }

    [Theory]
    [InlineData(null, "The response ended without grpc-status.")]
    [InlineData("17", "grpc-status '17' is no status.")]
    [InlineData("fine", "grpc-status 'fine' is no status.")]
    public async Task A_status_that_is_missing_or_none_is_unknown(string? status, string detail)
    {
        NearDataRpcException failure = await CallAsync(async http =>
        {
            http.Response.ContentType = "application/grpc";
            if (status is not null)
            {
                http.Response.AppendTrailer("grpc-status", status);
            }

            await http.Response.Body.WriteAsync(Valid);
        });
        Assert.Equal((GrpcStatusCode.Unknown, detail), (failure.Status, failure.Detail));
    }

    [Theory]
    [InlineData(0x7, GrpcStatusCode.Unavailable)]
    [InlineData(0x8, GrpcStatusCode.Cancelled)]
    [InlineData(0xB, GrpcStatusCode.ResourceExhausted)]
    [InlineData(0xC, GrpcStatusCode.PermissionDenied)]
    [InlineData(0x2, GrpcStatusCode.Internal)]
    public async Task A_reset_stream_becomes_the_status_that_gRPC_maps_it_to(int error, GrpcStatusCode expected)
    {
        NearDataRpcException failure = await CallAsync(async http =>
        {
            http.Response.ContentType = "application/grpc";
            await http.Response.StartAsync();
            await http.Response.Body.FlushAsync();
            http.Features.GetRequiredFeature<IHttpResetFeature>().Reset(error);
        });
        Assert.Equal(expected, failure.Status);
    }

    private static async Task<NearDataRpcException> CallAsync(RequestDelegate answer)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        await using WebApplication app = builder.Build();
        app.Run(answer);
        await app.StartAsync();
        using GrpcConnection connection = new(new Uri(app.Urls.Single()));
        return await Assert.ThrowsAsync<NearDataRpcException>(
            () => connection.CallAsync(NearDataMethods.ListDatasets, new ListDatasetsRequest(), new GrpcCallOptions(TimeSpan.FromSeconds(30))));
    }
}
