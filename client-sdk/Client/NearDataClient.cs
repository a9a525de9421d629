using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Google.Protobuf;
using NearData.Client.Grpc;
using NearData.Contracts;
using NearData.Contracts.Grpc;
using NearData.Contracts.V1;
using NearData.Isa.Objects.Btf;

namespace NearData.Client;

/// <summary>
/// A node, as programs use it: datasets with their queries, objects to load and run, and raw bytes. Make one for each node and
/// keep it: it holds the connection, and what it learned of datasets and programs. Any thread.
/// </summary>
/// <remarks>
/// Every method fails with <see cref="NearDataRpcException"/> where the node refuses or can't be reached, and with
/// <see cref="OperationCanceledException"/> where its token fires; the node stops working then.
/// </remarks>
public sealed class NearDataClient : IAsyncDisposable, IDisposable
{
    private readonly GrpcConnection _connection;
    private readonly GrpcCallOptions _call;
    private readonly ConcurrentDictionary<string, DatasetSession> _sessions = new(StringComparer.Ordinal);

    private NearDataClient(Uri address, NearDataClientOptions options)
    {
        _connection = new GrpcConnection(address, options.Connection);
        _call = new GrpcCallOptions(options.Timeout, options.Tenant);
    }

    /// <summary>The node's address, as given.</summary>
    public Uri Address => _connection.Address;

    /// <summary>Bytes written to the network so far, with the framing of HTTP/2 and TLS.</summary>
    public long BytesSent => _connection.BytesSent;

    /// <summary>Bytes read from the network so far, with the framing of HTTP/2 and TLS.</summary>
    public long BytesReceived => _connection.BytesReceived;

    /// <summary>A client of the node at an address. Nothing is sent yet.</summary>
    /// <param name="address">Such as <c>http://127.0.0.1:7420</c>, or https.</param>
    /// <param name="options">Null: the defaults.</param>
    /// <exception cref="ArgumentException">The address is neither http nor https.</exception>
    public static NearDataClient Connect(string address, NearDataClientOptions? options = null) =>
        Uri.TryCreate(address, UriKind.Absolute, out Uri? parsed)
            ? Connect(parsed, options)
            : throw new ArgumentException($"'{address}' is no address.", nameof(address));

    /// <inheritdoc cref="Connect(string, NearDataClientOptions?)"/>
    public static NearDataClient Connect(Uri address, NearDataClientOptions? options = null) => new(address, options ?? new());

    /// <summary>A dataset, to be queried by its columns. Nothing is sent before a query is executed.</summary>
    /// <typeparam name="T">
    /// A row: its properties are columns. <see cref="ColumnAttribute"/> names a property's column; without it, that is the column of
    /// exactly the property's name, or else of its name in snake_case. Only properties that queries use need a column.
    /// </typeparam>
    /// <param name="name">As <see cref="ListDatasetsAsync"/> gives it.</param>
    public Dataset<T> Dataset<T>(string name) => new(_sessions.GetOrAdd(name, static (key, client) => new(client, key), this));

    /// <summary>The datasets that the node serves.</summary>
    public async Task<IReadOnlyList<DatasetSummary>> ListDatasetsAsync(CancellationToken cancellationToken = default) =>
        (await _connection.CallAsync(NearDataMethods.ListDatasets, new ListDatasetsRequest(), _call, cancellationToken)).Datasets;

    /// <summary>Columns with their statistics, files and version of a dataset, asked anew.</summary>
    public Task<DescribeDatasetResponse> DescribeDatasetAsync(string dataset, CancellationToken cancellationToken = default) =>
        _connection.CallAsync(NearDataMethods.DescribeDataset, new DescribeDatasetRequest { Dataset = dataset }, _call, cancellationToken);

    /// <summary>Has the node verify and compile an eBPF object.</summary>
    /// <param name="elf">An ELF64 relocatable, as <c>clang -O2 -g -target bpf</c> makes it.</param>
    /// <param name="dataset">Null, or the dataset to bind to, so that a mismatch is known now rather than at execution.</param>
    /// <param name="cancellationToken">Gives the call up.</param>
    public async Task<LoadedProgram> LoadAsync(
        ReadOnlyMemory<byte> elf, string? dataset = null, CancellationToken cancellationToken = default)
    {
        LoadProgramRequest request = new() { Object = ByteString.CopyFrom(elf.Span), Dataset = dataset ?? "" };
        return new LoadedProgram(this, request.Object, await LoadAsync(request, cancellationToken));
    }

    /// <summary>The programs that the node has loaded, the most recently used first.</summary>
    public async Task<IReadOnlyList<LoadedObject>> ListProgramsAsync(CancellationToken cancellationToken = default) =>
        (await _connection.CallAsync(NearDataMethods.ListPrograms, new ListProgramsRequest(), _call, cancellationToken)).Programs;

