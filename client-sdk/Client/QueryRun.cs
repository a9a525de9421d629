using System.Linq.Expressions;
using NearData.Client.Grpc;
using NearData.Client.Linq;
using NearData.Client.Linq.Sources;
using NearData.Contracts;
using NearData.Contracts.V1;
using Int128 = System.Int128;

namespace NearData.Client;

/// <summary>Runs queries: describes their datasets, translates, loads the programs of their stages and executes them.</summary>
internal static class QueryRun
{
    /// <summary>Runs a query that <paramref name="translate"/> makes of its datasets' descriptions, and once more if those were outdated.</summary>
    /// <param name="source">Where the records come from.</param>
    /// <param name="asked">What is asked of them.</param>
    /// <param name="translate">Makes the query.</param>
    /// <param name="observer">Whoever wants to know; or null.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <exception cref="DuplicateKeyException">A join found a key of several rows.</exception>
    public static async Task<(TQuery Query, ExecutionAnswer Answer)> ExecuteAsync<TQuery>(
        RowSource source,
        IEnumerable<LambdaExpression> asked,
        Func<StageScope, TQuery> translate,
        QueryObserver? observer,
        CancellationToken cancellationToken)
        where TQuery : ITranslatedQuery
    {
        IReadOnlyCollection<DatasetSession> datasets = SourceDatasets.Of(source, asked);
        StageScope scope = await ScopeAsync(datasets, dataset => dataset.DescribeAsync(cancellationToken));
        try
        {
            return await ExecuteAsync(translate(scope), observer, cancellationToken);
        }
        catch (NearDataRpcException failure) when (failure.Is(ErrorCode.DatasetChanged))
        {
            scope = await ScopeAsync(datasets, dataset => dataset.DescribeAnewAsync(cancellationToken));
            return await ExecuteAsync(translate(scope), observer, cancellationToken);
        }
    }

    private static async Task<StageScope> ScopeAsync(
        IEnumerable<DatasetSession> datasets, Func<DatasetSession, Task<DescribeDatasetResponse>> describe)
    {
        Dictionary<DatasetSession, DescribeDatasetResponse> descriptions = [];
        foreach (DatasetSession dataset in datasets)
        {
            descriptions.Add(dataset, await describe(dataset));
        }

        return new StageScope(descriptions);
    }

    private static async Task<(TQuery Query, ExecutionAnswer Answer)> ExecuteAsync<TQuery>(
        TQuery query, QueryObserver? observer, CancellationToken cancellationToken)
        where TQuery : ITranslatedQuery
    {
        List<ExecutionStage> stages = [];
        foreach (TranslatedStage stage in query.Stages)
        {
            QueryProgram program = await stage.Session.FindProgramAsync(stage.Shape, cancellationToken);
            observer?.Loaded?.Invoke(program.Loaded);
            stages.Add(new ExecutionStage(program.Loaded, stage.Session.Name, program.Select(stage.Parameters)) { DatasetVersion = stage.Version });
        }

        ExecutionStage last = stages[^1];
        ExecutionOptions options = new()
        {
            Before = [.. stages.SkipLast(1)],
            Orders = [.. new[] { query.Order }.OfType<GroupOrder>()],
            DatasetVersion = last.DatasetVersion,
        };
        PlannedQuery planned = new(last, options);
        observer?.Executing?.Invoke(planned);
        ExecutionAnswer answer = await planned.ExecuteAsync(observer?.Progress, cancellationToken);
        observer?.Answered?.Invoke(answer);
        ThrowIfSeveral(query.JoinedKeys, answer);
        return (query, answer);
    }

    private static void ThrowIfSeveral(IReadOnlyList<JoinedKey> keys, ExecutionAnswer answer)
    {
        for (int join = 0; join < keys.Count; join++)
        {
            Int128 records = answer[ResultNames.Doubt(join)];
            if (records > 0)
            {
                throw new DuplicateKeyException(keys[join].Dataset, keys[join].Key, (long)records);
            }
        }
    }
}
