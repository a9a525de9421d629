using System.CommandLine;
using System.Globalization;
using NearData.Client;
using NearData.Contracts.V1;
using Spectre.Console;

namespace NearData.Cli.Commands;

/// <summary><c>neardata programs</c>: what a node has loaded, and how often and how long each program ran.</summary>
internal static class ProgramsCommand
{
    public static Command Create()
    {
        Option<string> node = new("--node") { Description = "The node's address, such as http://127.0.0.1:7420", Required = true };
        return new Command("programs", "List the programs that a node has loaded, with run counts and times where 'neardata stats on' was said") { node }
            .Runs(async (parsed, output, cancellation) =>
            {
                await using NearDataClient client = NodeTarget.Connect(parsed.GetRequiredValue(node));
                IReadOnlyList<LoadedObject> loaded = await client.ListProgramsAsync(cancellation);
                output.Show(loaded.Select(ObjectRow.Of).ToArray(), Print);
                return CliCommand.Succeeded;
            });
    }

    private static void Print(IAnsiConsole console, ObjectRow[] objects)
    {
        Table table = Output.Table("program", "section", "tag", "before Linux 6.18", "object", "loaded", "maps", "runs", "time", "each");
        foreach (ObjectRow it in objects)
        {
            foreach (ProgramRow program in it.Programs)
            {
                table.AddRow(
                    Markup.Escape(program.Name),
                    Markup.Escape(program.Section),
                    program.Tag,
                    program.LegacyTag,
                    it.ProgramId[..16],
                    it.LoadedAt.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
                    ByteText.Size(it.MapBytes),
                    it.CountsRuns || program.RunCount > 0 ? ByteText.Count(program.RunCount) : "not counted",
                    program.RunCount > 0 ? $"{program.RunTimeNanoseconds / 1e6:F3} ms" : "",
                    program.RunCount > 0 ? $"{(double)program.RunTimeNanoseconds / program.RunCount:F2} ns" : "");
            }
        }

        console.Write(table);
    }

    private sealed record ObjectRow(string ProgramId, DateTimeOffset LoadedAt, ulong MapBytes, ulong MapsVersion, bool CountsRuns, ProgramRow[] Programs)
    {
        public static ObjectRow Of(LoadedObject it) => new(
            it.ProgramId,
            DateTimeOffset.FromUnixTimeMilliseconds((long)it.LoadedAt),
            it.MapBytes,
            it.MapsVersion,
            it.CountsRuns,
            [.. it.Programs.Select(run => new ProgramRow(
                run.Program.Name, run.Program.Section, run.Program.Tag, run.Program.LegacyTag, run.RunCount, run.RunTimeNanoseconds))]);
    }

    private sealed record ProgramRow(string Name, string Section, string Tag, string LegacyTag, ulong RunCount, ulong RunTimeNanoseconds);
}
