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
        return target.AddTo(new Command("run", "Run a program over a dataset; a program's own initializers are its parameters' defaults") { file, dataset, parameters, filled })
            .Runs(async (parsed, output, cancellation) =>
            {
                Dictionary<string, string> given = ParameterText.Split(parsed.GetRequiredValue(parameters));
                MapFile[] maps = await Task.WhenAll(parsed.GetRequiredValue(filled).Select(text => MapFile.ReadAsync("--map", text, cancellation)));
                byte[] elf = await ProgramSource.ReadAsync(parsed.GetRequiredValue(file), cancellation);
                await using NodeConnection node = await target.ConnectAsync(parsed, cancellation);
                string name = parsed.GetRequiredValue(dataset);
                LoadedProgram program = await node.Client.LoadAsync(elf, name, cancellation);
                await MapFilling.FillAsync(program, maps, cancellation);
                Dictionary<string, ParameterValue> values = ParameterText.Parse(given, program.Parameters);
                ExecutionAnswer answer = await WithProgressAsync(output, progress =>
                    program.ExecuteAsync(name, values, progress, cancellationToken: cancellation));
                output.Show(RunReport.Of(program, answer), RunReport.Print);
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
