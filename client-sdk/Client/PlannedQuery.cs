using NearData.Contracts.V1;

namespace NearData.Client;

/// <summary>What a query became: programs with their parameters, which can be run or explained again as they are. Immutable. Any thread.</summary>
/// <param name="Last">The stage that gives the answer.</param>
/// <param name="Options">The stages before, and the order of the groups.</param>
public sealed record PlannedQuery(ExecutionStage Last, ExecutionOptions Options)
{
    /// <summary>Runs it; the answer is as the programs give it, before it becomes the query's objects.</summary>
    /// <param name="progress">Called for each progress event, in order, before the answer.</param>
    /// <param name="cancellationToken">Stops the node between batches.</param>
    /// <exception cref="Grpc.NearDataRpcException">The node refused or failed.</exception>
    public Task<ExecutionAnswer> ExecuteAsync(IProgress<Progress>? progress = null, CancellationToken cancellationToken = default) =>
        Last.Program.ExecuteAsync(Last.Dataset, Options, Last.Parameters, progress, cancellationToken);

    /// <inheritdoc cref="LoadedProgram.ExplainAsync"/>
    public Task<ExplainResponse> ExplainAsync(Analysis analyze = Analysis.PlanOnly, ulong network = 0, CancellationToken cancellationToken = default) =>
        Last.Program.ExplainAsync(Last.Dataset, Options, Last.Parameters, analyze, network, cancellationToken);
}
