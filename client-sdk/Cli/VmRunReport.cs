using NearData.Vm.Maps;
using Spectre.Console;

namespace NearData.Cli;

/// <summary>What a run of <c>neardata vm run</c> left.</summary>
/// <param name="R0">In hexadecimal, as <c>0x2a</c>.</param>
/// <param name="Memory">A memory program's memory; null for others.</param>
/// <param name="Packet">A packet program's packet; null for others.</param>
/// <param name="Maps">The program's maps.</param>
internal sealed record VmRunReport(string R0, string? Memory, string? Packet, VmRunReport.MapRow[] Maps)
{
    public static MapRow[] Rows(MapSet maps) => [.. maps.Maps.Select((map, index) => new MapRow(
        map.Name,
        map.Type.ToString(),
        [.. Enumerable.Range(0, map.MaxEntries).Select(entry =>
            new EntryRow(Convert.ToHexStringLower(BitConverter.GetBytes(entry)), Convert.ToHexStringLower(maps.Value(index, entry))))]))];

    /// <summary>For a person and for scripts, r0 alone.</summary>
    public static void Print(IAnsiConsole console, VmRunReport report) => console.WriteLine(report.R0);

    internal sealed record MapRow(string Name, string Type, EntryRow[] Entries);

    internal sealed record EntryRow(string Key, string Value);
}
