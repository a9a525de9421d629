using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using NearData.Contracts;
using NearData.Contracts.Grpc;

namespace NearData.Client.Grpc;

/// <summary>Turns what a failed call left behind into its exception: headers, trailers, or an exception of the transport.</summary>
internal sealed record GrpcFailure(Uri Server, string Method)
{
    /// <summary>A failure that this client found.</summary>
    public NearDataRpcException Of(ErrorCode code, string detail, Exception? cause = null) =>
        new(Server, Method, code.Status, code.Name, detail, cause);

    /// <summary>The failure that a response's headers tell, or null: a status there is a Trailers-Only response.</summary>
    public NearDataRpcException? OfHead(HttpResponseMessage response)
    {
        if (response.Headers.Contains(GrpcHeader.Status))
        {
            return OfStatus(response.Headers);
        }

        if (response.StatusCode != HttpStatusCode.OK)
        {
            return Synthesize(ToStatus(response.StatusCode), $"HTTP status {(int)response.StatusCode} instead of a gRPC response.");
        }

        string? contentType = response.Content.Headers.ContentType?.ToString();
        return GrpcHeader.IsGrpcContentType(contentType)
            ? null
            : Synthesize(GrpcStatusCode.Unknown, $"Content type '{contentType}' instead of {GrpcHeader.ContentType}.");
    }

    /// <summary>The failure that the trailers of a response tell, or null where the call ended well.</summary>
    public NearDataRpcException? OfTrailers(HttpResponseMessage response) => OfStatus(
        response.Headers.Contains(GrpcHeader.Status) ? response.Headers : response.TrailingHeaders);

    /// <summary>True for exceptions of the transport and of the framing; any other is a defect and stays what it is.</summary>
    public static bool CanExplain(Exception thrown) =>
        // The handler lets a socket's own exception through where the connection is reset between connecting and the handshake.
        thrown is RpcException or HttpRequestException or IOException or SocketException or OperationCanceledException;

    /// <summary>The failure behind an exception that can be explained.</summary>
    public NearDataRpcException OfTransport(Exception thrown)
    {
        for (Exception? cause = thrown; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case RpcException framing:
                    return Of(framing.Code, framing.Message, thrown);
                case HttpProtocolException reset:
                    return OfReset(reset, thrown);
            }
        }

        // A cancellation that is neither the caller's nor the deadline's is the handshake's timeout.
        return Of(ErrorCode.Unavailable, thrown.Message, thrown);
    }

    private NearDataRpcException? OfStatus(HttpHeaders trailers)
    {
        if (Value(trailers, GrpcHeader.Status) is not { } text)
        {
            return Synthesize(GrpcStatusCode.Unknown, $"The response ended without {GrpcHeader.Status}.");
        }

        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int status)
            || status is < (int)GrpcStatusCode.Ok or > (int)GrpcStatusCode.Unauthenticated)
        {
            return Synthesize(GrpcStatusCode.Unknown, $"{GrpcHeader.Status} '{text}' is no status.");
        }

        return status == (int)GrpcStatusCode.Ok
            ? null
            : new NearDataRpcException(
                Server,
                Method,
                (GrpcStatusCode)status,
                Value(trailers, GrpcHeader.ErrorCode),
                StatusText.Decode(Value(trailers, GrpcHeader.Message) ?? "no message"))
            {
                Details = Value(trailers, GrpcHeader.ErrorDetails) is { } details ? DetailsText.Decode(details) : null,
            };
    }

    private NearDataRpcException Synthesize(GrpcStatusCode status, string detail) => new(Server, Method, status, errorCode: null, detail);

    private static string? Value(HttpHeaders headers, string name) =>
        headers.TryGetValues(name, out IEnumerable<string>? values) ? string.Join(',', values) : null;

    /// <summary>grpc/doc/http-grpc-status-mapping.md.</summary>
    private static GrpcStatusCode ToStatus(HttpStatusCode status) => status switch
    {
        HttpStatusCode.BadRequest => GrpcStatusCode.Internal,
        HttpStatusCode.Unauthorized => GrpcStatusCode.Unauthenticated,
        HttpStatusCode.Forbidden => GrpcStatusCode.PermissionDenied,
        HttpStatusCode.NotFound => GrpcStatusCode.Unimplemented,
        HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable
            or HttpStatusCode.GatewayTimeout => GrpcStatusCode.Unavailable,
        _ => GrpcStatusCode.Unknown,
    };

    /// <summary>PROTOCOL-HTTP2.md, Errors; the numbers are HTTP/2's (RFC 9113, 7).</summary>
    private NearDataRpcException OfReset(HttpProtocolException reset, Exception thrown) => reset.ErrorCode switch
    {
        0x0 => Of(ErrorCode.Unavailable, "The node closed the connection (NO_ERROR).", thrown),
        0x7 => Of(ErrorCode.Unavailable, "The node refused the stream before it did anything (REFUSED_STREAM).", thrown),
        0x8 => Of(ErrorCode.Cancelled, "The node gave the call up (CANCEL).", thrown),
        0xB => new(Server, Method, GrpcStatusCode.ResourceExhausted, null, "The node asks for less (ENHANCE_YOUR_CALM).", thrown),
        0xC => new(Server, Method, GrpcStatusCode.PermissionDenied, null, "The transport is not secure enough (INADEQUATE_SECURITY).", thrown),
        _ => Of(ErrorCode.ProtocolViolation, $"The stream was reset with HTTP/2 error {reset.ErrorCode}.", thrown),
    };
}
