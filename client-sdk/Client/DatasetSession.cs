using System.Collections.Concurrent;
using NearData.Client.Linq.Emission;
using NearData.Client.Linq.Ir;
using NearData.Contracts.V1;

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

    private readonly ConcurrentDictionary<StageShape, QueryProgram> _programs = [];
    private volatile DescribeDatasetResponse? _description;

    public string Name => name;

    /// <summary>The node that serves it.</summary>
    public NearDataClient Client => client;

    /// <summary>The description that is known, or asked for now.</summary>
    public async Task<DescribeDatasetResponse> DescribeAsync(CancellationToken cancellationToken) =>
        _description ?? await DescribeAnewAsync(cancellationToken);

    /// <summary>The description as it is now.</summary>
    public async Task<DescribeDatasetResponse> DescribeAnewAsync(CancellationToken cancellationToken) =>
        _description = await client.DescribeDatasetAsync(name, cancellationToken);

    /// <summary>The program of a stage, loaded now or by an earlier query of the same shape.</summary>
    /// <exception cref="QueryTranslationException">It is too long, or keeps too much on its stack.</exception>
    public async Task<QueryProgram> FindProgramAsync(StageShape shape, CancellationToken cancellationToken)
    {
        if (_programs.TryGetValue(shape, out QueryProgram? known))
        {
            return known;
        }

        // Two callers may both load a new shape: the node sees the same object twice, and answers the second from its cache.
        QueryObject made = QueryObject.Of(shape);
        QueryProgram program = new(await client.LoadAsync(made.Elf, dataset: null, cancellationToken), made);
        if (_programs.Count >= MaxPrograms)
        {
            _programs.Clear();
        }

        return _programs.GetOrAdd(shape, program);
    }
}

/// <summary>A stage's program at the node.</summary>
internal sealed record QueryProgram(LoadedProgram Loaded, QueryObject Made)
{
    /// <summary>The values that the program asks for: translation may have found that it needs fewer.</summary>
    public Dictionary<string, ParameterValue> Select(IReadOnlyDictionary<string, ParameterValue> values) =>
        Made.Parameters.ToDictionary(parameter => parameter, parameter => values[parameter], StringComparer.Ordinal);
}
