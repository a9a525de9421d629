using System.CommandLine;
using NearData.Client;
using NearData.Contracts.V1;

namespace NearData.Cli.Commands;

/// <summary><c>neardata map dump PROGRAM MAP</c>: a map's entries as <c>bpftool map dump</c> prints them.</summary>
internal static class MapDumpCommand
{
    public static Command Create()
    {
        MapTarget target = new();
        return target.AddTo(new Command("dump", "Print a map's entries by their types")).Runs(async (parsed, output, cancellation) =>
        {
            (NearDataClient client, ProgramMap map) = await target.FindAsync(parsed, cancellation);
            await using NearDataClient _ = client;
            EntryPrinter printer = new(output, map.Format);
            await foreach (MapEntry entry in map.ReadAsync(cancellation))
            {
                printer.Print(entry.Key.Span, entry.Value.Span);
            }

            printer.End();
            return CliCommand.Succeeded;
        });
    }
}
