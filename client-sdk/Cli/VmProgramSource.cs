using System.Collections.Immutable;
using NearData.Isa;
using NearData.Isa.Decoding;
using NearData.Isa.Objects;
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
    public static Program OfCode(byte[] code, ProgramKind kind, int memoryLength) => new()
    {
        Name = "code",
        Section = "code",
        Kind = kind,
        Context = ContextOf(kind, memoryLength),
        Code = Decode(code),
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
