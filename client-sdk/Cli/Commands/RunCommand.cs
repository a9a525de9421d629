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
        Argument<string> file = new("file") { Description = "An eBPF object, or a C source where clang is installed" };
        Option<string> dataset = new("--dataset") { Description = "The dataset to run over", Required = true };
        Option<string[]> parameters = new("--param")
        {
            Description = "A parameter, name=value: a whole number, a date (1994-01-01), true or false; a number of floating point or text where the program has such a parameter. Repeatable",
            DefaultValueFactory = _ => [],
        };
        Option<string[]> filled = new("--map")
        {
            Description = "Entries of an input map before the run, name=file.json, in the form of a dump. Repeatable",
            DefaultValueFactory = _ => [],
        };
        Option<string[]> before = new("--before")
        {
            Description = "A stage that runs before, FILE:DATASET, whose groups the programs after it look up. Repeatable, in order",
            DefaultValueFactory = _ => [],
        };
        Option<string[]> order = new("--order-by")
        {
            Description = "Sort groups by a column, or MAP.COLUMN; with :desc the greatest first. Repeatable, the most significant first",
            DefaultValueFactory = _ => [],
        };
        Option<ulong?> limit = new("--limit") { Description = "The most groups of each map to send" };
        return target.AddTo(new Command("run", "Run a program over a dataset; a program's own initializers are its parameters' defaults")
            {
                file, dataset, parameters, filled, before, order, limit,
            })
            .Runs(async (parsed, output, cancellation) =>
            {
                Dictionary<string, string> values = ParameterText.Split(parsed.GetRequiredValue(parameters));
                MapFile[] maps = await Task.WhenAll(parsed.GetRequiredValue(filled).Select(text => MapFile.ReadAsync("--map", text, cancellation)));
                List<(byte[] Elf, string Dataset)> sources = [];
                foreach (string stage in parsed.GetRequiredValue(before).Append($"{parsed.GetRequiredValue(file)}:{parsed.GetRequiredValue(dataset)}"))
                {
                    (string path, string over) = StageText.Split(stage);
                    sources.Add((await ProgramSource.ReadAsync(path, cancellation), over));
                }

                await using NodeConnection node = await target.ConnectAsync(parsed, cancellation);
                List<LoadedProgram> programs = [];
                foreach ((byte[] elf, string over) in sources)
                {
                    programs.Add(await node.Client.LoadAsync(elf, over, cancellation));
                }

                await MapFilling.FillAsync(programs[^1], maps, cancellation);
                StageText.CheckParameters(values.Keys, programs);
                LoadedProgram last = programs[^1];
                ExecutionOptions options = new()
                {
                    Before = [.. programs.SkipLast(1).Zip(sources, (program, source) => new ExecutionStage(program, source.Dataset, StageText.Of(program, values)))],
                    Orders = [.. StageText.Orders(last, parsed.GetRequiredValue(order), parsed.GetValue(limit))],
                };
                ExecutionAnswer answer = await WithProgressAsync(output, progress =>
                    last.ExecuteAsync(sources[^1].Dataset, options, StageText.Of(last, values), progress, cancellation));
                output.Show(RunReport.Of(last, answer), RunReport.Print);
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
