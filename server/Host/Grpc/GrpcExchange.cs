using Google.Protobuf;
using Microsoft.AspNetCore.Http;
using NearData.Contracts;
using NearData.Contracts.Grpc;

namespace NearData.Server.Grpc;

/// <summary>One call under way: its request's body, its response, its limits.</summary>
internal sealed class GrpcExchange(
    HttpContext http, GrpcRequestHead head, GrpcServerOptions options, GrpcResponse response, GrpcCallContext context)
{
    /// <summary>What the handler sees.</summary>
    public GrpcCallContext Context => context;

    /// <summary>Where the answer goes.</summary>
    public GrpcResponse Response => response;

    /// <summary>The one request of a unary or server-streaming call.</summary>
    /// <exception cref="RpcException">There is none, there are more, or it breaks the framing or a limit.</exception>
    public async Task<TRequest> ReadRequestAsync<TRequest>(MessageParser<TRequest> parser, GrpcMethodOptions method)
        where TRequest : class, IMessage<TRequest>
    {
        MessageReader reader = new(
            http.Request.BodyReader, head.Encoding, method.MaxReceiveMessageBytes ?? options.MaxReceiveMessageBytes);
        TRequest request = await reader.ReadAsync(parser, context.CancellationToken)
            ?? throw new RpcException(ErrorCode.ProtocolViolation, "The request has no message.");
        return await reader.ReadAsync(parser, context.CancellationToken) is null
            ? request
            : throw new RpcException(ErrorCode.ProtocolViolation, "The request has more than one message.");
    }

    /// <summary>Writes this call's responses as the client and the method allow.</summary>
    public MessageWriter WriterFor(GrpcMethodOptions method)
    {
        bool mayPack = head.ReadsGzip && method.Compression == ResponseCompression.WhenWorthwhile;
        return new MessageWriter(options.MaxSendMessageBytes, mayPack ? options.CompressionThresholdBytes : null);
    }
}
