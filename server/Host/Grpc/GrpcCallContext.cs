namespace NearData.Server.Grpc;

/// <summary>What a handler knows of its call beside the request.</summary>
/// <param name="Method">The path, such as <c>/neardata.v1.NearData/Execute</c>.</param>
/// <param name="Peer">The client's address and port.</param>
/// <param name="Tenant">Whose work the call says it is; null where it doesn't say.</param>
/// <param name="CancellationToken">Fires when the client gives up, its connection breaks, or the call's deadline passes.</param>
public sealed record GrpcCallContext(string Method, string Peer, string? Tenant, CancellationToken CancellationToken);

/// <summary>Where a streaming handler sends its responses. One write at a time.</summary>
public interface IGrpcStream<in TResponse>
{
    /// <summary>
    /// Sends one message; completes when the transport has room for more, so that a slow client slows the handler down
    /// instead of filling memory.
    /// </summary>
    /// <exception cref="OperationCanceledException">The call is over: cancelled, or past its deadline.</exception>
    Task WriteAsync(TResponse message);
}
