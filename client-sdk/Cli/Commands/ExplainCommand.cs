using System.CommandLine;
using NearData.Client;
using NearData.Contracts.V1;

namespace NearData.Cli.Commands;

/// <summary><c>neardata explain FILE --dataset NAME</c>: how an execution is done, and why so.</summary>
internal static class ExplainCommand
{
    public static Command Create()
    {
        NodeTarget target = new();
        StageArguments stages = new();
        Option<bool> analyze = new("--analyze") { Description = "Run it, and tell what each step took; without --node the second time, as the first is slow" };
        Option<bool> parts = new("--parts") { Description = "Tell of each row group what becomes of it, and what is known of it" };
        Option<string> network = new("--network")
        {
            Description = "How fast the network to the client is, such as 25Gbit or 800Mbit a second: what pulling the columns is weighed by",
            DefaultValueFactory = _ => "10Gbit",
        };
        Command command = new("explain", "Tell how a program is run over a dataset: what is left out, what is read, by which engine, and whether that saves or costs") { analyze, parts, network };
        return target.AddTo(stages.AddTo(command))
            .Runs(async (parsed, output, cancellation) =>
            {
                ulong bits = BitRateText.Parse("--network", parsed.GetRequiredValue(network));
                StageSources sources = await stages.ReadAsync(parsed, cancellation);
                await using NodeConnection node = await target.ConnectAsync(parsed, cancellation);
                LoadedStages loaded = await sources.LoadAsync(node.Client, cancellation);
                Analysis analysis = parsed.GetValue(analyze) ? Analysis.Run : Analysis.PlanOnly;
                ExplainResponse explained = await ExplainAsync(analysis);
                if (node.IsEmbedded && analysis == Analysis.Run)
                {
                    // The first execution of a process takes what its code takes to be compiled, many times what it takes from then on.
                    explained = await ExplainAsync(analysis);
                }

                bool listsParts = parsed.GetValue(parts);
                output.Show(ExplainReport.Of(explained), (console, report) => report.Print(console, listsParts));
                return CliCommand.Succeeded;

                Task<ExplainResponse> ExplainAsync(Analysis analysis) =>
                    loaded.Last.ExplainAsync(loaded.Dataset, loaded.Options, loaded.Parameters, analysis, bits, cancellation);
            });
    }
}
