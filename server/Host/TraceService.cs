using NearData.Contracts;
using NearData.Contracts.V1;
using NearData.Engine.Tracing;
using NearData.Server.Grpc;
using NearData.Vm.Introspection;
using TracedAccess = NearData.Contracts.V1.TracedAccess;
using TracedRecords = NearData.Engine.Tracing.TracedRecords;
using TracedRegister = NearData.Contracts.V1.TracedRegister;
using TraceStep = NearData.Contracts.V1.TraceStep;

namespace NearData.Server;

/// <summary>Traces as messages of the contract.</summary>
internal static class TraceService
{
    /// <summary>Steps of one message: some tens of KiB, far below the limit of a message.</summary>
    private const int MessageSteps = 256;

    private const uint DefaultRecords = 10;
    private const uint MostRecords = 10_000;
    private const uint DefaultSteps = 4096;
    private const uint MostSteps = 65_536;

    /// <summary>What a request asks for.</summary>
    /// <exception cref="RpcException">A number has no meaning.</exception>
    public static TraceOptions Options(TraceRequest request)
    {
        if (!Enum.IsDefined(request.Records) || request.MaxRecords > MostRecords || request.MaxSteps > MostSteps)
        {
            throw new RpcException(
                ErrorCode.InvalidArgument,
                $"Traces are of up to {MostRecords} records and {MostSteps} instructions of each run; {request.MaxRecords} and {request.MaxSteps} were asked for.");
        }

        return new TraceOptions(
            (TracedRecords)request.Records,
            request.Every == 0 ? 1 : (long)ulong.Min(request.Every, long.MaxValue),
            (long)ulong.Min(request.FirstRow, long.MaxValue),
            request.HasRowCount ? (long)ulong.Min(request.RowCount, long.MaxValue) : long.MaxValue,
            (int)(request.MaxRecords == 0 ? DefaultRecords : request.MaxRecords),
            (int)(request.MaxSteps == 0 ? DefaultSteps : request.MaxSteps));
    }

    /// <summary>Sends the runs of a trace. A client that reads slowly makes the trace slow: nothing runs ahead of it.</summary>
    public static async Task SendAsync(TraceExecution trace, IGrpcStream<TraceEvent> events, CancellationToken cancellation)
    {
        StepTexts texts = new();
        foreach (TracedRun run in trace.Run(cancellation))
        {
            texts.Begin();
            for (int sent = 0; sent < run.Steps.Length || sent == 0; sent += MessageSteps)
            {
                TraceEvent message = new() { Row = (ulong)run.Row, Program = run.Program.Name };
                message.Steps.AddRange(run.Steps.Skip(sent).Take(MessageSteps).Select(step => Step(step, texts.Of(step))));
                if (sent + MessageSteps >= run.Steps.Length)
                {
                    message.Returned = new TraceReturn { Result = run.Result, StepsLeftOut = (ulong)run.StepsLeftOut };
                }

                await events.WriteAsync(message);
            }
        }
    }

    private static TraceStep Step(Vm.Introspection.TraceStep step, StepText text)
    {
        TraceStep message = new()
        {
            Slot = (uint)step.Slot,
            Depth = (uint)step.Depth,
            Text = text.Instruction,
            Function = text.Function,
            Source = text.Source ?? "",
        };
        message.Reads.AddRange(step.Reads.Select(Register));
        message.Writes.AddRange(step.Writes.Select(Register));
        if (step.Access is { } access)
        {
            message.Access = new TracedAccess { Place = access.Place, IsStore = access.IsStore, Size = (uint)access.Size, Value = access.Value };
        }

        return message;
    }

    private static TracedRegister Register(Vm.Introspection.TracedRegister register) =>
        new() { Register = register.Register.Number, Value = register.Value, Meaning = register.Meaning ?? "" };
}
