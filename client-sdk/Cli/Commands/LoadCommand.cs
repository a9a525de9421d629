using System.CommandLine;
using NearData.Client;
using Spectre.Console;

namespace NearData.Cli.Commands;

/// <summary><c>neardata load FILE</c>: has a node verify and compile a program, and shows what it proved.</summary>
internal static class LoadCommand
{
    public static Command Create()
    {
        NodeTarget target = new();
        Argument<string> file = new("file") { Description = "An eBPF object, or a C source where clang is installed" };
        Option<string?> dataset = new("--dataset") { Description = "Bind to this dataset too" };
        return target.AddTo(new Command("load", "Load a program into a node: verify, compile, and with --dataset bind") { file, dataset })
            .Runs(async (parsed, output, cancellation) =>
            {
                byte[] elf = await ProgramSource.ReadAsync(parsed.GetRequiredValue(file), cancellation);
                await using NodeConnection node = await target.ConnectAsync(parsed, cancellation);
                LoadedProgram program = await node.Client.LoadAsync(elf, parsed.GetValue(dataset), cancellation);
                output.Show(ProgramReport.Of(program), ProgramReport.Print);
                return CliCommand.Succeeded;
            });
    }
}
