using System.Reflection.Emit;
using NearData.Isa;

namespace NearData.Vm.Compilation;

/// <summary>Compiles conditional jumps (RFC 9669, 4.3).</summary>
internal static class JumpWriter
{
    public static void Write(MethodWriter writer, RegisterLocals registers, Instruction instruction, Label target)
    {
        OperandWriter operands = new(writer, registers);
        operands.PushDestination(instruction);
        operands.Push(instruction);
        if (instruction.Opcode.JumpOperation == JumpOperation.BitsSet)
        {
            writer.Do(OpCodes.And);
            writer.Branch(OpCodes.Brtrue, target);
        }
        else
        {
            writer.Branch(Condition(instruction.Opcode.JumpOperation), target);
        }
    }

    private static OpCode Condition(JumpOperation operation) => operation switch
    {
        JumpOperation.Equal => OpCodes.Beq,
        JumpOperation.NotEqual => OpCodes.Bne_Un,
        JumpOperation.Greater => OpCodes.Bgt_Un,
        JumpOperation.GreaterOrEqual => OpCodes.Bge_Un,
        JumpOperation.Less => OpCodes.Blt_Un,
        JumpOperation.LessOrEqual => OpCodes.Ble_Un,
        JumpOperation.SignedGreater => OpCodes.Bgt,
        JumpOperation.SignedGreaterOrEqual => OpCodes.Bge,
        JumpOperation.SignedLess => OpCodes.Blt,
        JumpOperation.SignedLessOrEqual => OpCodes.Ble,
        _ => throw new InvalidOperationException($"Jump operation 0x{(int)operation:x2} is not defined."),
    };
}
