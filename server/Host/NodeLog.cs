using Microsoft.Extensions.Logging;

namespace NearData.Server;

/// <summary>What a node logs beside its calls.</summary>
internal static partial class NodeLog
{
    [LoggerMessage(10, LogLevel.Information, "Reading: {Choice}")]
    public static partial void ReadingChosen(ILogger logger, string choice);

    [LoggerMessage(11, LogLevel.Critical, "A guard tripped in program {ProgramId} of tenant {Tenant}: the verifier took what it should have refused. Keep the object, and report it")]
    public static partial void GuardTripped(ILogger logger, string programId, string tenant, Exception tripped);
}
