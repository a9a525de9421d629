using System.CommandLine;
using NearData.Client;
using Spectre.Console;

namespace NearData.Cli.Commands;

/// <summary><c>neardata map delete PROGRAM MAP --key KEY</c>: takes entries out, which the next executions don't see.</summary>
internal static class MapDeleteCommand
{
    public static Command Create()
    {
        MapTarget target = new();
        Option<string[]> keys = new("--key") { Description = "A key, as a dump shows it, or hex:0a0b for its bytes. Repeatable", Required = true };
        return target.AddTo(new Command("delete", "Take entries out of an input map") { keys }).Runs(async (parsed, output, cancellation) =>
        {
            (NearDataClient client, ProgramMap map) = await target.FindAsync(parsed, cancellation);
            await using NearDataClient _ = client;
            byte[][] bytes = [.. parsed.GetRequiredValue(keys).Select(key => MapTarget.Parse("--key", key, map.Format.ParseKey))];
            await map.DeleteAsync(bytes, cancellation);
            output.Show(new { map = map.Definition.Name, deleted = bytes.Length }, (console, changed) =>
                console.WriteLine($"{changed.deleted} entries of {changed.map} deleted"));
            return CliCommand.Succeeded;
        });
    }
}
