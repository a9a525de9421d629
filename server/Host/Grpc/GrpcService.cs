using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using NearData.Contracts;
using NearData.Contracts.Grpc;

namespace NearData.Server.Grpc;

/// <summary>Maps gRPC methods onto HTTP/2 endpoints. Used while the host is set up; handlers then run on any thread.</summary>
public sealed class GrpcService
{
    private static readonly GrpcMethodOptions NoOptions = new();

    private readonly IEndpointRouteBuilder _endpoints;
    private readonly GrpcBoundary _boundary;

    internal GrpcService(IEndpointRouteBuilder endpoints, GrpcServerOptions options)
    {
        _endpoints = endpoints;
        _boundary = new GrpcBoundary(
            options,
            endpoints.ServiceProvider.GetService<TimeProvider>() ?? TimeProvider.System,
            endpoints.ServiceProvider.GetRequiredService<ILogger<GrpcService>>());
        Map("/{service}/{method}", exchange =>
            throw new RpcException(ErrorCode.MethodUnknown, $"{exchange.Context.Method} is no method of this node."));
    }

    /// <summary>Maps a method with one response.</summary>
    /// <param name="method">The method.</param>
    /// <param name="handler">Gives the response, or throws: <see cref="RpcException"/>, or what the options can describe.</param>
    /// <param name="options">What this method does in its own way.</param>
    public GrpcService Unary<TRequest, TResponse>(
        UnaryMethod<TRequest, TResponse> method,
        Func<TRequest, GrpcCallContext, Task<TResponse>> handler,
        GrpcMethodOptions? options = null)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        options ??= NoOptions;
        return Map(method.Path, async exchange =>
        {
            TRequest request = await exchange.ReadRequestAsync(method.Requests, options);
            TResponse response = await handler(request, exchange.Context);
            await exchange.Response.WriteAsync(response, exchange.WriterFor(options));
        });
    }

    /// <summary>Maps a method with a stream of responses.</summary>
    /// <param name="method">The method.</param>
    /// <param name="handler">Writes responses until it returns, or throws: <see cref="RpcException"/>, or what the options can describe.</param>
    /// <param name="options">What this method does in its own way.</param>
    public GrpcService ServerStreaming<TRequest, TResponse>(
        ServerStreamingMethod<TRequest, TResponse> method,
        Func<TRequest, IGrpcStream<TResponse>, GrpcCallContext, Task> handler,
        GrpcMethodOptions? options = null)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        options ??= NoOptions;
        return Map(method.Path, async exchange =>
        {
            TRequest request = await exchange.ReadRequestAsync(method.Requests, options);
            await handler(request, new ResponseStream<TResponse>(exchange.Response, exchange.WriterFor(options)), exchange.Context);
        });
    }

    private GrpcService Map(string path, Func<GrpcExchange, Task> answer)
    {
        _endpoints.MapPost(path, (HttpContext http) => _boundary.ServeAsync(http, answer));
        return this;
    }

    private sealed class ResponseStream<TResponse>(GrpcResponse response, MessageWriter writer) : IGrpcStream<TResponse>
        where TResponse : class, IMessage<TResponse>
    {
        public Task WriteAsync(TResponse message) => response.SendAsync(message, writer);
    }
}

/// <summary>Adds gRPC to a host.</summary>
public static class GrpcServiceEndpoints
{
    /// <summary>
    /// Serves gRPC: the methods that are mapped on what this returns, and <c>UNIMPLEMENTED</c> for every other. Kestrel must
    /// listen for HTTP/2, alone where there is no TLS. Once for each host.
    /// </summary>
    public static GrpcService MapGrpc(this IEndpointRouteBuilder endpoints, GrpcServerOptions options) => new(endpoints, options);
}
