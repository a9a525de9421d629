using System.Collections.Immutable;

namespace NearData.Isa.Decoding;

/// <summary>
/// Bytes to instructions. What comes out is defined by RFC 9669 in every field: opcodes, operations and kinds are known ones,
/// unused fields are zero, registers exist, r10 is never a destination, and jumps, local calls and function addresses land on
/// the first slot of an instruction. Nothing is said of what the program does: falling off the end, shifting by more than the
/// width, calling unknown helpers are the verifier's to judge.
/// </summary>
public static class InstructionDecoder
{
    /// <summary>One instruction for each 8-byte slot, a wide load's second slot included. Time is linear in the length.</summary>
    /// <param name="code">Little-endian slots.</param>
    /// <exception cref="InvalidInstructionException">The first fault, with its instruction, field and value.</exception>
    public static ImmutableArray<Instruction> Decode(ReadOnlySpan<byte> code)
    {
        if (code.IsEmpty)
        {
            throw new InvalidInstructionException(0, "code", "the program is empty.");
        }

        if (code.Length % Instruction.Size != 0)
        {
            throw new InvalidInstructionException(
                code.Length / Instruction.Size,
                "code",
                $"the program's {code.Length} bytes aren't a multiple of {Instruction.Size}.");
        }

        ImmutableArray<Instruction>.Builder slots =
            ImmutableArray.CreateBuilder<Instruction>(code.Length / Instruction.Size);
        for (int position = 0; position < code.Length; position += Instruction.Size)
        {
            slots.Add(Instruction.Read(code[position..]));
        }

        ImmutableArray<Instruction> program = slots.MoveToImmutable();
        Check(program);
        return program;
    }

    /// <summary>What <see cref="Decode"/> holds code to, for code that was not bytes.</summary>
    internal static void Check(ImmutableArray<Instruction> program)
    {
        bool[] isSecondSlot = new bool[program.Length];
        for (int slot = 0; slot < program.Length; slot++)
        {
            FieldRules.Check(slot, program[slot], slot + 1 < program.Length ? program[slot + 1] : null);
            if (program[slot].IsWide)
            {
                isSecondSlot[++slot] = true;
            }
        }

        JumpTargets.Check(program, isSecondSlot);
    }
}
