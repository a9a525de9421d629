using System.Collections.Concurrent;
using System.Net;
using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using NearData.Contracts;
using NearData.Contracts.V1;
using NearData.Isa.Objects;
using NearData.Server.Grpc;
using NearData.Vm;
using GroupMap = NearData.Vm.Maps.GroupMap;

namespace NearData.Client.Tests.Nodes;

/// <summary>A node over tables in memory that verifies programs and runs them through the checking interpreter.</summary>
internal sealed class InterpretingNode : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, Table> _tables = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, InterpretedProgram> _programs = new(StringComparer.Ordinal);

    private InterpretingNode(WebApplication app) => _app = app;

    /// <summary>The methods that were called, in order.</summary>
    public ConcurrentQueue<string> Calls { get; } = [];

    /// <summary>The objects that were loaded, in order.</summary>
    public ConcurrentQueue<byte[]> Objects { get; } = [];

    public static async Task<InterpretingNode> StartAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        WebApplication app = builder.Build();
        InterpretingNode node = new(app);
        app.MapGrpc(new GrpcServerOptions { DescribeException = failure => new RpcError(ErrorCode.Internal, failure.ToString()) })
            .Unary(NearDataMethods.ListDatasets, node.ListDatasetsAsync)
            .Unary(NearDataMethods.DescribeDataset, node.DescribeDatasetAsync)
            .Unary(NearDataMethods.LoadProgram, node.LoadProgramAsync)
            .ServerStreaming(NearDataMethods.Execute, node.ExecuteAsync)
            .ServerStreaming(NearDataMethods.ReadRange, node.ReadRangeAsync);
        await app.StartAsync();
        return node;
    }

    public NearDataClient Connect() => NearDataClient.Connect(_app.Urls.Single());

    public void Serve(Table table) => _tables[table.Name] = table;

    /// <summary>As if the cache had been needed for others.</summary>
    public void ForgetPrograms() => _programs.Clear();

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private Task<ListDatasetsResponse> ListDatasetsAsync(ListDatasetsRequest request, GrpcCallContext context)
    {
        Note(context);
        return Task.FromResult(new ListDatasetsResponse { Datasets = { _tables.Values.Select(table => table.Describe().Summary) } });
    }

    private Task<DescribeDatasetResponse> DescribeDatasetAsync(DescribeDatasetRequest request, GrpcCallContext context)
    {
        Note(context);
        return Task.FromResult(Find(request.Dataset).Describe());
    }

    private Task<LoadProgramResponse> LoadProgramAsync(LoadProgramRequest request, GrpcCallContext context)
    {
        Note(context);
        Objects.Enqueue(request.Object.ToByteArray());
        InterpretedProgram program = new(BpfObject.Read(request.Object.Memory));
        _programs[program.Id] = program;
        return Task.FromResult(program.Describe());
    }

    private async Task ExecuteAsync(ExecuteRequest request, IGrpcStream<ExecuteEvent> events, GrpcCallContext context)
    {
        Note(context);
        List<(Table Table, InterpretedProgram Program, IEnumerable<Parameter> Parameters)> stages =
        [
            .. request.Before.Select(stage => (Find(stage.Dataset, stage.DatasetVersion), FindProgram(stage.ProgramId), (IEnumerable<Parameter>)stage.Parameters)),
            (Find(request.Dataset, request.DatasetVersion), FindProgram(request.ProgramId), request.Parameters),
        ];
        await events.WriteAsync(new ExecuteEvent { Progress = new Progress { RowsTotal = (ulong)stages[^1].Table.Rows } });
        if (stages[^1].Table.Name != "silent")
        {
            await events.WriteAsync(new ExecuteEvent { Answer = Run(stages) });
        }
    }

    private static Answer Run(IReadOnlyList<(Table Table, InterpretedProgram Program, IEnumerable<Parameter> Parameters)> stages)
    {
        Counters counters = new();
        Dictionary<string, GroupMap> frozen = new(StringComparer.Ordinal);
        List<InterpretedRunner> runners = [];
        try
        {
            foreach ((Table table, InterpretedProgram program, IEnumerable<Parameter> parameters) in stages)
            {
                runners.Add(program.Run(table, parameters, frozen, counters));
                foreach (GroupMap groups in runners[^1].Groups)
                {
                    frozen.Add(groups.Definition.Name, groups);
                }
            }

            return stages[^1].Program.ToAnswer(runners[^1], stages[^1].Table, counters);
        }
        finally
        {
            runners.ForEach(runner => runner.Dispose());
        }
    }

    private async Task ReadRangeAsync(ReadRangeRequest request, IGrpcStream<ReadRangeResponse> pieces, GrpcCallContext context)
    {
        Note(context);
        ulong available = request.File == "short" ? request.Length / 2 : request.Length;
        byte[] bytes = [.. Enumerable.Range((int)request.Offset, (int)available).Select(index => (byte)index)];
        foreach (byte[] piece in bytes.Chunk(100))
        {
            await pieces.WriteAsync(new ReadRangeResponse { Data = ByteString.CopyFrom(piece) });
        }
    }

    private Table Find(string name) => _tables.TryGetValue(name, out Table? table)
        ? table
        : throw new RpcException(ErrorCode.DatasetNotFound, $"No dataset '{name}'.");

    private Table Find(string name, string version) => Find(name) is var table && (version.Length == 0 || version == table.Version)
        ? table
        : throw new RpcException(ErrorCode.DatasetChanged, $"{table.Name} has version {table.Version}, not {version}.");

    private InterpretedProgram FindProgram(string id) =>
        _programs.TryGetValue(id, out InterpretedProgram? program) ? program : throw new RpcException(ErrorCode.ProgramNotFound, id);

    private void Note(GrpcCallContext context) => Calls.Enqueue(context.Method[(context.Method.LastIndexOf('/') + 1)..]);
}
