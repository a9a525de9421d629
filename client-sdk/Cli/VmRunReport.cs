using NearData.Isa.Programs;
using NearData.Vm.Maps;
using Spectre.Console;

namespace NearData.Cli;

/// <summary>What a run of <c>neardata vm run</c> left.</summary>
/// <param name="R0">In hexadecimal, as <c>0x2a</c>.</param>
/// <param name="Program">What ran.</param>
/// <param name="Sha256">Of the object that it is in; null for bare code.</param>
/// <param name="Memory">A memory program's memory; null for others.</param>
/// <param name="Packet">A packet program's packet; null for others.</param>
/// <param name="Maps">The program's maps.</param>
internal sealed record VmRunReport(
    string R0, ProgramIdentity Program, string? Sha256, string? Memory, string? Packet, VmRunReport.MapRow[] Maps)
{
    public static VmRunReport Of(VmProgram program, VmOutcome outcome, MapSet maps) => new(
        $"0x{outcome.Result:x}",
        ProgramIdentity.Of(program.Code),
        program.Source?.Sha256,
        program.Code.Kind == ProgramKind.Memory ? Convert.ToHexStringLower(outcome.Bytes) : null,
        program.Code.Kind == ProgramKind.Xdp ? Convert.ToHexStringLower(outcome.Bytes) : null,
        Rows(maps));

    /// <summary>All maps with their entries, as the kernel's <c>BPF_MAP_GET_NEXT_KEY</c> orders them; what has no keys has no entries.</summary>
    private static MapRow[] Rows(MapSet maps) => [.. maps.Maps.Select((map, index) => new MapRow(map.Name, map.Type.ToString(), [.. Entries(maps[index])]))];

    /// <summary>For a person and for scripts, r0 alone.</summary>
    public static void Print(IAnsiConsole console, VmRunReport report) => console.WriteLine(report.R0);

    private static IEnumerable<EntryRow> Entries(BpfMap map)
    {
        byte[] key = new byte[map.Definition.KeySize];
        byte[] value = new byte[map.HostValueSize];
        if (key.Length == 0)
        {
            yield break;
        }

        for (MapError error = map.NextKey([], key); error == MapError.None; error = map.NextKey([.. key], key))
        {
            if (map.Lookup(key, value) == MapError.None)
            {
                yield return new EntryRow(Convert.ToHexStringLower(key), Convert.ToHexStringLower(value));
            }
        }
    }

    internal sealed record MapRow(string Name, string Type, EntryRow[] Entries);

    internal sealed record EntryRow(string Key, string Value);
}

/// <summary>What a run gave: r0, and the memory or the packet afterwards.</summary>
internal sealed record VmOutcome(ulong Result, byte[] Bytes);
