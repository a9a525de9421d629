using System.Numerics;
using NearData.Client.Linq.Ir;
using NearData.Isa;
using NearData.Isa.Programs;

namespace NearData.Client.Linq.Emission;

/// <summary>Which instruction does what the tree says.</summary>
internal static class Selection
{
    /// <summary>The offset that makes a division signed (RFC 9669, 4.1).</summary>
    private const short SignedDivision = 1;

    public static JumpOperation Jump(Relation relation, bool signed) => (relation, signed) switch
    {
        (Relation.Equal, _) => JumpOperation.Equal,
        (Relation.NotEqual, _) => JumpOperation.NotEqual,
        (Relation.Less, true) => JumpOperation.SignedLess,
        (Relation.LessOrEqual, true) => JumpOperation.SignedLessOrEqual,
        (Relation.Greater, true) => JumpOperation.SignedGreater,
        (Relation.GreaterOrEqual, true) => JumpOperation.SignedGreaterOrEqual,
        (Relation.Less, false) => JumpOperation.Less,
        (Relation.LessOrEqual, false) => JumpOperation.LessOrEqual,
        (Relation.Greater, false) => JumpOperation.Greater,
        _ => JumpOperation.GreaterOrEqual,
    };

    public static (AluOperation Operation, short Form) Alu(Arithmetic arithmetic, bool signed)
    {
        // Where nothing is negative the unsigned form gives the same, and every version of the instruction set has it.
        bool negative = arithmetic.Left.Range.Minimum.Sign < 0 || arithmetic.Right.Range.Minimum.Sign < 0;
        short division = signed && negative ? SignedDivision : (short)0;
        return arithmetic.Operator switch
        {
            ArithmeticOperator.Add => (AluOperation.Add, 0),
            ArithmeticOperator.Subtract => (AluOperation.Subtract, 0),
            ArithmeticOperator.Multiply => (AluOperation.Multiply, 0),
            ArithmeticOperator.Divide => (AluOperation.Divide, division),
            _ => (AluOperation.Modulo, division),
        };
    }

    /// <summary>The operand as an immediate, which is extended by its sign to 64 bits; null where that isn't the number.</summary>
    public static int? Immediate(Scalar operand, bool signed) => operand is Number number
        && number.Value <= int.MaxValue && number.Value >= (signed ? int.MinValue : BigInteger.Zero)
            ? (int)number.Value
            : null;

    /// <summary>A load that leaves the whole value in 64 bits, extended by its sign where it has one.</summary>
    public static Instruction Load(FieldType type, Register destination, Register address, short offset)
    {
        MemorySize size = type.Size() switch
        {
            1 => MemorySize.Byte,
            2 => MemorySize.HalfWord,
            4 => MemorySize.Word,
            _ => MemorySize.DoubleWord,
        };
        MemoryMode mode = type.IsSigned() && size != MemorySize.DoubleWord ? MemoryMode.SignExtendingMemory : MemoryMode.Memory;
        return new(Opcode.Memory(InstructionClass.LoadX, mode, size), destination, address, offset, 0);
    }
}
