namespace NearData.Contracts;

/// <summary>Why a call failed: a stable code for programs, a sentence for people. Both cross the wire.</summary>
public readonly record struct RpcError(ErrorCode Code, string Message);

/// <summary>Thrown by a handler, or by the framing under it, to end its call with a code of the contract.</summary>
public sealed class RpcException(ErrorCode code, string message, Exception? innerException = null)
    : Exception(message, innerException)
{
    /// <summary>The reason that crosses the wire.</summary>
    public ErrorCode Code { get; } = code;
}
