using System.Text.Json;
using NearData.Isa.Objects.Btf.Values;
using Spectre.Console;

namespace NearData.Cli;

/// <summary>Prints a map's entries one by one, so that a large map needs no memory: a list, as text or as one JSON document.</summary>
internal sealed class EntryPrinter(Output output, MapEntryFormat format)
{
    private bool _hasEntries;

    public void Print(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        BtfValue.Fields entry = format.Entry(key, value);
        string text = output.Format == OutputFormat.Json
            ? JsonSerializer.Serialize(new { key = Convert.ToHexStringLower(key), value = Convert.ToHexStringLower(value), formatted = BtfValueText.ToJson(entry) })
            : $"    {entry.ToString().ReplaceLineEndings("\n    ")}";
        Output.Write($"{(_hasEntries ? "," : "[")}\n{text}");
        _hasEntries = true;
    }

    /// <summary>To be called behind the last entry.</summary>
    public void End() => Output.Write(_hasEntries ? "\n]\n" : "[]\n");
}
