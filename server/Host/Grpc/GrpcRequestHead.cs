using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using NearData.Contracts;
using NearData.Contracts.Grpc;

namespace NearData.Server.Grpc;

/// <summary>The headers of a call, checked once.</summary>
/// <param name="Timeout">The time that the client gives the call; null: any.</param>
/// <param name="Encoding">How the request's messages are packed, or null.</param>
/// <param name="ReadsGzip">The client reads gzip.</param>
/// <param name="Tenant">Whose work it is, or null.</param>
internal readonly record struct GrpcRequestHead(TimeSpan? Timeout, string? Encoding, bool ReadsGzip, string? Tenant)
{
    /// <summary>
    /// Answers what is no gRPC request with an HTTP error, so that no other client takes a gRPC error, which is a
    /// 200, for success.
    /// </summary>
    public static bool IsGrpc(HttpContext http)
    {
        if (!GrpcHeader.IsGrpcContentType(http.Request.ContentType))
        {
            http.Response.StatusCode = StatusCodes.Status415UnsupportedMediaType;
            return false;
        }

        if (!HttpProtocol.IsHttp2(http.Request.Protocol))
        {
            http.Response.StatusCode = StatusCodes.Status426UpgradeRequired;
            http.Response.Headers[HeaderNames.Upgrade] = "HTTP/2";
            return false;
        }

        return true;
    }

    /// <summary>Reads the headers; what can't be read is returned as the call's failure.</summary>
    public static RpcError? TryParse(IHeaderDictionary headers, out GrpcRequestHead head)
    {
        string? encoding = headers.TryGetValue(GrpcHeader.Encoding, out StringValues named) ? named.ToString() : null;
        bool readsGzip = headers.GetCommaSeparatedValues(GrpcHeader.AcceptEncoding).Contains("gzip", StringComparer.OrdinalIgnoreCase);
        string? tenant = headers.TryGetValue(GrpcHeader.Tenant, out StringValues whose) ? whose.ToString() : null;
        head = new GrpcRequestHead(Timeout: null, encoding, readsGzip, tenant);
        if (!headers.TryGetValue(GrpcHeader.Timeout, out StringValues given))
        {
            return null;
        }

        if (!GrpcTimeout.TryParse(given.ToString(), out TimeSpan timeout))
        {
            return new RpcError(ErrorCode.ProtocolViolation, $"{GrpcHeader.Timeout} '{given}' is no timeout.");
        }

        head = head with { Timeout = timeout };
        return null;
    }
}
