using NearData.Contracts.Grpc;
using NearData.Contracts.V1;

namespace NearData.Client.Grpc;

/// <summary>A call that failed: at the node, on the way, or here by a limit of this client's own.</summary>
public sealed class NearDataRpcException : Exception
{
    internal NearDataRpcException(
        Uri server, string method, GrpcStatusCode status, string? errorCode, string detail, Exception? innerException = null)
        : base($"{method} at {server} failed with {errorCode ?? "no code"} ({status}): {detail}", innerException)
    {
        Server = server;
        Method = method;
        Status = status;
        ErrorCode = errorCode;
        Detail = detail;
    }

    /// <summary>The node that was called.</summary>
    public Uri Server { get; }

    /// <summary>The method's path, such as <c>/neardata.v1.NearData/Execute</c>.</summary>
    public string Method { get; }

    /// <summary>The gRPC status.</summary>
    public GrpcStatusCode Status { get; }

    /// <summary>
    /// The stable code, one of <see cref="Contracts.ErrorCode.All"/> or newer than this client; null where something
    /// answered that is no NearData node.
    /// </summary>
    public string? ErrorCode { get; }

    /// <summary>The node's own words.</summary>
    public string Detail { get; }

    /// <summary>
    /// What <see cref="Detail"/> says, in parts: of a program that was refused, the place, what is known there and how it comes to that. Null where
    /// the words are all there is.
    /// </summary>
    public ErrorDetails? Details { get; internal init; }

    /// <summary>The same call may succeed if it is made again.</summary>
    public bool IsTransient => Status == GrpcStatusCode.Unavailable;
}
