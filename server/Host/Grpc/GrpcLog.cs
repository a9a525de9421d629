using Microsoft.Extensions.Logging;
using NearData.Contracts;

namespace NearData.Server.Grpc;

/// <summary>What the request boundary writes to the log.</summary>
internal static partial class GrpcLog
{
    [LoggerMessage(1, LogLevel.Error, "{Method} from {Peer} failed with an exception that no rule describes.")]
    public static partial void CallFailed(ILogger logger, string method, string peer, Exception failure);

    [LoggerMessage(2, LogLevel.Debug, "{Method} from {Peer} ended with {Code}: {Message}")]
    public static partial void CallRefused(ILogger logger, string method, string peer, ErrorCode code, string message);
}
