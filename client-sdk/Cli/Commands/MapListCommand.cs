using System.CommandLine;
using NearData.Client;
using NearData.Isa.Programs;
using Spectre.Console;

namespace NearData.Cli.Commands;

/// <summary><c>neardata map list PROGRAM</c>: a loaded program's maps.</summary>
internal static class MapListCommand
{
    public static Command Create()
    {
        ProgramTarget target = new();
        return target.AddTo(new Command("list", "List a loaded program's maps")).Runs(async (parsed, output, cancellation) =>
        {
            (NearDataClient client, string program) = await target.FindAsync(parsed, cancellation);
            await using NearDataClient _ = client;
            IReadOnlyList<ProgramMap> maps = await client.ListMapsAsync(program, cancellation);
            output.Show(maps.Select(Row.Of).ToArray(), Print);
            return CliCommand.Succeeded;
        });
    }

    private static void Print(IAnsiConsole console, Row[] rows)
    {
        Table table = Output.Table("map", "type", "key", "value", "max entries", "flags", "contents");
        foreach (Row row in rows)
        {
            table.AddRow(
                Markup.Escape(row.Name), row.Type, $"{row.KeySize} B", $"{row.ValueSize} B", ByteText.Count(row.MaxEntries), $"0x{row.Flags:x}", row.Contents);
        }

        console.Write(table);
    }

    /// <param name="Contents"><c>input</c>: filled by clients; <c>constant</c>: the object's own; <c>execution</c>: each execution's own.</param>
    private sealed record Row(string Name, string Type, int KeySize, int ValueSize, int MaxEntries, uint Flags, string Contents)
    {
        public static Row Of(ProgramMap map)
        {
            MapDefinition it = map.Definition;
            return new Row(it.Name, it.Type.ToString(), it.KeySize, it.ValueSize, it.MaxEntries, it.Flags, map.Contents.ToString().ToLowerInvariant());
        }
    }
}
