using System.CommandLine;
using System.Text.Json;
using NearData.Client;
using NearData.Isa.Objects.Btf.Values;
using NearData.Isa.Programs;

namespace NearData.Cli;

/// <summary>A map of a program that a running node has loaded, as users name it.</summary>
internal sealed class MapTarget
{
    private readonly ProgramTarget _program = new();
    private readonly Argument<string> _map = new("map") { Description = "The map's name" };

    /// <summary>Adds arguments and options to a command.</summary>
    public T AddTo<T>(T command)
        where T : Command
    {
        command.Arguments.Insert(0, _map);
        return _program.AddTo(command);
    }

    /// <summary>Connects and finds the map; the caller disposes the client.</summary>
    /// <exception cref="CliException">There is no such program or map.</exception>
    public async Task<(NearDataClient Client, ProgramMap Map)> FindAsync(ParseResult parsed, CancellationToken cancellation)
    {
        (NearDataClient client, string program) = await _program.FindAsync(parsed, cancellation);
        try
        {
            return (client, Find(parsed.GetRequiredValue(_map), await client.ListMapsAsync(program, cancellation)));
        }
        catch
        {
            await client.DisposeAsync();
            throw;
        }
    }

    /// <summary>A program's map with a name.</summary>
    /// <exception cref="CliException">There is none.</exception>
    public static ProgramMap Find(string name, IReadOnlyList<ProgramMap> maps) => maps.FirstOrDefault(map => map.Definition.Name == name)
        ?? throw new CliException($"There is no map '{name}'; the program has {string.Join(", ", maps.Select(map => map.Definition.Name))}.");

    /// <summary>Bytes as users write them for a type: JSON, a bare word for text and names of enumerations, or <c>hex:0a0b</c> for bytes.</summary>
    /// <param name="option">The option that they were given with, for the complaint.</param>
    /// <param name="text">What was given.</param>
    /// <param name="parse">Makes bytes of JSON.</param>
    /// <exception cref="CliException">They are no such value.</exception>
    public static byte[] Parse(string option, string text, Func<JsonElement, byte[]> parse)
    {
        const string Hex = "hex:";
        if (text.StartsWith(Hex, StringComparison.Ordinal))
        {
            return HexText.Parse(option, text[Hex.Length..]);
        }

        try
        {
            return parse(Json(text));
        }
        catch (BtfValueException wrong)
        {
            throw new CliException($"{option}: {wrong.Message}");
        }
    }

    private static JsonElement Json(string text)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(text);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return JsonSerializer.SerializeToElement(text);
        }
    }
}
