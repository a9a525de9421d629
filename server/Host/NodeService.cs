using System.Collections.Immutable;
using Google.Protobuf;
using NearData.Contracts;
using NearData.Contracts.V1;
using NearData.Engine.Datasets;
using NearData.Engine.Execution;
using NearData.Engine.Explanation;
using NearData.Engine.Groups;
using NearData.Engine.Programs;
using NearData.Engine.Reactors;
using NearData.Engine.Tracing;
using NearData.Server.Grpc;
using NearData.Storage;
using NearData.Verifier;
using NearData.Verifier.Explanations;
using NearData.Verifier.Rejections;
using NearData.Vm;
using NearData.Vm.Maps;
using GroupOrder = NearData.Engine.Groups.GroupOrder;

namespace NearData.Server;

/// <summary>The methods of <c>neardata.v1.NearData</c>. Thread-safe.</summary>
internal sealed class NodeService(NodeOptions options, Action<string> reportReading, GuardAlarm alarm, TimeProvider clock, MemoryBudget maps) : IDisposable
{
    /// <summary>Bytes of groups in one message: large enough that framing costs nothing, far below the message limit.</summary>
    private const int GroupMessageBytes = 256 * 1024;

    private readonly Catalog _catalog = new(new ServedRoot(options.Root));
    private readonly ProgramCache _programs = new(options.MaxPrograms, maps, options.CountsRuns);
    private readonly ReadPath _readPath = new(options, reportReading);
    private readonly TenantList _tenants = new(options);
    private readonly WorkGate _executions = new("executions", options.MaxExecutions, options.MaxWaiting);

    // Verifying is pure computation: more at a time than there are cores would only slow each other down.
    private readonly WorkGate _loads = new("loads", Environment.ProcessorCount, options.MaxWaiting);

    public NodeService(NodeOptions options, Action<string> reportReading, GuardAlarm alarm, TimeProvider clock)
        : this(options, reportReading, alarm, clock, new MemoryBudget(options.MapBytes))
    {
    }

    /// <summary>The methods on loaded programs and their maps.</summary>
    public ProgramService Programs => new(_programs);

    public Task<ListDatasetsResponse> ListDatasetsAsync(ListDatasetsRequest request, GrpcCallContext call)
    {
        ListDatasetsResponse response = new();
        foreach (string name in _catalog.List())
        {
            call.CancellationToken.ThrowIfCancellationRequested();
            response.Datasets.Add(Summarize(name));
        }

        return Task.FromResult(response);
    }

    public Task<DescribeDatasetResponse> DescribeDatasetAsync(DescribeDatasetRequest request, GrpcCallContext call) =>
        Task.FromResult(Messages.Description(_catalog.Open(request.Dataset)));

    public async Task<LoadProgramResponse> LoadProgramAsync(LoadProgramRequest request, GrpcCallContext call)
    {
        using IDisposable place = await _loads.EnterAsync(call.CancellationToken);
        LoadedProgram program = Load(request.Object.Memory);
        if (request.Dataset.Length > 0)
        {
            program.Bind(_catalog.Open(request.Dataset));
        }

        return Messages.Loaded(program);
    }

    /// <summary>As the cache loads it. A rejection is explained here, in the load's own place: that takes as long again.</summary>
    private LoadedProgram Load(ReadOnlyMemory<byte> elf)
    {
        try
        {
            return _programs.Load(elf);
        }
        catch (ProgramRejectedException rejected)
        {
            Explanation[] explanations = [.. ProgramVerifier.Explain(rejected.Program)];
            throw new RpcException(ErrorCode.ProgramRejected, string.Join('\n', explanations.SelectMany(ExplanationText.Lines)), rejected)
            {
                Details = new ErrorDetails { Rejection = RejectionMessages.Of(explanations[0]) },
            };
        }
    }

