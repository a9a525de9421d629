using System.Collections.Immutable;
using Google.Protobuf;
using NearData.Client.Grpc;
using NearData.Contracts;
using NearData.Contracts.V1;
using Int128 = System.Int128;

namespace NearData.Client;

/// <summary>An object that the node verified and compiled. Executions don't disturb each other. Any thread.</summary>
public sealed class LoadedProgram
{
    private readonly NearDataClient _client;
    private readonly ByteString _object;
    private readonly LoadProgramResponse _response;
    private volatile bool _hasFilledMaps;

    internal LoadedProgram(NearDataClient client, ByteString elf, LoadProgramResponse response)
    {
        _client = client;
        _object = elf;
        _response = response;
    }

    /// <summary>The object's SHA-256 in lower-case hex.</summary>
    public string Id => _response.ProgramId;

    /// <summary>The object itself.</summary>
    public ReadOnlyMemory<byte> Object => _object.Memory;

    /// <summary>Its programs: proven cost and the columns that each reads.</summary>
    public IReadOnlyList<ProgramSummary> Programs => _response.Programs;

    /// <summary>What <see cref="ExecuteAsync"/> has to be given.</summary>
    public IReadOnlyList<Field> Parameters => _response.Parameters;

    /// <summary>What it answers.</summary>
    public IReadOnlyList<ResultField> Results => _response.Results;

    /// <summary>Its maps, to be read, and where the node says so filled before an execution.</summary>
    public Task<IReadOnlyList<ProgramMap>> ListMapsAsync(CancellationToken cancellationToken = default) =>
        _client.ListMapsAsync(Id, () => _hasFilledMaps = true, cancellationToken);

    /// <summary>The groups that it makes, and those of earlier stages that it looks up.</summary>
    public IReadOnlyList<GroupMap> Groups => _response.Groups;

    /// <summary>
    /// Runs the program over a dataset. Where the node has forgotten the program meanwhile, it is loaded again, once; but not where maps were
    /// filled through this object, which would be empty then.
    /// </summary>
    /// <param name="dataset">The dataset.</param>
    /// <param name="parameters">A value for each parameter, by name. Null: there are none.</param>
    /// <param name="progress">Called for each progress event, in order, before the answer.</param>
    /// <param name="datasetVersion">Null, or the described version: the execution fails where the dataset has changed since.</param>
    /// <param name="cancellationToken">Stops the node between batches.</param>
    /// <exception cref="NearDataRpcException">The node refused or failed.</exception>
    /// <exception cref="ArgumentException">A value doesn't fit its parameter.</exception>
    public Task<ExecutionAnswer> ExecuteAsync(
        string dataset,
        IReadOnlyDictionary<string, Int128>? parameters = null,
        IProgress<Progress>? progress = null,
        string? datasetVersion = null,
        CancellationToken cancellationToken = default) => ExecuteAsync(
            dataset,
            (parameters ?? ImmutableDictionary<string, Int128>.Empty).ToDictionary(given => given.Key, given => (ParameterValue)given.Value, StringComparer.Ordinal),
            progress,
            datasetVersion,
            cancellationToken);

    /// <summary>As the other, with values of all types.</summary>
    public Task<ExecutionAnswer> ExecuteAsync(
        string dataset,
        IReadOnlyDictionary<string, ParameterValue> parameters,
        IProgress<Progress>? progress = null,
        string? datasetVersion = null,
        CancellationToken cancellationToken = default) =>
        ExecuteAsync(dataset, new ExecutionOptions { DatasetVersion = datasetVersion }, parameters, progress, cancellationToken);

