using System.CommandLine;
using NearData.Client;
using NearData.Contracts.V1;
using Spectre.Console;

namespace NearData.Cli.Commands;

/// <summary><c>neardata map update PROGRAM MAP</c>: makes or changes entries, which the next executions see.</summary>
internal static class MapUpdateCommand
{
    public static Command Create()
    {
        MapTarget target = new();
        Option<string?> key = new("--key") { Description = "The key, as a dump shows it, or hex:0a0b for its bytes" };
        Option<string?> value = new("--value") { Description = "The value, likewise" };
        Option<string?> file = new("--file") { Description = "Instead of one key and value: a JSON file with a list of entries, as a dump prints them" };
        Option<UpdateRule> rule = new("--rule") { Description = "any, noexist (the entry must not be there) or exist (it must)", DefaultValueFactory = _ => UpdateRule.Any };
        return target.AddTo(new Command("update", "Make or change entries of an input map") { key, value, file, rule }).Runs(async (parsed, output, cancellation) =>
        {
            (NearDataClient client, ProgramMap map) = await target.FindAsync(parsed, cancellation);
            await using NearDataClient _ = client;
            KeyValuePair<byte[], byte[]>[] entries = (parsed.GetValue(key), parsed.GetValue(value), parsed.GetValue(file)) switch
            {
                ({ } one, { } its, null) => [new(MapTarget.Parse("--key", one, map.Format.ParseKey), MapTarget.Parse("--value", its, map.Format.ParseValue))],
                (null, null, { } path) => await ReadAsync(map, path, cancellation),
                _ => throw new CliException("Give either --key with --value, or --file."),
            };
            await map.UpdateAsync(entries, parsed.GetValue(rule), cancellation);
            output.Show(new { map = map.Definition.Name, updated = entries.Length }, (console, changed) =>
                console.WriteLine($"{changed.updated} entries of {changed.map} updated"));
            return CliCommand.Succeeded;
        });
    }

    /// <summary>The entries of a file, as bytes.</summary>
    /// <exception cref="CliException">It has none of this map.</exception>
    public static async Task<KeyValuePair<byte[], byte[]>[]> ReadAsync(ProgramMap map, string path, CancellationToken cancellation)
    {
        MapFile given = new(map.Definition.Name, path, await MapFile.ReadEntriesAsync(path, cancellation));
        return [.. given.Parse(map.Format, cpus: 1).Select(entry => KeyValuePair.Create(entry.Key, entry.Value))];
    }
}
