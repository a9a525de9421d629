using Microsoft.Extensions.Logging;

namespace NearData.Server;

/// <summary>What a node logs beside its calls.</summary>
internal static partial class NodeLog
{
    [LoggerMessage(10, LogLevel.Information, "Reading: {Choice}")]
    public static partial void ReadingChosen(ILogger logger, string choice);
}
