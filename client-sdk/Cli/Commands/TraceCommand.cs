using System.CommandLine;
using System.Globalization;
using NearData.Client;
using NearData.Contracts.V1;
using NearData.Isa.Objects;
using NearData.Isa.Objects.Btf.Values;
using NearData.Isa.Programs;
using NearData.Vm;
using NearData.Vm.Introspection;
using NearData.Vm.Maps;
using NearData.Vm.Packets;
using TraceStep = NearData.Contracts.V1.TraceStep;

namespace NearData.Cli.Commands;

/// <summary>
/// <c>neardata trace FILE</c>: runs a program in the interpreter, for some of a dataset's records or once over given bytes, and prints each
/// instruction.
/// </summary>
internal static class TraceCommand
{
    private const int DefaultSteps = 4096;

    /// <summary>What a program over bytes is called with.</summary>
    private enum Kind
    {
        Memory,
        Xdp,
    }

    public static Command Create()
    {
        NodeTarget target = new();
        Argument<string> file = new("file") { Description = "An eBPF object, or a C source where clang is installed" };
        Option<string?> dataset = new("--dataset") { Description = "Trace a query over this dataset's records; without it a program over --memory" };
        Option<string[]> parameters = new("--param") { Description = "A parameter, name=value. Repeatable", DefaultValueFactory = _ => [] };
        Option<string[]> filled = new("--map") { Description = "Entries of a map before the run, name=file.json. Repeatable", DefaultValueFactory = _ => [] };
        Option<TracedRecords> records = new("--records") { Description = "any, kept or dropped: which records, by what the filter says of them" };
        Option<ulong> every = new("--every") { Description = "One in so many of these records", DefaultValueFactory = _ => 1 };
        Option<string?> rows = new("--rows") { Description = "Only rows of this range, such as 1000..1999, counted from 0 over all files" };
        Option<uint> maxRecords = new("--max-records") { Description = "The most records", DefaultValueFactory = _ => 10 };
        Option<uint> maxSteps = new("--max-steps") { Description = "The most instructions of each run; the others are counted", DefaultValueFactory = _ => DefaultSteps };
        Option<string?> section = new("--section") { Description = "Which of the object's programs, over --memory" };
        Option<Kind?> kind = new("--kind") { Description = "What it is called with, over --memory; by default what the section's name says, or memory" };
        Option<string> memory = new("--memory") { Description = "The memory, or the packet, in hexadecimal", DefaultValueFactory = _ => "" };
        Option<string[]> events = new("--event")
        {
            Description = "The struct of records that a program sends through a map, map=struct, where it isn't clear. Repeatable",
            DefaultValueFactory = _ => [],
        };
        return target.AddTo(new Command("trace", "Run a program step by step in the interpreter and print each instruction with its registers")
        {
            file, dataset, parameters, filled, records, every, rows, maxRecords, maxSteps, section, kind, memory, events,
        }).Runs(async (parsed, output, cancellation) =>
        {
            byte[] elf = await ProgramSource.ReadAsync(parsed.GetRequiredValue(file), cancellation);
            MapFile[] maps = await Task.WhenAll(parsed.GetRequiredValue(filled).Select(text => MapFile.ReadAsync("--map", text, cancellation)));
            if (parsed.GetValue(dataset) is not { } name)
            {
                ProgramKind? asked = parsed.GetValue(kind) switch { Kind.Memory => ProgramKind.Memory, Kind.Xdp => ProgramKind.Xdp, _ => null };
                byte[] bytes = HexText.Parse("--memory", parsed.GetRequiredValue(memory));
                VmProgram program = VmProgramSource.OfObject(BpfObject.Read(elf), parsed.GetValue(section), asked, bytes.Length);
                TraceHere(program, bytes, maps, NameText.Parse("--event", parsed.GetRequiredValue(events)), (int)parsed.GetValue(maxSteps), output);
                return CliCommand.Succeeded;
            }

            TraceRequest request = new()
            {
                Dataset = name,
                Records = parsed.GetValue(records),
                Every = parsed.GetValue(every),
                MaxRecords = parsed.GetValue(maxRecords),
                MaxSteps = parsed.GetValue(maxSteps),
            };
            SetRows(request, parsed.GetValue(rows));
            await using NodeConnection node = await target.ConnectAsync(parsed, cancellation);
            LoadedProgram loaded = await node.Client.LoadAsync(elf, name, cancellation);
            await MapFilling.FillAsync(loaded, maps, cancellation);
            await PrintAsync(loaded.TraceAsync(request, ParameterText.Parse(ParameterText.Split(parsed.GetRequiredValue(parameters)), loaded.Parameters), cancellation), output);
            return CliCommand.Succeeded;
        });
    }

    private static async Task PrintAsync(IAsyncEnumerable<TraceEvent> trace, Output output)
    {
        TracePrinter printer = new(output);
        bool isInside = false;
        await foreach (TraceEvent run in trace)
        {
            if (!isInside)
            {
                printer.Begin(run.Row, run.Program);
            }

            foreach (TraceStep step in run.Steps)
            {
                printer.Step(TraceRow.Of(run, step));
            }

            isInside = run.Returned is null;
            if (run.Returned is { } returned)
            {
                printer.Return(run.Row, run.Program, returned.Result, returned.StepsLeftOut);
            }
        }
    }

    private static void TraceHere(
        VmProgram program, byte[] bytes, MapFile[] filled, IReadOnlyDictionary<string, string> events, int maxSteps, Output output)
    {
        TracePrinter printer = new(output);
        StepTexts texts = new();
        int steps = 0;
        using MapSet maps = new(program.Code.Maps);
        MapFilling.Fill(maps, filled, program.Types);
        RecordFormat records = new(program.Types, program.Code.Maps, events);
        using RunOutput sent = new(maps, printer.Text);
        Interpreter interpreter = new(program.Code, maps);
        interpreter.Trace(program.Types, step =>
        {
            if (steps++ < maxSteps)
            {
                printer.Step(TraceRow.Of(step, texts.Of(step)));
            }
        });
        printer.Begin(row: null, program.Code.Name);
        try
        {
            ulong result = Run(interpreter, program.Code.Kind, bytes);
            printer.Return(row: null, program.Code.Name, result, (ulong)int.Max(0, steps - maxSteps));
        }
        finally
        {
            // A program that fails may have said why.
            foreach (OutputRecord record in sent.Take())
            {
                printer.Record(record.Map, records.Read(record.Map, record.Bytes));
            }
        }
    }

    private static ulong Run(Interpreter interpreter, ProgramKind kind, byte[] bytes)
    {
        if (kind == ProgramKind.Memory)
        {
            return interpreter.Run(bytes);
        }

        using PacketMemory packet = PacketText.MemoryOf(bytes);
        return packet.Run(interpreter);
    }

    private static void SetRows(TraceRequest request, string? rows)
    {
        if (rows is null)
        {
            return;
        }

        string[] ends = rows.Split("..");
        if (ends.Length != 2
            || !ulong.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out ulong first)
            || !ulong.TryParse(ends[1], NumberStyles.None, CultureInfo.InvariantCulture, out ulong last)
            || last < first)
        {
            throw new CliException($"--rows takes a range such as 1000..1999, not '{rows}'.");
        }

        request.FirstRow = first;
        request.RowCount = last - first + 1;
    }
}
