using System.CommandLine;
using NearData.Client;

namespace NearData.Cli.Commands;

/// <summary><c>neardata map lookup PROGRAM MAP --key KEY</c>: one entry; exit code 1 where there is none.</summary>
internal static class MapLookupCommand
{
    public static Command Create()
    {
        MapTarget target = new();
        Option<string> key = new("--key") { Description = "The key, as a dump shows it, or hex:0a0b for its bytes", Required = true };
        return target.AddTo(new Command("lookup", "Print one entry of a map by its types") { key }).Runs(async (parsed, output, cancellation) =>
        {
            (NearDataClient client, ProgramMap map) = await target.FindAsync(parsed, cancellation);
            await using NearDataClient _ = client;
            byte[] bytes = MapTarget.Parse("--key", parsed.GetRequiredValue(key), map.Format.ParseKey);
            byte[] value = await map.LookupAsync(bytes, cancellation)
                ?? throw new CliException($"Map '{map.Definition.Name}' has no key {parsed.GetRequiredValue(key)}.");
            EntryPrinter printer = new(output, map.Format);
            printer.Print(bytes, value);
            printer.End();
            return CliCommand.Succeeded;
        });
    }
}
