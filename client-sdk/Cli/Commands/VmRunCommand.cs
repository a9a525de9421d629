using System.CommandLine;
using NearData.Isa.Objects;
using NearData.Isa.Objects.Btf;
using NearData.Isa.Objects.Btf.Values;
using NearData.Isa.Programs;
using NearData.Verifier;
using NearData.Vm;
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
        Option<bool> dump = new("--dump") { Description = "Print the maps after the run too; --json has them always" };
        return new Command("run", "Run a program once over given bytes and print r0")
        {
            file, section, hex, engine, kind, memory, unverified, filled, dump,
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
            foreach (string text in parsed.GetRequiredValue(filled))
            {
                Fill(maps, await MapFile.ReadAsync("--map", text, cancellation), program.Types);
            }

            VmOutcome outcome = (parsed.GetValue(engine), verified) switch
            {
                (Engine.Interpreter, _) => Interpret(program.Code, verified, bytes, maps),
                (_, { } proven) => RunCompiled(proven, bytes, maps),
                _ => throw new CliException("--engine compiled takes verified programs only; leave out --interpreter-unverified."),
            };
            output.Show(VmRunReport.Of(program, outcome, maps), parsed.GetValue(dump) ? VmRunReport.PrintWithMaps : VmRunReport.Print);
            return CliCommand.Succeeded;
        });
    }

    private static void Fill(MapSet maps, MapFile given, BtfTypes types)
    {
        int index = maps.Maps.IndexOf(maps.Maps.FirstOrDefault(map => map.Name == given.Map)!);
        if (index < 0)
        {
            throw new CliException($"There is no map '{given.Map}'; the program has {string.Join(", ", maps.Maps.Select(map => map.Name))}.");
        }

        foreach (MapEntry entry in given.Parse(new MapEntryFormat(maps.Maps[index], types), cpus: 1))
        {
            if (maps[index].Update(entry.Key, entry.Value) is not MapError.None and var refused)
            {
                throw new CliException($"Map '{given.Map}' doesn't take key {Convert.ToHexStringLower(entry.Key)} of '{given.Path}': {refused.KernelName()}.");
            }
        }
    }

    private static VmOutcome Interpret(Program program, VerifiedProgram? verified, byte[] bytes, MapSet maps)
    {
        Interpreter interpreter = new(program, maps, verified?.Facts.WorstCaseInstructions ?? Interpreter.DefaultStepLimit);
        if (program.Kind == ProgramKind.Memory)
        {
            return new VmOutcome(interpreter.Run(bytes), bytes);
        }

        using PacketMemory packet = PacketOf(bytes);
        return new VmOutcome(packet.Run(interpreter), packet.Packet.ToArray());
    }

    private static VmOutcome RunCompiled(VerifiedProgram verified, byte[] bytes, MapSet maps)
    {
        if (verified.Program.Kind == ProgramKind.Memory)
        {
            return new VmOutcome(CompiledMemoryProgram.Compile(verified).Run(bytes, maps), bytes);
        }

        using PacketMemory packet = PacketOf(bytes);
        return new VmOutcome(packet.Run(CompiledPacketProgram.Compile(verified), maps), packet.Packet.ToArray());
    }

    private static PacketMemory PacketOf(byte[] bytes) => bytes.Length <= PacketMemory.LongestPacket
        ? new PacketMemory(bytes)
        : throw new CliException($"A packet has at most {PacketMemory.LongestPacket} bytes, not {bytes.Length}.");
}