    /// <summary>Has the node count and time the runs of programs from now on, or no longer.</summary>
    /// <param name="enabled">Whether it does.</param>
    /// <param name="programId">One program; null for all that are loaded now and later.</param>
    /// <param name="cancellationToken">Gives the call up.</param>
    public Task SetStatisticsAsync(bool enabled, string? programId = null, CancellationToken cancellationToken = default) => _connection.CallAsync(
        NearDataMethods.SetStatistics, new SetStatisticsRequest { Enabled = enabled, ProgramId = programId ?? "" }, _call, cancellationToken);

    /// <summary>Has the node forget a program and what its maps hold. Executions under way go on.</summary>
    /// <param name="programId">The SHA-256 of its object.</param>
    /// <param name="cancellationToken">Gives the call up.</param>
    public Task UnloadProgramAsync(string programId, CancellationToken cancellationToken = default) =>
        _connection.CallAsync(NearDataMethods.UnloadProgram, new UnloadProgramRequest { ProgramId = programId }, _call, cancellationToken);

    /// <summary>The maps of a program that the node has loaded.</summary>
    /// <param name="programId">The SHA-256 of its object.</param>
    /// <param name="cancellationToken">Gives the call up.</param>
    public Task<IReadOnlyList<ProgramMap>> ListMapsAsync(string programId, CancellationToken cancellationToken = default) =>
        ListMapsAsync(programId, changed: null, cancellationToken);

    /// <summary>The bytes of a part of a dataset's file in order, for clients that compute on their own side.</summary>
    /// <param name="dataset">The dataset.</param>
    /// <param name="file">One of its files, as described.</param>
    /// <param name="offset">The first byte.</param>
    /// <param name="length">How many; the pieces hold exactly as many.</param>
    /// <param name="version">Null, or the described version: the read fails where the dataset has changed since.</param>
    /// <param name="cancellationToken">Gives the call up; so does leaving the enumeration.</param>
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadRangeAsync(
        string dataset,
        string file,
        long offset,
        long length,
        string? version = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ReadRangeRequest request = new()
        {
            Dataset = dataset,
            File = file,
            Offset = (ulong)offset,
            Length = (ulong)length,
            DatasetVersion = version ?? "",
        };
        long received = 0;
        await foreach (ReadRangeResponse piece in _connection.StreamAsync(NearDataMethods.ReadRange, request, _call, cancellationToken))
        {
            received += piece.Data.Length;
            yield return piece.Data.Memory;
        }

        if (received != length)
        {
            throw Broken(NearDataMethods.ReadRange.Path, $"The node sent {received} bytes of {file} instead of {length}.");
        }
    }

    /// <summary>Closes the connection; calls under way fail.</summary>
    public void Dispose() => _connection.Dispose();

    /// <inheritdoc cref="Dispose"/>
    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    internal async Task<IReadOnlyList<ProgramMap>> ListMapsAsync(string programId, Action? changed, CancellationToken cancellationToken)
    {
        ListMapsResponse response =
            await _connection.CallAsync(NearDataMethods.ListMaps, new ListMapsRequest { ProgramId = programId }, _call, cancellationToken);
        BtfTypes types = response.Types_.IsEmpty ? BtfTypes.Empty : BtfTypes.Read(response.Types_.Memory);
        return [.. response.Maps.Select(map => new ProgramMap(this, programId, map, types, changed))];
    }

    internal Task<TResponse> CallAsync<TRequest, TResponse>(
        UnaryMethod<TRequest, TResponse> method, TRequest request, CancellationToken cancellationToken)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse> => _connection.CallAsync(method, request, _call, cancellationToken);

    internal Task<LoadProgramResponse> LoadAsync(LoadProgramRequest request, CancellationToken cancellationToken) =>
        _connection.CallAsync(NearDataMethods.LoadProgram, request, _call, cancellationToken);

    internal IAsyncEnumerable<TraceEvent> TraceAsync(TraceRequest request, CancellationToken cancellationToken) =>
        _connection.StreamAsync(NearDataMethods.Trace, request, _call, cancellationToken);

    internal async Task<ExecutionAnswer> ExecuteAsync(ExecuteRequest request, IProgress<Progress>? progress, CancellationToken cancellationToken)
    {
        AnswerReader reader = new();
        await foreach (ExecuteEvent next in _connection.StreamAsync(NearDataMethods.Execute, request, _call, cancellationToken))
        {
            if (next.Progress is { } step)
            {
                progress?.Report(step);
            }

            reader.Read(next);
        }

        return reader.Finish() ?? throw Broken(NearDataMethods.Execute.Path, "The node ended the execution without an answer, or without all of its groups.");
    }

    internal NearDataRpcException Broken(string method, string detail) =>
        new GrpcFailure(Address, method).Of(ErrorCode.ProtocolViolation, detail);
}
