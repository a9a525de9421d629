using NearData.Contracts.V1;

namespace NearData.Client;

/// <summary>What happens on the way of a query, for whoever wants to show or record it. Called on any thread, one call at a time for each query.</summary>
public sealed class QueryObserver
{
    /// <summary>The program that runs the query, before it runs: loaded now, or by an earlier query of the same shape.</summary>
    public Action<LoadedProgram>? Loaded { get; init; }

    /// <summary>What the query became, before it runs: to be explained, or run again.</summary>
    public Action<PlannedQuery>? Executing { get; init; }

    /// <summary>How far the execution has come.</summary>
    public IProgress<Progress>? Progress { get; init; }

    /// <summary>The node's answer with its counters.</summary>
    public Action<ExecutionAnswer>? Answered { get; init; }
}
