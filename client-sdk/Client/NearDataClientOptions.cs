using NearData.Client.Grpc;

namespace NearData.Client;

/// <summary>How a client talks to its node.</summary>
public sealed class NearDataClientOptions
{
    /// <summary>The connection and its limits.</summary>
    public GrpcConnectionOptions Connection { get; init; } = new();

    /// <summary>
    /// The time that one call may take, an execution with all its progress included; the node stops working on it then. Default
    /// null: any, since how long a scan takes depends on the dataset. Cancel with a token instead.
    /// </summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>
    /// The tenant whose share of the node the client's work counts against; the node must have been set up with it. Default null: the client's
    /// host.
    /// </summary>
    public string? Tenant { get; init; }
}