    public async Task ExecuteAsync(ExecuteRequest request, IGrpcStream<ExecuteEvent> events, GrpcCallContext call)
    {
        Stage[] stages = StagesOf(request);
        LoadedProgram[] programs = [.. stages.Select(stage => Programs.Find(stage.ProgramId))];
        Dictionary<string, GroupOrder> orders = GroupOrders.Read(request.Orders, programs[^1].Query);
        using IDisposable place = await _executions.EnterAsync(call.CancellationToken);
        Tenant tenant = _tenants.Of(call);
        using StagedExecution execution = Prepare(stages, programs, tenant, StepMeasuring.Off);
        Task<ExecutionAnswer> answer = alarm.WatchAsync(
            execution.RunAsync(options.Workers, call.CancellationToken), string.Join(", ", programs.Select(program => program.Id)), tenant.Name);
        try
        {
            while (await Task.WhenAny(answer, Task.Delay(options.ProgressInterval, clock, call.CancellationToken)) != answer)
            {
                call.CancellationToken.ThrowIfCancellationRequested();
                await events.WriteAsync(Messages.Progress(execution.Progress));
            }
        }
        catch
        {
            // The reactors hold buffers and files: they are waited for, whatever ended the call.
            await answer.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            throw;
        }

        long groupBytes = 0;
        foreach (GroupAnswer groups in (await answer).Groups)
        {
            groupBytes += await SendAsync(groups, orders.GetValueOrDefault(groups.Name), events, call.CancellationToken);
        }

        await events.WriteAsync(Messages.Answer(await answer, groupBytes));
    }

    public async Task<ExplainResponse> ExplainAsync(ExplainRequest request, GrpcCallContext call)
    {
        Stage[] stages = StagesOf(request.Execution ?? new ExecuteRequest());
        long network = request.NetworkBitsPerSecond switch
        {
            0 => OffloadEstimate.DefaultNetwork,
            > long.MaxValue => throw new RpcException(ErrorCode.InvalidArgument, $"A network of {request.NetworkBitsPerSecond} bits a second is beyond what is weighed."),
            var given => (long)given,
        };
        LoadedProgram[] programs = [.. stages.Select(stage => Programs.Find(stage.ProgramId))];
        using IDisposable place = await _executions.EnterAsync(call.CancellationToken);
        Tenant tenant = _tenants.Of(call);
        using StagedExecution execution = Prepare(stages, programs, tenant, request.Analyze ? StepMeasuring.On : StepMeasuring.Off);
        ExplainResponse response = new();
        if (request.Analyze)
        {
            ExecutionAnswer answer = await alarm.WatchAsync(
                execution.RunAsync(options.Workers, call.CancellationToken), string.Join(", ", programs.Select(program => program.Id)), tenant.Name);
            long groups = answer.Groups.Select(table => table.Select(null, call.CancellationToken)).Sum(selection => (long)selection.Count * selection.WidestRow);
            response.AnswerBytes = Messages.Answer(answer, groups).Answer.Counters.BytesReturned;
        }

        ImmutableArray<Engine.Explanation.StageExplanation> explained = execution.Explain();
        OffloadEstimate offload = OffloadEstimate.Of(explained, network, response.HasAnswerBytes ? (long)response.AnswerBytes : null);
        response.Stages.AddRange(explained.Select(Explanations.Of));
        response.PulledBytes = (ulong)offload.PulledBytes;
        response.Offload = Explanations.Of(offload);
        return response;
    }

    public async Task TraceAsync(TraceRequest request, IGrpcStream<TraceEvent> events, GrpcCallContext call)
    {
        LoadedProgram program = Programs.Find(request.ProgramId);
        TraceOptions traced = TraceService.Options(request);
        if (program.Query.TakesBuffers)
        {
            throw new RpcException(ErrorCode.InvalidArgument, $"Program '{request.ProgramId}' is run over raw buffers; traces are of records.");
        }

        using IDisposable place = await _executions.EnterAsync(call.CancellationToken);
        TraceExecution trace = new(_catalog, _readPath.Reactors.Devices, program, OpenDataset(request.Dataset, request.DatasetVersion), Parameters(request.Parameters), traced);
        await TraceService.SendAsync(trace, events, call.CancellationToken);
    }

