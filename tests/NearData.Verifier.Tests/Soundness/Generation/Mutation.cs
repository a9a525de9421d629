using System.Collections.Immutable;
using NearData.Isa;

namespace NearData.Verifier.Tests.Soundness.Generation;

/// <summary>Changes a slot or two of a program: most of what comes out is wrong, and what is accepted nevertheless must be right.</summary>
internal static class Mutation
{
    public static ImmutableArray<Instruction> Of(ImmutableArray<Instruction> code, Choices choices)
    {
        ImmutableArray<Instruction>.Builder changed = code.ToBuilder();
        for (int count = choices.Between(1, 2); count > 0; count--)
        {
            int slot = choices.Below(code.Length);
            bool isSecond = slot > 0 && code[slot - 1].IsWide;
            if (!isSecond && !code[slot].IsWide)
            {
                changed[slot] = Changed(code[slot], choices);
            }
        }

        return changed.MoveToImmutable();
    }

    private static Instruction Changed(Instruction instruction, Choices choices)
    {
        Register other = new((byte)choices.Below(Register.Count));
        switch (choices.Below(6))
        {
            case 0 when !instruction.Opcode.UsesSourceRegister && !instruction.IsCall:
                return instruction with { Immediate = unchecked(instruction.Immediate + choices.Pick(1, -1, 8, -8, int.MaxValue)) };
            case 1 when instruction.Opcode.IsMemory:
                return instruction with { Offset = (short)(instruction.Offset + choices.Pick(1, -1, 4, -4, 8, -8)) };
            case 2 when instruction.Opcode.IsMemory:
                return instruction with { Opcode = new((byte)((instruction.Opcode.Value & ~(int)MemorySize.DoubleWord) | (int)choices.Size())) };
            case 3 when instruction.IsConditionalJump && !instruction.IsMayGoto:
                return instruction with { Opcode = Opcode.Jump(instruction.Opcode.Class, choices.Condition(), instruction.Opcode.UsesSourceRegister) };
            case 4:
                return instruction with { Destination = other };
            case 5 when instruction.Opcode.UsesSourceRegister:
                return instruction with { Source = other };
            default:
                return Instruction.Alu64(AluOperation.Move, other, choices.Constant());
        }
    }
}
