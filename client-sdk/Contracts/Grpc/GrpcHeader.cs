namespace NearData.Contracts.Grpc;

/// <summary>Names and fixed values of the headers and trailers of a call (PROTOCOL-HTTP2.md).</summary>
public static class GrpcHeader
{
    public const string ContentType = "application/grpc";
    public const string Timeout = "grpc-timeout";
    public const string Encoding = "grpc-encoding";
    public const string AcceptEncoding = "grpc-accept-encoding";
    public const string Status = "grpc-status";
    public const string Message = "grpc-message";

    /// <summary>The trailer that carries an <see cref="Contracts.ErrorCode"/>'s name.</summary>
    public const string ErrorCode = "neardata-error-code";

    /// <summary>The trailer that carries <see cref="V1.ErrorDetails"/>, as <see cref="DetailsText"/> writes them.</summary>
    public const string ErrorDetails = "neardata-error-details-bin";

    /// <summary>The header that names the tenant whose work a call is; without it that is the client's host.</summary>
    public const string Tenant = "neardata-tenant";

    /// <summary>Content codings that both ends can read, as sent in <see cref="AcceptEncoding"/>.</summary>
    public const string ReadableEncodings = "identity,gzip";

    /// <summary>True for <c>application/grpc</c> and <c>application/grpc+proto</c>, with or without parameters.</summary>
    public static bool IsGrpcContentType(string? value)
    {
        ReadOnlySpan<char> type = value;
        int parameters = type.IndexOf(';');
        type = (parameters < 0 ? type : type[..parameters]).Trim();
        return type.Equals(ContentType, StringComparison.OrdinalIgnoreCase)
            || type.Equals(ContentType + "+proto", StringComparison.OrdinalIgnoreCase);
    }
}
