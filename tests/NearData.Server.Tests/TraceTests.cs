using NearData.Client;
using NearData.Client.Grpc;
using NearData.Contracts;
using NearData.Contracts.V1;
using NearData.TestSupport;
using Int128 = System.Int128;

namespace NearData.Server.Tests;

/// <summary>Traces of single records, as clients see them.</summary>
public sealed class TraceTests(NodeFixture node) : IClassFixture<NodeFixture>
{
    private static readonly Dictionary<string, ParameterValue> LeastIs900 = new(StringComparer.Ordinal) { ["least"] = 900 };

    [FactNeeding(Needs.Clang19)]
    public async Task The_records_that_the_filter_keeps_are_told_instruction_by_instruction()
    {
        TraceEvent[] runs = await TraceAsync(new TraceRequest { Dataset = "numbers", Records = TracedRecords.Kept, Every = 50, MaxRecords = 3 });

        // Each of four row groups has x from 0 to 999.
        Assert.Equal(["900 keep", "900 add", "950 keep", "950 add", "1900 keep", "1900 add"], runs.Select(run => $"{run.Row} {run.Program}"));
        Assert.All(runs, run => Assert.Equal(run.Program == "keep" ? 1UL : 0UL, run.Returned.Result));
        TraceStep[] steps = [.. runs[2].Steps];
        Assert.Contains(steps, step => step.Access is { Place: "row.x", Value: "950", IsStore: false });
        Assert.Contains(steps, step => step.Access is { Place: "least", Value: "900" });
        Assert.Contains(steps, step => step.Source.Contains("SEC(\"filter\")", StringComparison.Ordinal));
        Assert.Equal("exit", steps[^1].Text);
        Assert.Contains(runs[3].Steps, step => step.Access is { Place: "result.total", Value: "1850", IsStore: true });
    }

    [FactNeeding(Needs.Clang19)]
    public async Task Rows_of_a_range_are_told_with_as_many_instructions_as_are_asked_for()
    {
        TraceEvent[] runs = await TraceAsync(new TraceRequest { Dataset = "numbers", FirstRow = 1898, RowCount = 3, MaxSteps = 2 });
        TraceEvent[] dropped = await TraceAsync(new TraceRequest { Dataset = "numbers", FirstRow = 1898, RowCount = 3, Records = TracedRecords.Dropped });

        Assert.Equal(["1898 keep 0", "1899 keep 0", "1900 keep 1", "1900 add 0"], runs.Select(run => $"{run.Row} {run.Program} {run.Returned.Result}"));
        Assert.All(runs, run => Assert.Equal((2, true), (run.Steps.Count, run.Returned.StepsLeftOut > 0)));
        Assert.Equal([1898UL, 1899UL], dropped.Select(run => run.Row));
        Assert.Equal(runs[0].Returned.StepsLeftOut + 2, (ulong)dropped[0].Steps.Count);
    }

    [FactNeeding(Needs.Clang19)]
    public async Task A_trace_ends_where_its_reader_leaves_and_refuses_what_has_no_meaning()
    {
        LoadedProgram program = await node.Client.LoadAsync(Clang.Compile(NodeFixture.SumSource));
        await foreach (TraceEvent _ in program.TraceAsync(new TraceRequest { Dataset = "numbers", MaxRecords = 10_000 }, LeastIs900))
        {
            break;
        }

        NearDataRpcException much = await Assert.ThrowsAsync<NearDataRpcException>(() => TraceAsync(new TraceRequest { Dataset = "numbers", MaxRecords = 10_001 }));
        NearDataRpcException missing = await Assert.ThrowsAsync<NearDataRpcException>(() => TraceAsync(new TraceRequest { Dataset = "letters" }));
        Assert.Equal((ErrorCode.InvalidArgument.Name, ErrorCode.DatasetNotFound.Name), (much.ErrorCode, missing.ErrorCode));
    }

    private async Task<TraceEvent[]> TraceAsync(TraceRequest request)
    {
        LoadedProgram program = await node.Client.LoadAsync(Clang.Compile(NodeFixture.SumSource));
        List<TraceEvent> events = [];
        await foreach (TraceEvent next in program.TraceAsync(request, LeastIs900))
        {
            events.Add(next);
        }

        return [.. events];
    }
}
