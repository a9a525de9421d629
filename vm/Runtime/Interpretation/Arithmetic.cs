using System.Buffers.Binary;
using NearData.Isa;

namespace NearData.Vm.Interpretation;

/// <summary>Arithmetic, byte swaps and moves (RFC 9669, 4.1 and 4.2), as pure functions.</summary>
internal static class Arithmetic
{
    /// <summary>The destination's new value, or null where the operation is not defined.</summary>
    public static ulong? Evaluate(Instruction instruction, ulong destination, ulong operand) =>
        instruction.Opcode.AluOperation switch
    {
        AluOperation.End => Swap(instruction, destination),
        _ when instruction.Opcode.Class == InstructionClass.Alu64 => Wide(instruction, destination, operand),
        _ => Narrow(instruction, (uint)destination, (uint)operand),
    };

    private static ulong? Wide(Instruction instruction, ulong left, ulong right) =>
        (instruction.Opcode.AluOperation, instruction.Offset) switch
    {
        (AluOperation.Add, 0) => left + right,
        (AluOperation.Subtract, 0) => left - right,
        (AluOperation.Multiply, 0) => left * right,
        (AluOperation.Divide, 0) => right == 0 ? 0 : left / right,
        (AluOperation.Divide, 1) => (ulong)DivideSigned((long)left, (long)right),
        (AluOperation.Modulo, 0) => right == 0 ? left : left % right,
        (AluOperation.Modulo, 1) => (ulong)ModuloSigned((long)left, (long)right),
        (AluOperation.Or, 0) => left | right,
        (AluOperation.And, 0) => left & right,
        (AluOperation.Xor, 0) => left ^ right,
        (AluOperation.ShiftLeft, 0) => left << (int)(right & 63),
        (AluOperation.ShiftRight, 0) => left >> (int)(right & 63),
        (AluOperation.ArithmeticShiftRight, 0) => (ulong)((long)left >> (int)(right & 63)),
        (AluOperation.Negate, 0) => 0 - left,
        (AluOperation.Move, 0) => right,
        (AluOperation.Move, 8) => (ulong)(sbyte)right,
        (AluOperation.Move, 16) => (ulong)(short)right,
        (AluOperation.Move, 32) => (ulong)(int)right,
        _ => null,
    };

    // The result is 32 bits wide, and the register's upper half becomes zero.
    private static ulong? Narrow(Instruction instruction, uint left, uint right) =>
        (instruction.Opcode.AluOperation, instruction.Offset) switch
    {
        (AluOperation.Add, 0) => left + right,
        (AluOperation.Subtract, 0) => left - right,
        (AluOperation.Multiply, 0) => left * right,
        (AluOperation.Divide, 0) => right == 0 ? 0 : left / right,
        (AluOperation.Divide, 1) => (uint)DivideSigned((int)left, (int)right),
        (AluOperation.Modulo, 0) => right == 0 ? left : left % right,
        (AluOperation.Modulo, 1) => (uint)ModuloSigned((int)left, (int)right),
        (AluOperation.Or, 0) => left | right,
        (AluOperation.And, 0) => left & right,
        (AluOperation.Xor, 0) => left ^ right,
        (AluOperation.ShiftLeft, 0) => left << (int)(right & 31),
        (AluOperation.ShiftRight, 0) => left >> (int)(right & 31),
        (AluOperation.ArithmeticShiftRight, 0) => (uint)((int)left >> (int)(right & 31)),
        (AluOperation.Negate, 0) => 0 - left,
        (AluOperation.Move, 0) => right,
        (AluOperation.Move, 8) => (uint)(sbyte)right,
        (AluOperation.Move, 16) => (uint)(short)right,
        _ => null,
    };

    // Division by zero gives zero, and the least number divided by -1 is itself; the processor would trap on both.
    private static long DivideSigned(long left, long right) => right switch
    {
        0 => 0,
        -1 => -left,
        _ => left / right,
    };

    private static long ModuloSigned(long left, long right) => right switch
    {
        0 => left,
        -1 => 0,
        _ => left % right,
    };

    private static ulong? Swap(Instruction instruction, ulong value) =>
        (SwapKindOf(instruction.Opcode), instruction.Immediate) switch
    {
        (ByteOrder.Little, 16) => (ushort)value,
        (ByteOrder.Little, 32) => (uint)value,
        (ByteOrder.Little, 64) => value,
        (ByteOrder.Other, 16) => BinaryPrimitives.ReverseEndianness((ushort)value),
        (ByteOrder.Other, 32) => BinaryPrimitives.ReverseEndianness((uint)value),
        (ByteOrder.Other, 64) => BinaryPrimitives.ReverseEndianness(value),
        _ => null,
    };

    // In class ALU the source bit asks for big-endian; in class ALU64 the swap is unconditional, and the bit reserved.
    private static ByteOrder? SwapKindOf(Opcode opcode) => (opcode.Class, opcode.UsesSourceRegister) switch
    {
        (InstructionClass.Alu, false) => ByteOrder.Little,
        (InstructionClass.Alu, true) or (InstructionClass.Alu64, false) => ByteOrder.Other,
        _ => null,
    };

    private enum ByteOrder
    {
        /// <summary>The machine's own: only the width changes.</summary>
        Little,

        /// <summary>The bytes are reversed.</summary>
        Other,
    }
}
