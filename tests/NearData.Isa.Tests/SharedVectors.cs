using System.Text.Json;
using NearData.TestSupport;

namespace NearData.Isa.Tests;

/// <summary>A program of a public test suite.</summary>
/// <param name="Name">Unique in its file.</param>
/// <param name="Code">Little-endian slots.</param>
/// <param name="Groups">Conformance groups; empty for the reserved-field vectors.</param>
public sealed record SharedVector(string Name, byte[] Code, string[] Groups)
{
    /// <summary>Programs with defined results.</summary>
    public static SharedVector[] Conformance() => Read("conformance-vectors.json");

    /// <summary>Programs whose only fault is a non-zero unused field.</summary>
    public static SharedVector[] ReservedFields() => Read("reserved-field-vectors.json");

    private static SharedVector[] Read(string file)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(Path.Combine(Ground.Shared, "isa", file)));
        return [.. document.RootElement.EnumerateArray().Select(Vector)];
    }

    private static SharedVector Vector(JsonElement element) => new(
        element.GetProperty("name").GetString()!,
        Convert.FromHexString(element.GetProperty("code").GetString()!),
        element.TryGetProperty("groups", out JsonElement groups)
            ? [.. groups.EnumerateArray().Select(group => group.GetString()!)]
            : []);
}
