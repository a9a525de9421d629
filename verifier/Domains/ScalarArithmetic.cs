using System.Buffers.Binary;
using System.Numerics;
using NearData.Isa;

namespace NearData.Verifier.Domains;

/// <summary>The arithmetic instructions over sets of numbers, both widths (RFC 9669, 4.1 and 4.2).</summary>
public static class ScalarArithmetic
{
    /// <summary>A 64-bit operation of two operands; <paramref name="signed"/> chooses the signed division.</summary>
    public static Scalar Compute64(AluOperation operation, bool signed, Scalar left, Scalar right)
    {
        if (left.IsConstant && right.IsConstant && Constant64(operation, left.Number, right.Number) is { } number)
        {
            return Scalar.Constant(number);
        }

        if (operation == AluOperation.Add && (IsZero(left) || IsZero(right)))
        {
            return IsZero(left) ? right : left;
        }

        Word<ulong, long> whole = Compute(operation, signed, left.Whole, right.Whole);

        // The low half of these results depends on the low halves of the operands alone.
        Word<uint, int> low = operation switch
        {
            AluOperation.Add or AluOperation.Subtract or AluOperation.Multiply
                or AluOperation.And or AluOperation.Or or AluOperation.Xor => Compute(operation, signed, left.Low, right.Low),
            AluOperation.ShiftLeft when right.IsConstant && (right.Number & 63) < 32 =>
                left.Low.ShiftLeft(Word<uint, int>.Constant((uint)(right.Number & 63))),
            _ => Word<uint, int>.Unknown,
        };
        return Scalar.Of(whole, low);
    }

    /// <summary>A 32-bit operation, whose result clears the high half.</summary>
    public static Scalar Compute32(AluOperation operation, bool signed, Scalar left, Scalar right) =>
        Scalar.ZeroExtended(Compute(operation, signed, left.Low, right.Low));

    public static Scalar SignExtend64(Scalar number, int bits) =>
        Scalar.Of(number.Whole.SignExtend(bits), bits < 32 ? number.Low.SignExtend(bits) : number.Low);

    public static Scalar ZeroExtend(Scalar number, int bits) => bits == 32
        ? Scalar.ZeroExtended(number.Low)
        : Compute64(AluOperation.And, signed: false, number, Scalar.Constant(Tnum<ulong>.LowBits(bits)));

    /// <summary>The low bytes in reverse order, zero-extended.</summary>
    public static Scalar SwapBytes(Scalar number, int bits)
    {
        Tnum<ulong> swapped = new(
            BinaryPrimitives.ReverseEndianness(number.Whole.Bits.Value) >> (64 - bits),
            BinaryPrimitives.ReverseEndianness(number.Whole.Bits.Mask) >> (64 - bits));
        return Scalar.Of(
            Word<ulong, long>.Of(swapped, Interval<ulong>.Full, Interval<long>.Full),
            Word<uint, int>.Unknown);
    }

    /// <summary>What the sets below come to for one number each, in a fraction of the time: counters of loops are such. Null for divisions.</summary>
    private static ulong? Constant64(AluOperation operation, ulong left, ulong right) => operation switch
    {
        AluOperation.Add => left + right,
        AluOperation.Subtract => left - right,
        AluOperation.Multiply => left * right,
        AluOperation.Or => left | right,
        AluOperation.And => left & right,
        AluOperation.Xor => left ^ right,
        AluOperation.ShiftLeft => left << (int)(right & 63),
        AluOperation.ShiftRight => left >> (int)(right & 63),
        AluOperation.ArithmeticShiftRight => (ulong)((long)left >> (int)(right & 63)),
        _ => null,
    };

    private static bool IsZero(Scalar number) => number.IsConstant && number.Number == 0;

    private static Word<TUnsigned, TSigned> Compute<TUnsigned, TSigned>(
        AluOperation operation, bool signed, Word<TUnsigned, TSigned> left, Word<TUnsigned, TSigned> right)
        where TUnsigned : unmanaged, IBinaryInteger<TUnsigned>, IUnsignedNumber<TUnsigned>, IMinMaxValue<TUnsigned>
        where TSigned : unmanaged, IBinaryInteger<TSigned>, ISignedNumber<TSigned>, IMinMaxValue<TSigned> =>
        operation switch
        {
            AluOperation.Add => left.Add(right),
            AluOperation.Subtract => left.Subtract(right),
            AluOperation.Multiply => left.Multiply(right),
            AluOperation.Divide => signed ? left.SignedDivide(right) : left.Divide(right),
            AluOperation.Modulo => signed ? left.SignedModulo(right) : left.Modulo(right),
            AluOperation.Or => left.Or(right),
            AluOperation.And => left.And(right),
            AluOperation.Xor => left.Xor(right),
            AluOperation.ShiftLeft => left.ShiftLeft(right),
            AluOperation.ShiftRight => left.ShiftRight(right),
            AluOperation.ArithmeticShiftRight => left.ArithmeticShiftRight(right),
            _ => Word<TUnsigned, TSigned>.Unknown,
        };
}
