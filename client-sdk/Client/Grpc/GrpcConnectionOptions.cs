using System.Security.Cryptography.X509Certificates;

namespace NearData.Client.Grpc;

/// <summary>How a connection is made, and its limits.</summary>
public sealed class GrpcConnectionOptions
{
    /// <summary>Bytes of the largest response, packed and unpacked. Default 16 MiB: four times what a node sends by default.</summary>
    public int MaxReceiveMessageBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>Bytes of the largest request, before packing. Default 16 MiB: what a node accepts by default.</summary>
    public int MaxSendMessageBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>
    /// Requests from this many bytes on are sent as gzip where that makes them smaller; null: none is. Default 1400: what
    /// fits one Ethernet packet gains nothing from being smaller.
    /// </summary>
    public int? CompressionThresholdBytes { get; init; } = 1400;

    /// <summary>How long a TCP and TLS handshake may take. Default 10 s: three lost SYNs, each sent again after twice the time.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The only certificates that an https node's chain may end in. Default null: those that the machine trusts.</summary>
    public X509Certificate2Collection? TrustedRoots { get; init; }
}

/// <summary>What one call asks for.</summary>
/// <param name="Timeout">The time that the call may take, all its messages included; null: any.</param>
/// <param name="Tenant">Whose work it is; null: the client's host's.</param>
public readonly record struct GrpcCallOptions(TimeSpan? Timeout, string? Tenant = null);