    /// <summary>Runs the program over a dataset as the last of several stages, or with its groups in an order.</summary>
    /// <param name="dataset">The dataset.</param>
    /// <param name="options">Stages and orders.</param>
    /// <param name="parameters">A value for each parameter, by name. Null: there are none.</param>
    /// <param name="progress">Called for each progress event, in order, before the answer.</param>
    /// <param name="cancellationToken">Stops the node between batches.</param>
    /// <exception cref="NearDataRpcException">The node refused or failed.</exception>
    /// <exception cref="ArgumentException">A value doesn't fit its parameter.</exception>
    public async Task<ExecutionAnswer> ExecuteAsync(
        string dataset,
        ExecutionOptions options,
        IReadOnlyDictionary<string, ParameterValue>? parameters = null,
        IProgress<Progress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ExecuteRequest request = Request(dataset, options, parameters);
        try
        {
            return await _client.ExecuteAsync(request, progress, cancellationToken);
        }
        catch (NearDataRpcException failure) when (failure.Is(ErrorCode.ProgramNotFound) && !_hasFilledMaps)
        {
            foreach (LoadedProgram program in options.Before.Select(stage => stage.Program).Append(this))
            {
                await _client.LoadAsync(new LoadProgramRequest { Object = program._object }, cancellationToken);
            }

            return await _client.ExecuteAsync(request, progress, cancellationToken);
        }
    }

    /// <summary>
    /// Runs the program in the node's interpreter for some of a dataset's records, and tells each instruction. The node goes no further than
    /// the enumeration; leaving it ends the trace.
    /// </summary>
    /// <param name="request">Which records and how much of them; program and parameters are filled in here.</param>
    /// <param name="parameters">A value for each parameter, by name. Null: there are none.</param>
    /// <param name="cancellationToken">Gives the trace up.</param>
    /// <exception cref="NearDataRpcException">The node refused or failed.</exception>
    public IAsyncEnumerable<TraceEvent> TraceAsync(
        TraceRequest request, IReadOnlyDictionary<string, ParameterValue>? parameters = null, CancellationToken cancellationToken = default)
    {
        TraceRequest whole = new(request) { ProgramId = Id };
        whole.Parameters.Add(Encode(parameters));
        return _client.TraceAsync(whole, cancellationToken);
    }

    /// <summary>Tells how an execution is done at the node, and why so.</summary>
    /// <param name="dataset">The dataset.</param>
    /// <param name="options">Stages; null for none before this program.</param>
    /// <param name="parameters">A value for each parameter, by name. Null: there are none.</param>
    /// <param name="analyze">Whether to run it, and tell what each step took.</param>
    /// <param name="network">Bits a second of the network that pulling the columns is weighed by; 0 for the node's default, 10 Gbit/s.</param>
    /// <param name="cancellationToken">Gives the call up.</param>
    /// <exception cref="NearDataRpcException">The node refused or failed.</exception>
    public Task<ExplainResponse> ExplainAsync(
        string dataset,
        ExecutionOptions? options = null,
        IReadOnlyDictionary<string, ParameterValue>? parameters = null,
        Analysis analyze = Analysis.PlanOnly,
        ulong network = 0,
        CancellationToken cancellationToken = default) => _client.CallAsync(
            NearDataMethods.Explain,
            new ExplainRequest
            {
                Execution = Request(dataset, options ?? new ExecutionOptions(), parameters),
                Analyze = analyze == Analysis.Run,
                NetworkBitsPerSecond = network,
            },
            cancellationToken);

    private ExecuteRequest Request(string dataset, ExecutionOptions options, IReadOnlyDictionary<string, ParameterValue>? parameters)
    {
        ExecuteRequest request = new() { ProgramId = Id, Dataset = dataset, DatasetVersion = options.DatasetVersion ?? "" };
        request.Parameters.Add(Encode(parameters));
        request.Before.Add(options.Before.Select(stage =>
        {
            Stage message = new() { ProgramId = stage.Program.Id, Dataset = stage.Dataset, DatasetVersion = stage.DatasetVersion ?? "" };
            message.Parameters.Add(stage.Program.Encode(stage.Parameters));
            return message;
        }));
        request.Orders.Add(options.Orders);
        return request;
    }

    private IEnumerable<Parameter> Encode(IReadOnlyDictionary<string, ParameterValue>? parameters) =>
        (parameters ?? ImmutableDictionary<string, ParameterValue>.Empty).Select(given => given.Value.ToMessage(
            given.Key, Parameters.FirstOrDefault(field => string.Equals(field.Name, given.Key, StringComparison.Ordinal))));
}
