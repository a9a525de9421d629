using System.Text.Json;
using NearData.Isa.Objects.Btf.Values;
using NearData.Vm.Maps;

namespace NearData.Cli;

/// <summary>A map's entries as users write them: a JSON file in the form of a dump, given as <c>name=file.json</c>.</summary>
/// <param name="Map">The map.</param>
/// <param name="Path">The file.</param>
/// <param name="Entries">Objects with <c>key</c> and <c>value</c>; where a dump has them under <c>formatted</c>, those.</param>
internal sealed record MapFile(string Map, string Path, JsonElement[] Entries)
{
    /// <exception cref="CliException">The text names no file of entries.</exception>
    public static async Task<MapFile> ReadAsync(string option, string text, CancellationToken cancellation)
    {
        int split = text.IndexOf('=', StringComparison.Ordinal);
        return split > 0
            ? new MapFile(text[..split], text[(split + 1)..], await ReadEntriesAsync(text[(split + 1)..], cancellation))
            : throw new CliException($"{option} takes name=file.json, not '{text}'.");
    }

    /// <exception cref="CliException">There is no such file, or it isn't a list of entries.</exception>
    public static async Task<JsonElement[]> ReadEntriesAsync(string path, CancellationToken cancellation)
    {
        if (!File.Exists(path))
        {
            throw new CliException($"There is no file '{path}'.");
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(await File.ReadAllBytesAsync(path, cancellation));
            return document.RootElement.ValueKind == JsonValueKind.Array
                ? [.. document.RootElement.Clone().EnumerateArray().Select(Formatted)]
                : throw new CliException($"'{path}' isn't a list of entries, as 'map dump --json' prints them.");
        }
        catch (JsonException broken)
        {
            throw new CliException($"'{path}' isn't JSON: {broken.Message}");
        }
    }

    /// <summary>The entries' bytes.</summary>
    /// <exception cref="CliException">One is no entry of such a map.</exception>
    public IEnumerable<MapEntry> Parse(MapEntryFormat format, int cpus)
    {
        for (int index = 0; index < Entries.Length; index++)
        {
            yield return Parse(format, Entries[index], cpus, index);
        }
    }

    private MapEntry Parse(MapEntryFormat format, JsonElement entry, int cpus, int index)
    {
        try
        {
            (byte[] key, byte[] value) = format.ParseEntry(entry, cpus);
            return new MapEntry(key, value);
        }
        catch (BtfValueException wrong)
        {
            throw new CliException($"Entry {index} of '{Path}' is none of map '{Map}': {wrong.Message}");
        }
    }

    private static JsonElement Formatted(JsonElement entry) =>
        entry.ValueKind == JsonValueKind.Object && entry.TryGetProperty("formatted", out JsonElement formatted) ? formatted : entry;
}
