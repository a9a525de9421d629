using System.CommandLine;
using NearData.Isa.Objects;
using NearData.Isa.Objects.Btf.Values;
using NearData.Isa.Programs;
using NearData.Verifier;
using NearData.Vm;
using NearData.Vm.Introspection;
using NearData.Vm.Maps;
using NearData.Vm.Packets;

namespace NearData.Cli.Commands;

/// <summary><c>neardata vm run</c>: runs a program once over given bytes.</summary>
internal static class VmRunCommand
{
    /// <summary>What runs the program.</summary>
    private enum Engine
    {
        /// <summary>The checking interpreter.</summary>
        Interpreter,

        /// <summary>Machine code, which only verified programs become.</summary>
        Compiled,
    }

    /// <summary>What the program is called with.</summary>
    private enum Kind
    {
        /// <summary>r1 is the memory, r2 its length.</summary>
        Memory,

        /// <summary>r1 is an <c>xdp_md</c>, and the memory is its packet.</summary>
        Xdp,
    }

    public static Command Create()
    {
        Argument<string?> file = new("file") { Description = "An eBPF object, or a C source where clang is installed", Arity = ArgumentArity.ZeroOrOne };
        Option<string?> section = new("--section") { Description = "Which of the object's programs" };
        Option<string?> hex = new("--hex") { Description = "Instead of a file: the program's instructions, in hexadecimal" };
        Option<Engine> engine = new("--engine") { Description = "What runs it", DefaultValueFactory = _ => Engine.Interpreter };
        Option<Kind?> kind = new("--kind") { Description = "What it is called with; by default what the section's name says, or memory" };
        Option<string> memory = new("--memory")
        {
            Description = "The memory, or the packet, in hexadecimal",
            DefaultValueFactory = _ => "",
        };
        Option<bool> unverified = new("--interpreter-unverified")
        {
            Description = "Don't ask the verifier first: the interpreter checks every step anyway",
        };
        Option<string[]> filled = new("--map")
        {
            Description = "A map's entries before the run, name=file.json, in the form of a dump. Repeatable",
            DefaultValueFactory = _ => [],
        };
        Option<bool> dump = new("--dump") { Description = "Print what the program printed and sent, and the maps after the run; --json has them always" };
        Option<string[]> events = new("--event")
        {
            Description = "The struct of records that the program sends through a map, map=struct, where it isn't clear. Repeatable",
            DefaultValueFactory = _ => [],
        };
        return new Command("run", "Run a program once over given bytes and print r0")
        {
            file, section, hex, engine, kind, memory, unverified, filled, dump, events,
        }.Runs(async (parsed, output, cancellation) =>
        {
            byte[] bytes = HexText.Parse("--memory", parsed.GetRequiredValue(memory));
            ProgramKind? asked = parsed.GetValue(kind) switch
            {
                Kind.Memory => ProgramKind.Memory,
                Kind.Xdp => ProgramKind.Xdp,
                _ => null,
            };
            VmProgram program = (parsed.GetValue(hex), parsed.GetValue(file)) switch
            {
                ({ } code, null) => VmProgramSource.OfCode(HexText.Parse("--hex", code), asked ?? ProgramKind.Memory, bytes.Length),
                (null, { } path) => VmProgramSource.OfObject(
                    BpfObject.Read(await ProgramSource.ReadAsync(path, cancellation)), parsed.GetValue(section), asked, bytes.Length),
                _ => throw new CliException("Give either a file or --hex with the program's instructions."),
            };
            VerifiedProgram? verified = parsed.GetValue(unverified) ? null : ProgramVerifier.Verify(program.Code);
            using MapSet maps = new(program.Code.Maps);
            MapFile[] files = await Task.WhenAll(parsed.GetRequiredValue(filled).Select(text => MapFile.ReadAsync("--map", text, cancellation)));
            MapFilling.Fill(maps, files, program.Types);
            List<string> texts = [];
            using RunOutput sent = new(maps, texts.Add);
            RecordFormat records = new(program.Types, program.Code.Maps, NameText.Parse("--event", parsed.GetRequiredValue(events)));
            VmOutcome outcome = (parsed.GetValue(engine), verified) switch
            {
                (Engine.Interpreter, _) => Interpret(program.Code, verified, bytes, maps),
                (_, { } proven) => RunCompiled(proven, bytes, maps),
                _ => throw new CliException("--engine compiled takes verified programs only; leave out --interpreter-unverified."),
            };
            VmRunReport report = VmRunReport.Of(program, outcome, maps) with
            {
                Texts = [.. texts],
                Records = [.. sent.Take().Select(record => VmRunReport.RecordRow.Of(record, records))],
            };
            output.Show(report, parsed.GetValue(dump) ? VmRunReport.PrintWithMaps : VmRunReport.Print);
            return CliCommand.Succeeded;
        });
    }

    private static VmOutcome Interpret(Program program, VerifiedProgram? verified, byte[] bytes, MapSet maps)
    {
        Interpreter interpreter = new(program, maps, verified?.Facts.WorstCaseInstructions ?? Interpreter.DefaultStepLimit);
        if (program.Kind == ProgramKind.Memory)
        {
            return new VmOutcome(interpreter.Run(bytes), bytes);
        }

        using PacketMemory packet = PacketText.MemoryOf(bytes);
        return new VmOutcome(packet.Run(interpreter), packet.Packet.ToArray());
    }

    private static VmOutcome RunCompiled(VerifiedProgram verified, byte[] bytes, MapSet maps)
    {
        if (verified.Program.Kind == ProgramKind.Memory)
        {
            return new VmOutcome(CompiledMemoryProgram.Compile(verified).Run(bytes, maps), bytes);
        }

        using PacketMemory packet = PacketText.MemoryOf(bytes);
        return new VmOutcome(packet.Run(CompiledPacketProgram.Compile(verified), maps), packet.Packet.ToArray());
    }
}
