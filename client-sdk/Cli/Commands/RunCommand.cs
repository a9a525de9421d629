using System.CommandLine;
using NearData.Client;
using Spectre.Console;
using Progress = NearData.Contracts.V1.Progress;

namespace NearData.Cli.Commands;

/// <summary><c>neardata run FILE --dataset NAME</c>: loads a program, runs it and shows its results.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        NodeTarget target = new();
        StageArguments stages = new();
        Option<string[]> filled = new("--map")
        {
            Description = "Entries of an input map before the run, name=file.json, in the form of a dump. Repeatable",
            DefaultValueFactory = _ => [],
        };
        Option<string[]> order = new("--order-by")
        {
            Description = "Sort groups by a column, or MAP.COLUMN; with :desc the greatest first. Repeatable, the most significant first",
            DefaultValueFactory = _ => [],
        };
        Option<ulong?> limit = new("--limit") { Description = "The most groups of each map to send" };
        Command command = new("run", "Run a program over a dataset; a program's own initializers are its parameters' defaults") { filled, order, limit };
        return target.AddTo(stages.AddTo(command))
            .Runs(async (parsed, output, cancellation) =>
            {
                MapFile[] maps = await Task.WhenAll(parsed.GetRequiredValue(filled).Select(text => MapFile.ReadAsync("--map", text, cancellation)));
                StageSources sources = await stages.ReadAsync(parsed, cancellation);
                await using NodeConnection node = await target.ConnectAsync(parsed, cancellation);
                LoadedStages loaded = await sources.LoadAsync(node.Client, cancellation);
                await MapFilling.FillAsync(loaded.Last, maps, cancellation);
                ExecutionOptions options = loaded.Options with { Orders = [.. StageText.Orders(loaded.Last, parsed.GetRequiredValue(order), parsed.GetValue(limit))] };
                ExecutionAnswer answer = await WithProgressAsync(output, progress =>
                    loaded.Last.ExecuteAsync(loaded.Dataset, options, loaded.Parameters, progress, cancellation));
                output.Show(RunReport.Of(loaded.Last, answer), RunReport.Print);
                return CliCommand.Succeeded;
            });
    }

    /// <summary>Shows a bar on standard error while the node works; short runs end before it is drawn.</summary>
    private static Task<ExecutionAnswer> WithProgressAsync(Output output, Func<IProgress<Progress>?, Task<ExecutionAnswer>> run)
    {
        if (output.Format == OutputFormat.Json || Console.IsErrorRedirected)
        {
            return run(null);
        }

        return output.Side.Progress().AutoClear(true).StartAsync(context =>
        {
            ProgressTask bar = context.AddTask("scanning");
            return run(new Bar(bar));
        });
    }

    private sealed class Bar(ProgressTask task) : IProgress<Progress>
    {
        public void Report(Progress value)
        {
            task.MaxValue = value.RowsTotal;
            task.Value = value.RowsScanned;
        }
    }
}
