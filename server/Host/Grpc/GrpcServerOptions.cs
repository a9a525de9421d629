using NearData.Contracts;

namespace NearData.Server.Grpc;

/// <summary>Limits of every method of a service, unless the method has its own.</summary>
public sealed class GrpcServerOptions
{
    /// <summary>
    /// Bytes of the largest request, packed and unpacked. Default 16 MiB: several times the largest object that
    /// <c>clang -g</c> makes of a program within the verifier's limits, and still cheap to refuse.
    /// </summary>
    public int MaxReceiveMessageBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>Bytes of the largest response, before packing. Default 4 MiB: what gRPC clients accept unless told otherwise.</summary>
    public int MaxSendMessageBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>
    /// Responses from this many bytes on are sent as gzip where the client reads it and it makes them smaller; null: none
    /// is. Default 1400: what fits one Ethernet packet gains nothing from being smaller.
    /// </summary>
    public int? CompressionThresholdBytes { get; init; } = 1400;

    /// <summary>
    /// Names the failure behind a domain's own exception; null for one that it doesn't know, which then is a defect.
    /// Default: knows none. Called on any thread.
    /// </summary>
    public Func<Exception, RpcError?> DescribeException { get; init; } = static _ => null;
}

/// <summary>Whether a method's responses may be packed.</summary>
public enum ResponseCompression
{
    /// <summary>As <see cref="GrpcServerOptions.CompressionThresholdBytes"/> says.</summary>
    WhenWorthwhile,

    /// <summary>Never: for payloads that are packed already, such as pages of data files.</summary>
    Never,
}

/// <summary>What one method does in its own way.</summary>
/// <param name="MaxReceiveMessageBytes">
/// Replaces <see cref="GrpcServerOptions.MaxReceiveMessageBytes"/>. Worth setting for methods with small requests: a
/// decoded message can take fifty times the memory of its bytes.
/// </param>
/// <param name="Compression">Whether responses may be packed.</param>
public sealed record GrpcMethodOptions(
    int? MaxReceiveMessageBytes = null, ResponseCompression Compression = ResponseCompression.WhenWorthwhile);
