using System.Text.Json;
using System.Text.Json.Serialization;
using NearData.Isa.Objects.Btf;
using NearData.Isa.Objects.Btf.Values;
using NearData.Isa.Programs;
using NearData.Vm.Introspection;
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
    /// <summary>What the program printed (<c>bpf_trace_printk</c>).</summary>
    public string[] Texts { get; init; } = [];

    /// <summary>What it sent through ring buffers and as perf events.</summary>
    public RecordRow[] Records { get; init; } = [];

    public static VmRunReport Of(VmProgram program, VmOutcome outcome, MapSet maps) => new(
        $"0x{outcome.Result:x}",
        ProgramIdentity.Of(program.Code),
        program.Source?.Sha256,
        program.Code.Kind == ProgramKind.Memory ? Convert.ToHexStringLower(outcome.Bytes) : null,
        program.Code.Kind == ProgramKind.Xdp ? Convert.ToHexStringLower(outcome.Bytes) : null,
        [.. maps.Maps.Select((_, index) => MapRow.Of(maps[index], program.Types))]);

    /// <summary>For a person and for scripts, r0 alone.</summary>
    public static void Print(IAnsiConsole console, VmRunReport report) => console.WriteLine(report.R0);

    /// <summary>r0, what the program printed and sent, and the maps as <c>bpftool map dump</c> prints them.</summary>
    public static void PrintWithMaps(IAnsiConsole console, VmRunReport report)
    {
        Print(console, report);
        foreach (string text in report.Texts)
        {
            console.WriteLine($"printed: {text}");
        }

        foreach (RecordRow record in report.Records)
        {
            console.WriteLine($"sent through {record.Map}: {record.Text}");
        }

        foreach (MapRow map in report.Maps)
        {
            console.MarkupLineInterpolated($"[bold]{map.Name}[/] ({map.Type})");
            console.WriteLine(map.Text);
        }
    }

    /// <param name="Map">The map that it came through.</param>
    /// <param name="Record">What it means.</param>
    internal sealed record RecordRow(string Map, JsonElement Record)
    {
        /// <summary>For people.</summary>
        [JsonIgnore]
        public string Text { get; private init; } = "";

        public static RecordRow Of(OutputRecord record, RecordFormat format)
        {
            BtfValue value = format.Read(record.Map, record.Bytes);
            return new RecordRow(record.Map, BtfValueText.ToJson(value)) { Text = value.ToString() };
        }
    }

    /// <param name="Name">The map's name.</param>
    /// <param name="Type">Its type.</param>
    /// <param name="Entries">In the order of its keys; what has no keys has no entries.</param>
    internal sealed record MapRow(string Name, string Type, MapRow.EntryRow[] Entries)
    {
        /// <summary>All entries, for people.</summary>
        [JsonIgnore]
        public string Text { get; private init; } = "";

        public static MapRow Of(BpfMap map, BtfTypes types)
        {
            (MapEntry Entry, BtfValue.Fields Meaning)[] entries = [.. MapDump.Of(map, types)];
            return new MapRow(
                map.Definition.Name,
                map.Definition.Type.ToString(),
                [.. entries.Select(it => new EntryRow(
                    Convert.ToHexStringLower(it.Entry.Key), Convert.ToHexStringLower(it.Entry.Value), BtfValueText.ToJson(it.Meaning)))])
            {
                Text = new BtfValue.Elements([.. entries.Select(it => it.Meaning)]).ToString(),
            };
        }

        /// <param name="Key">In hexadecimal.</param>
        /// <param name="Value">In hexadecimal; of maps with values for each CPU all of them.</param>
        /// <param name="Formatted">Key and value as their types mean them.</param>
        internal sealed record EntryRow(string Key, string Value, JsonElement Formatted);
    }
}

/// <summary>What a run gave: r0, and the memory or the packet afterwards.</summary>
internal sealed record VmOutcome(ulong Result, byte[] Bytes);
