using System.Collections.Concurrent;
using NearData.Client.Grpc;
using NearData.Client.Linq;
using NearData.Client.Linq.Emission;
using NearData.Contracts;
using NearData.Contracts.V1;
using Int128 = System.Int128;

namespace NearData.Client;

/// <summary>
/// What a client knows of a dataset: its description, and the programs that its queries became. A description is used until an
/// execution says that the dataset has changed. Any thread.
/// </summary>
internal sealed class DatasetSession(NearDataClient client, string name)
{
    /// <summary>
    /// Programs kept; beyond, all are dropped and made again when asked for. A query has a program for each number of bits of its
    /// captured factors at worst, so this holds those of several queries, in a few hundred KiB.
    /// </summary>
    private const int MaxPrograms = 256;

    private readonly ConcurrentDictionary<object, QueryProgram> _programs = [];
    private volatile DescribeDatasetResponse? _description;

    public string Name => name;

    /// <summary>Runs a query for a number.</summary>
    /// <inheritdoc cref="ExecuteAsync"/>
    public async Task<QueryAnswer> RunAsync(
        Func<DescribeDatasetResponse, TranslatedQuery> translate, QueryObserver? observer, CancellationToken cancellationToken)
    {
        (TranslatedQuery query, ExecutionAnswer answer) = await ExecuteAsync(translate, observer, cancellationToken);
        return new(answer, query.Scale);
    }

    /// <summary>Runs a query that <paramref name="translate"/> makes from the dataset's description, and once more if that was outdated.</summary>
    public async Task<(TQuery Query, ExecutionAnswer Answer)> ExecuteAsync<TQuery>(
        Func<DescribeDatasetResponse, TQuery> translate, QueryObserver? observer, CancellationToken cancellationToken)
        where TQuery : ITranslatedQuery
    {
        DescribeDatasetResponse description = _description ?? await DescribeAsync(cancellationToken);
        try
        {
            return await ExecuteAsync(description, translate, observer, cancellationToken);
        }
        catch (NearDataRpcException failure) when (failure.Is(ErrorCode.DatasetChanged))
        {
            return await ExecuteAsync(await DescribeAsync(cancellationToken), translate, observer, cancellationToken);
        }
    }

    private async Task<(TQuery Query, ExecutionAnswer Answer)> ExecuteAsync<TQuery>(
        DescribeDatasetResponse description,
        Func<DescribeDatasetResponse, TQuery> translate,
        QueryObserver? observer,
        CancellationToken cancellationToken)
        where TQuery : ITranslatedQuery
    {
        TQuery query = translate(description);
        QueryProgram program = await FindProgramAsync(query, cancellationToken);
        observer?.Loaded?.Invoke(program.Loaded);
        ExecutionOptions options = new() { DatasetVersion = description.Version, Orders = [.. new[] { query.Order }.OfType<GroupOrder>()] };
        ExecutionAnswer answer = await program.Loaded.ExecuteAsync(
            name, options, program.Select(query.Parameters), observer?.Progress, cancellationToken);
        observer?.Answered?.Invoke(answer);
        return (query, answer);
    }

    private async Task<QueryProgram> FindProgramAsync(ITranslatedQuery query, CancellationToken cancellationToken)
    {
        if (_programs.TryGetValue(query.Shape, out QueryProgram? known))
        {
            return known;
        }

        // Two callers may both load a new shape: the node sees the same object twice, and answers the second from its cache.
        QueryObject made = query.Compile();
        QueryProgram program = new(await client.LoadAsync(made.Elf, dataset: null, cancellationToken), made);
        if (_programs.Count >= MaxPrograms)
        {
            _programs.Clear();
        }

        return _programs.GetOrAdd(query.Shape, program);
    }

    private async Task<DescribeDatasetResponse> DescribeAsync(CancellationToken cancellationToken) =>
        _description = await client.DescribeDatasetAsync(name, cancellationToken);

    private sealed record QueryProgram(LoadedProgram Loaded, QueryObject Made)
    {
        /// <summary>The values that the program asks for: translation may have found that it needs fewer.</summary>
        public Dictionary<string, ParameterValue> Select(IReadOnlyDictionary<string, ParameterValue> values) =>
            Made.Parameters.ToDictionary(parameter => parameter, parameter => values[parameter], StringComparer.Ordinal);
    }
}

/// <summary>A query's answer and the scale of its aggregated integer.</summary>
internal sealed record QueryAnswer(ExecutionAnswer Answer, int Scale)
{
    public Int128 Rows => Answer[ResultNames.Rows];

    public decimal Sum => ExactResults.ToDecimal(Answer[ResultNames.Sum], Scale);
}
