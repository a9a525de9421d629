using System.Collections.Immutable;

namespace NearData.Isa.Decoding;

/// <summary>Every place that an instruction leads to is the first slot of an instruction (RFC 9669, 4.3 and 5.4).</summary>
internal static class JumpTargets
{
    public static void Check(ImmutableArray<Instruction> program, bool[] isSecondSlot)
    {
        for (int slot = 0; slot < program.Length; slot++)
        {
            if (isSecondSlot[slot] || Distance(program[slot]) is not (string field, int distance))
            {
                continue;
            }

            long target = slot + 1L + distance;
            if (target < 0 || target >= program.Length)
            {
                throw new InvalidInstructionException(
                    slot,
                    field,
                    $"{field} is {distance}, which leads to {target}, outside the program's {program.Length} slots.");
            }

            if (isSecondSlot[target])
            {
                throw new InvalidInstructionException(
                    slot,
                    field,
                    $"{field} is {distance}, which leads into the second slot of the 64-bit immediate load at {target - 1}.");
            }
        }
    }

    /// <summary>The field that names a place and its value, in slots from the next one; null where none does.</summary>
    private static (string Field, int Distance)? Distance(Instruction instruction) => instruction switch
    {
        { IsWide: true, WideKind: WideImmediateKind.Function } => ("imm", instruction.Immediate),
        { IsCall: true } => (CallKind)instruction.Source.Number == CallKind.Local ? ("imm", instruction.Immediate) : null,
        { IsUnconditionalJump: true, Opcode.Class: InstructionClass.Jump32 } => ("imm", instruction.Immediate),
        { IsUnconditionalJump: true } or { IsConditionalJump: true } => ("off", instruction.Offset),
        _ => null,
    };
}