    public async Task ReadRangeAsync(ReadRangeRequest request, IGrpcStream<ReadRangeResponse> stream, GrpcCallContext call)
    {
        Dataset dataset = OpenDataset(request.Dataset, request.DatasetVersion);
        Engine.Datasets.DatasetFile file = dataset.File(request.File);
        ulong length = (ulong)file.Stamp.Length;
        if (request.Offset > length || request.Length > length - request.Offset)
        {
            throw new RpcException(
                ErrorCode.InvalidArgument,
                $"{request.Length} bytes at offset {request.Offset} lie outside {file.Name}, which has {length}.");
        }

        IAsyncEnumerable<ReadOnlyMemory<byte>> pieces = RangeRead.ReadAsync(
            _catalog, _readPath.Reactors, dataset, dataset.Files.IndexOf(file), (long)request.Offset, (long)request.Length, _tenants.Of(call), call.CancellationToken);
        await foreach (ReadOnlyMemory<byte> piece in pieces)
        {
            await stream.WriteAsync(new ReadRangeResponse { Data = UnsafeByteOperations.UnsafeWrap(piece) });
        }
    }

    public void Dispose()
    {
        _readPath.Dispose();
        _programs.Dispose();
        _executions.Dispose();
        _loads.Dispose();
        alarm.Dispose();
    }

    private static Stage[] StagesOf(ExecuteRequest request)
    {
        Stage last = new() { ProgramId = request.ProgramId, Dataset = request.Dataset, DatasetVersion = request.DatasetVersion };
        last.Parameters.Add(request.Parameters);
        return [.. request.Before, last];
    }

    private StagedExecution Prepare(Stage[] stages, LoadedProgram[] programs, Tenant tenant, StepMeasuring measuring) => new(
        _catalog,
        _readPath.Reactors,
        tenant,
        maps,
        measuring,
        [.. stages.Zip(programs, (stage, program) => new ExecutionStage(program, OpenDataset(stage.Dataset, stage.DatasetVersion), Parameters(stage.Parameters)))]);

    /// <summary>Sends the groups of a map in messages of bounded size; returns the bytes of all.</summary>
    private static async Task<long> SendAsync(GroupAnswer groups, GroupOrder? order, IGrpcStream<ExecuteEvent> events, CancellationToken cancellation)
    {
        GroupSelection selection = groups.Select(order, cancellation);
        ExecuteEvent table = Messages.GroupTable(groups, selection);
        long bytes = table.CalculateSize();
        await events.WriteAsync(table);
        int most = Math.Max(1, GroupMessageBytes / selection.WidestRow);
        for (int first = 0; first < selection.Count; first += most)
        {
            cancellation.ThrowIfCancellationRequested();
            ExecuteEvent rows = Messages.GroupChunk(groups, selection, first, Math.Min(most, selection.Count - first));
            bytes += rows.CalculateSize();
            await events.WriteAsync(rows);
        }

        return bytes;
    }

    /// <summary>One broken dataset must not hide the others.</summary>
    private DatasetSummary Summarize(string name)
    {
        try
        {
            return Messages.Summary(_catalog.Open(name));
        }
        catch (Exception failure) when (Failures.Describe(failure) is { } problem)
        {
            return new DatasetSummary { Name = name, Problem = $"{problem.Code}: {problem.Message}" };
        }
    }

    private static ImmutableDictionary<string, ParameterValue> Parameters(IEnumerable<Parameter> given)
    {
        ImmutableDictionary<string, ParameterValue>.Builder values = ImmutableDictionary.CreateBuilder<string, ParameterValue>(StringComparer.Ordinal);
        foreach (Parameter parameter in given)
        {
            ParameterValue value = parameter.ValueCase switch
            {
                Parameter.ValueOneofCase.Signed => (System.Int128)parameter.Signed,
                Parameter.ValueOneofCase.Unsigned => (System.Int128)parameter.Unsigned,
                Parameter.ValueOneofCase.Number => new ParameterValue.Double(parameter.Number),
                Parameter.ValueOneofCase.Text => new ParameterValue.Text([.. parameter.Text.Span]),
                _ => throw new RpcException(ErrorCode.ParameterInvalid, $"Parameter '{parameter.Name}' has no value."),
            };
            if (!values.TryAdd(parameter.Name, value))
            {
                throw new RpcException(ErrorCode.ParameterInvalid, $"Parameter '{parameter.Name}' is given twice.");
            }
        }

        return values.ToImmutable();
    }

    private Dataset OpenDataset(string name, string version)
    {
        Dataset dataset = _catalog.Open(name);
        return version.Length == 0 || string.Equals(version, dataset.Version, StringComparison.Ordinal)
            ? dataset
            : throw new DatasetChangedException(name, $"its version is {dataset.Version}, and the request names {version}");
    }
}
