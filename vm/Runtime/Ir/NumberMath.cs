using System.Buffers.Binary;
using NearData.Isa.Programs;

namespace NearData.Vm.Ir;

/// <summary>The intermediate form's operations on known numbers, and on ranges of numbers.</summary>
internal static class NumberMath
{
    public static long Evaluate(IrOperation operation, long left, long right) => operation switch
    {
        IrOperation.Add => left + right,
        IrOperation.Subtract => left - right,
        IrOperation.Multiply => left * right,
        IrOperation.And => left & right,
        IrOperation.Or => left | right,
        IrOperation.Xor => left ^ right,
        IrOperation.ShiftLeft => left << (int)(right & 63),
        IrOperation.ShiftRight => left >>> (int)(right & 63),
        IrOperation.SignedShiftRight => left >> (int)(right & 63),
        IrOperation.Divide => right == 0 ? 0 : (long)((ulong)left / (ulong)right),
        IrOperation.SignedDivide => right == 0 ? 0 : right == -1 ? -left : left / right,
        IrOperation.Modulo => right == 0 ? left : (long)((ulong)left % (ulong)right),
        IrOperation.SignedModulo => right == 0 ? left : right == -1 ? 0 : left % right,
        _ => throw new InvalidOperationException($"{operation} takes no two numbers."),
    };

    public static long ZeroExtend(int bits, long number) => bits == 64 ? number : number & ((1L << bits) - 1);

    public static long SignExtend(int bits, long number) => number << (64 - bits) >> (64 - bits);

    public static long SwapBytes(int bits, long number) =>
        (long)((ulong)BinaryPrimitives.ReverseEndianness(number) >> (64 - bits));

    /// <summary>What numbers of so many bits, widened, can be.</summary>
    public static NumberRange Narrow(int bits, bool isSigned) =>
        bits == 64 ? NumberRange.Any
        : isSigned ? new(-(1L << (bits - 1)), (1L << (bits - 1)) - 1)
        : new(0, (1L << bits) - 1);

    /// <summary>A range that holds every answer for numbers of two ranges.</summary>
    public static NumberRange Range(IrOperation operation, NumberRange left, NumberRange right)
    {
        bool isPositive = left.Minimum >= 0 && right.Minimum >= 0;
        switch (operation)
        {
            case IrOperation.Add:
                return Exact((Int128)left.Minimum + right.Minimum, (Int128)left.Maximum + right.Maximum);
            case IrOperation.Subtract:
                return Exact((Int128)left.Minimum - right.Maximum, (Int128)left.Maximum - right.Minimum);
            case IrOperation.Multiply:
                return Products(left, right);
            case IrOperation.And when isPositive:
                return new(0, long.Min(left.Maximum, right.Maximum));
            case IrOperation.And when left.Minimum >= 0 || right.Minimum >= 0:
                return new(0, left.Minimum >= 0 ? left.Maximum : right.Maximum);
            case IrOperation.Or or IrOperation.Xor when isPositive:
                return new(0, LowBits(long.Max(left.Maximum, right.Maximum)));
            case IrOperation.ShiftLeft when right.IsConstant && right.IsWithin(0, 62):
                return Products(left, new(1L << (int)right.Minimum, 1L << (int)right.Minimum));
            case IrOperation.ShiftRight when right.IsConstant && right.IsWithin(0, 63) && left.Minimum >= 0:
                return new(left.Minimum >> (int)right.Minimum, left.Maximum >> (int)right.Minimum);
            case IrOperation.ShiftRight when right.IsConstant && right.IsWithin(1, 63):
                return new(0, (long)(ulong.MaxValue >> (int)right.Minimum));
            case IrOperation.SignedShiftRight when right.IsConstant && right.IsWithin(0, 63):
                return new(left.Minimum >> (int)right.Minimum, left.Maximum >> (int)right.Minimum);
            case IrOperation.SignedShiftRight or IrOperation.ShiftRight when left.Minimum >= 0:
                return new(0, left.Maximum);
            case IrOperation.Divide when left.Minimum >= 0:
                return right.Minimum >= 1 ? new(left.Minimum / right.Maximum, left.Maximum / right.Minimum) : new(0, left.Maximum);
            case IrOperation.SignedDivide when right.Minimum >= 1:
                return new(long.Min(left.Minimum, 0), long.Max(left.Maximum, 0));
            case IrOperation.Modulo when left.Minimum >= 0:
                return new(0, right.Minimum >= 1 ? long.Min(left.Maximum, right.Maximum - 1) : left.Maximum);
            case IrOperation.SignedModulo:
                return new(long.Min(left.Minimum, 0), long.Max(left.Maximum, 0));
            default:
                return NumberRange.Any;
        }
    }

    private static NumberRange Products(NumberRange left, NumberRange right)
    {
        Int128 a = (Int128)left.Minimum * right.Minimum;
        Int128 b = (Int128)left.Minimum * right.Maximum;
        Int128 c = (Int128)left.Maximum * right.Minimum;
        Int128 d = (Int128)left.Maximum * right.Maximum;
        return Exact(
            Int128.Min(Int128.Min(a, b), Int128.Min(c, d)),
            Int128.Max(Int128.Max(a, b), Int128.Max(c, d)));
    }

    /// <summary>Where one answer might wrap, any number can come of it.</summary>
    private static NumberRange Exact(Int128 minimum, Int128 maximum) =>
        minimum < long.MinValue || maximum > long.MaxValue ? NumberRange.Any : new((long)minimum, (long)maximum);

    private static long LowBits(long number) => number == 0 ? 0 : (long)(ulong.MaxValue >> (int)long.LeadingZeroCount(number));
}
