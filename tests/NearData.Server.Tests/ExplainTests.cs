using System.Globalization;
using NearData.Client;
using NearData.Client.Grpc;
using NearData.Contracts;
using NearData.Contracts.V1;
using NearData.Parquet;
using NearData.TestSupport;

namespace NearData.Server.Tests;

/// <summary><c>Explain</c> as clients see it.</summary>
public sealed class ExplainTests(NodeFixture node) : IClassFixture<NodeFixture>
{
    [FactNeeding(Needs.Clang19)]
    public async Task An_execution_is_explained_and_analyzed()
    {
        LoadedProgram program = await node.Client.LoadAsync(Clang.Compile(NodeFixture.SumSource), "numbers");
        Dictionary<string, ParameterValue> parameters = new(StringComparer.Ordinal) { ["least"] = 900 };

        ExplainResponse planned = await program.ExplainAsync("numbers", parameters: parameters);
        ExplainResponse analyzed = await program.ExplainAsync("numbers", parameters: parameters, analyze: Analysis.Run);

        StageExplanation stage = Assert.Single(planned.Stages);
        Assert.Equal((4u, 4u, 0u), (stage.Parts.All, stage.Parts.Read, stage.Parts.Pruned));
        Assert.Equal(["x", "y"], stage.Columns.Select(column => column.Name));
        Assert.All(stage.Listed, part => Assert.Equal(new KnownRange { Column = "x", Minimum = "0", Maximum = "999" }, Assert.Single(part.Known)));
        Assert.Equal((null, false), (stage.Measure, planned.HasAnswerBytes));
        Assert.InRange(planned.PulledBytes, 1ul, (ulong)new FileInfo(Path.Combine(node.Folder.Path, "numbers/a.parquet")).Length);
        Assert.Equal((4000ul, 400ul), (analyzed.Stages[0].Measure.RowsScanned, analyzed.Stages[0].Measure.RowsKept));
        Assert.InRange(analyzed.Stages[0].Measure.PagesOpened, 1ul, 100ul);
        Assert.InRange(analyzed.AnswerBytes, 1ul, 1000ul);
    }

    [FactNeeding(Needs.Clang19)]
    public async Task What_is_known_of_texts_and_doubles_is_told_as_it_is()
    {
        double[] numbers = [-1.5, 2.25];
        node.Folder.Write("kinds/a.parquet", [ParquetColumn.Text("name"), ParquetColumn.Double("number")], rows: 2, groups: 1, (writer, column) =>
        {
            if (column == 0)
            {
                ByteArrayBatch names = new();
                names.Add("pear");
                names.Add("apple");
                writer.WriteBytes(column, names);
            }
            else
            {
                writer.Write<double>(column, numbers);
            }
        });
        LoadedProgram program = await node.Client.LoadAsync(
            Clang.Compile(
                """
                #include <neardata.h>
                struct row { struct nd_str name; nd_f64 number; };
                SEC("filter") int keep(const struct row *r) { return nd_str_starts(r->name, ND_TEXT("b")) || nd_f64_lt(r->number, ND_F64(0.0)); }
                """),
            "kinds");

        PartExplanation part = Assert.Single((await program.ExplainAsync("kinds")).Stages[0].Listed);

        Assert.Equal(
            [new KnownRange { Column = "name", Minimum = "apple", Maximum = "pear" }, new KnownRange { Column = "number", Minimum = "-1.5", Maximum = "2.25", MayBeNan = true }],
            part.Known);
    }

    [FactNeeding(Needs.Clang19)]
    public async Task Pushing_down_is_weighed_against_pulling_over_a_network_of_a_given_rate()
    {
        long?[] numbers = [.. Enumerable.Range(0, 1000).Select(i => (long?)i)];
        node.Folder.Write("weighed/a.parquet", 1, ("x", numbers), ("y", numbers));
        LoadedProgram program = await node.Client.LoadAsync(Clang.Compile(NodeFixture.SumSource), "weighed");
        Dictionary<string, ParameterValue> parameters = new(StringComparer.Ordinal) { ["least"] = 900 };

        ExplainResponse usual = await program.ExplainAsync("weighed", parameters: parameters);
        ExplainResponse slow = await program.ExplainAsync("weighed", parameters: parameters, network: 8000);
        ExplainResponse fast = await program.ExplainAsync("weighed", parameters: parameters, analyze: Analysis.Run, network: (ulong)1e17);
        NearDataRpcException error = await Assert.ThrowsAsync<NearDataRpcException>(() => program.ExplainAsync("weighed", parameters: parameters, network: ulong.MaxValue));

        Assert.Equal(10_000_000_000ul, usual.Offload.NetworkBitsPerSecond);
        // Of 8,000 bits a second each byte takes a millisecond.
        Assert.Equal(slow.PulledBytes * 1_000_000, slow.Offload.PullNanoseconds);
        Assert.Equal(Offload.Types.Verdict.Saves, slow.Offload.Verdict);
        Assert.Equal(Offload.Types.Verdict.Costs, fast.Offload.Verdict);
        Assert.Equal((fast.AnswerBytes, fast.AnswerBytes), (fast.Offload.LeastAnswerBytes, fast.Offload.MostAnswerBytes));
        NodeFailure.Expect(error, ErrorCode.InvalidArgument, ulong.MaxValue.ToString(CultureInfo.InvariantCulture));
    }
}
