using System.CommandLine;
using NearData.Client;
using Spectre.Console;

namespace NearData.Cli.Commands;

/// <summary><c>neardata unload PROGRAM</c>: has a node forget a program and what its maps hold.</summary>
internal static class UnloadCommand
{
    public static Command Create()
    {
        ProgramTarget target = new();
        return target.AddTo(new Command("unload", "Have a node forget a program and what its maps hold")).Runs(async (parsed, output, cancellation) =>
        {
            (NearDataClient client, string program) = await target.FindAsync(parsed, cancellation);
            await using NearDataClient _ = client;
            await client.UnloadProgramAsync(program, cancellation);
            output.Show(new { unloaded = program }, (console, done) => console.WriteLine($"{done.unloaded} unloaded"));
            return CliCommand.Succeeded;
        });
    }
}
