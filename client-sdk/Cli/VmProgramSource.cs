using System.Collections.Immutable;
using NearData.Isa;
using NearData.Isa.Decoding;
using NearData.Isa.Objects;
using NearData.Isa.Objects.Btf;
using NearData.Isa.Programs;

namespace NearData.Cli;

/// <summary>Programs for <c>neardata vm</c>, which runs them outside any node: bare code, or a section of an object.</summary>
internal static class VmProgramSource
{
    /// <summary>The program of bare instructions.</summary>
    /// <param name="code">Little-endian slots.</param>
    /// <param name="kind">What it is called with.</param>
    /// <param name="memoryLength">Bytes of memory, for a memory program.</param>
    /// <exception cref="InvalidInstructionException">The instruction set doesn't define them.</exception>
    public static VmProgram OfCode(byte[] code, ProgramKind kind, int memoryLength) => new(
        new Program
        {
            Name = "code",
            Section = "code",
            Kind = kind,
            Context = ContextOf(kind, memoryLength),
            Code = Decode(code),
        },
        Source: null);

    /// <summary>A program of an object.</summary>
    /// <param name="source">The object.</param>
    /// <param name="section">Its section, or null for the only program.</param>
    /// <param name="kind">What it is called with; null where its section's name says it, and memory where that says nothing.</param>
    /// <param name="memoryLength">Bytes of memory, for a memory program.</param>
    /// <exception cref="CliException">There is no such program, or no single one.</exception>
    public static VmProgram OfObject(BpfObject source, string? section, ProgramKind? kind, int memoryLength)
    {
        // A kind that a section's name says can be overruled: code is code.
        (string Section, Func<Program> Make)[] all =
        [
            .. source.Programs.Select(program => (program.Section, (Func<Program>)(() => Typed(program, kind ?? program.Kind, memoryLength)))),
            .. source.Untyped.Select(program => (program.Section, (Func<Program>)(() => Typed(program.AsMemory(0), kind ?? ProgramKind.Memory, memoryLength)))),
        ];
        string known = string.Join(", ", all.Select(program => program.Section));
        (string Section, Func<Program> Make)[] found = [.. all.Where(program => section is null || program.Section == section)];
        return found.Length == 1
            ? new VmProgram(found[0].Make(), source)
            : throw new CliException(section is null
                ? $"Say with --section which program to run; the object has {known}."
                : $"There {(found.Length == 0 ? "is no program" : "are several programs")} in section '{section}'; the object has {known}.");
    }

    private static Program Typed(Program program, ProgramKind kind, int memoryLength) => kind switch
    {
        ProgramKind.Memory => program.AsMemory(memoryLength),
        ProgramKind.Xdp => program.As(ProgramKind.Xdp),
        _ => throw new CliException($"A {kind} program isn't run over bytes; 'neardata run' runs queries over datasets."),
    };

    private static ProgramContext ContextOf(ProgramKind kind, int memoryLength) => kind == ProgramKind.Xdp
        ? new ProgramContext.Fields(ContextLayout.XdpMd)
        : new ProgramContext.Memory(memoryLength);

    /// <summary>
    /// Calls of a helper by register are decoded too, which RFC 9669 doesn't define but the conformance suite has: the interpreter
    /// knows them, and the verifier refuses them with a better reason.
    /// </summary>
    private static ImmutableArray<Instruction> Decode(byte[] code)
    {
        if (code.Length % Instruction.Size != 0)
        {
            return InstructionDecoder.Decode(code);
        }

        byte[] defined = [.. code];
        for (int slot = 0; slot < code.Length; slot += Instruction.Size)
        {
            if (IsCallByRegister(Instruction.Read(code.AsSpan(slot))))
            {
                Instruction.CallHelper(0).Write(defined.AsSpan(slot));
            }
        }

        return [.. InstructionDecoder.Decode(defined).Select((slot, index) =>
            slot == Instruction.CallHelper(0) ? Instruction.Read(code.AsSpan(index * Instruction.Size)) : slot)];
    }

    private static bool IsCallByRegister(Instruction slot) =>
        slot is { Source.Number: 0, Offset: 0, Immediate: 0, Destination.Number: < 10 }
        && slot.Opcode == Opcode.Jump(InstructionClass.Jump, JumpOperation.Call, fromRegister: true);
}

/// <summary>A program to run, and the object that it is in; null for bare code.</summary>
internal sealed record VmProgram(Program Code, BpfObject? Source)
{
    /// <summary>The types that its maps are described with.</summary>
    public BtfTypes Types => Source?.Types ?? BtfTypes.Empty;
}
