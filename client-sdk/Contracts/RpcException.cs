using NearData.Contracts.V1;

namespace NearData.Contracts;

/// <summary>Why a call failed: a stable code for programs, a sentence for people, and the sentence's parts where it has such. All cross the wire.</summary>
public readonly record struct RpcError(ErrorCode Code, string Message, ErrorDetails? Details = null);

/// <summary>Thrown by a handler, or by the framing under it, to end its call with a code of the contract.</summary>
public sealed class RpcException(ErrorCode code, string message, Exception? innerException = null)
    : Exception(message, innerException)
{
    /// <summary>The reason that crosses the wire.</summary>
    public ErrorCode Code { get; } = code;

    /// <summary>What the message says, in parts; null where it is all there is.</summary>
    public ErrorDetails? Details { get; init; }
}
