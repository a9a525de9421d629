using NearData.Isa.Programs;
using NearData.Vm.Compilation;

namespace NearData.Vm.Ir;

/// <summary>What arithmetic is without computing it: constants, neutral operands, extensions that change nothing, shift pairs.</summary>
internal sealed class NumberRules(IrBuilder builder)
{
    public IrNode Compute(IrOperation operation, IrNode left, IrNode right)
    {
        if (left.IsConstant && right.IsConstant)
        {
            return builder.Constant(NumberMath.Evaluate(operation, left.Number, right.Number));
        }

        if (IsCommutative(operation) && (left.IsConstant || (!right.IsConstant && left.Id > right.Id)))
        {
            (left, right) = (right, left);
        }

        return Known(operation, left, right)
            ?? builder.Intern(operation, left, right, range: NumberMath.Range(operation, left.Range, right.Range));
    }

    public IrNode ZeroExtend(int bits, IrNode value)
    {
        if (bits == 64 || value.Range.IsWithin(0, (1L << bits) - 1))
        {
            return value;
        }

        IrNode low = Low(bits, value);
        return low.IsConstant
            ? builder.Constant(NumberMath.ZeroExtend(bits, low.Number))
            : Reloaded(bits, low, NumberSign.Unsigned)
                ?? builder.Intern(IrOperation.ZeroExtend, low, number: bits, range: NumberMath.Narrow(bits, isSigned: false));
    }

    public IrNode SignExtend(int bits, IrNode value)
    {
        NumberRange narrow = NumberMath.Narrow(bits, isSigned: true);
        if (bits == 64 || value.Range.IsWithin(narrow.Minimum, narrow.Maximum))
        {
            return value;
        }

        IrNode low = Low(bits, value);
        if (low.IsConstant)
        {
            return builder.Constant(NumberMath.SignExtend(bits, low.Number));
        }

        return low.Range.IsWithin(narrow.Minimum, narrow.Maximum)
            ? low
            : Reloaded(bits, low, NumberSign.Signed) ?? builder.Intern(IrOperation.SignExtend, low, number: bits, range: narrow);
    }

    private static bool IsCommutative(IrOperation operation) =>
        operation is IrOperation.Add or IrOperation.Multiply or IrOperation.And or IrOperation.Or or IrOperation.Xor;

    private IrNode? Known(IrOperation operation, IrNode left, IrNode right)
    {
        switch (operation)
        {
            case IrOperation.Add or IrOperation.Subtract or IrOperation.Or or IrOperation.Xor
                or IrOperation.ShiftLeft or IrOperation.ShiftRight or IrOperation.SignedShiftRight when right.Is(0):
            case IrOperation.Multiply or IrOperation.Divide or IrOperation.SignedDivide when right.Is(1):
            case IrOperation.And when right.Is(-1):
            case IrOperation.And or IrOperation.Or when left == right:
                return left;
            case IrOperation.Multiply or IrOperation.And or IrOperation.Divide or IrOperation.SignedDivide when right.Is(0):
            case IrOperation.Subtract or IrOperation.Xor when left == right:
                return builder.Constant(0);
            case IrOperation.Add when left == right && !left.DependsOnResult:
                return Compute(IrOperation.ShiftLeft, left, builder.Constant(1));
            case IrOperation.ShiftLeft when right.IsConstant && left is { Operation: IrOperation.ShiftLeft, Second: { IsConstant: true } first }
                && (right.Number & 63) + (first.Number & 63) < 64:
                return Compute(IrOperation.ShiftLeft, left.First!, builder.Constant((right.Number & 63) + (first.Number & 63)));
            case IrOperation.Add when right.IsConstant && left is { Operation: IrOperation.Add, Second: { IsConstant: true } before } && !left.DependsOnResult:
                return Compute(IrOperation.Add, left.First!, builder.Constant(before.Number + right.Number));
            case IrOperation.Subtract when right.IsConstant && !left.DependsOnResult:
                return Compute(IrOperation.Add, left, builder.Constant(-right.Number));
            case IrOperation.And when right.IsConstant && !left.DependsOnResult:
                return Masked(left, right.Number);
            case IrOperation.ShiftRight or IrOperation.SignedShiftRight when right.IsConstant:
                return ShiftedBack(operation, left, (int)(right.Number & 63));
            default:
                return null;
        }
    }

    /// <summary>Masks of low bits are extensions.</summary>
    private IrNode? Masked(IrNode value, long mask)
    {
        bool isLowBits = mask > 0 && (mask & (mask + 1)) == 0;
        int bits = (int)long.PopCount(mask);
        return isLowBits && (bits is 8 or 16 or 32 || value.Range.IsWithin(0, mask)) ? ZeroExtend(bits, value) : null;
    }

    /// <summary>A shift left and back again is an extension of what is left of the value.</summary>
    private IrNode? ShiftedBack(IrOperation operation, IrNode shifted, int count)
    {
        int width = shifted.Operation is IrOperation.SignExtend or IrOperation.ZeroExtend ? (int)shifted.Number : 64;
        bool isSigned = operation == IrOperation.SignedShiftRight;
        IrNode inner = width == 64 ? shifted : shifted.First!;
        bool isPair = inner.Operation == IrOperation.ShiftLeft && inner.Second!.Is(count) && count < width
            && (width == 64 || (shifted.Operation == IrOperation.SignExtend) == isSigned);
        return !isPair ? null
            : isSigned ? SignExtend(width - count, inner.First!)
            : ZeroExtend(width - count, inner.First!);
    }

    /// <summary>A value with the same low bits that takes less to compute.</summary>
    private IrNode Low(int bits, IrNode value)
    {
        while (value.Operation is IrOperation.ZeroExtend or IrOperation.SignExtend && value.Number >= bits)
        {
            value = value.First!;
        }

        bool isLocal = value.Operation is IrOperation.Add or IrOperation.Subtract or IrOperation.Multiply
            or IrOperation.And or IrOperation.Or or IrOperation.Xor;
        if (!isLocal || value.DependsOnResult)
        {
            return value;
        }

        IrNode left = Low(bits, value.First!);
        IrNode right = Low(bits, value.Second!);
        return left == value.First && right == value.Second ? value : Compute(value.Operation, left, right);
    }

    /// <summary>The extension of bytes that were loaded can be the load's own.</summary>
    private IrNode? Reloaded(int bits, IrNode value, NumberSign sign) =>
        value.Operation is IrOperation.Column or IrOperation.Parameter && value.Part.Size * 8 == bits && value.Part.Sign != sign
            ? builder.Load(value.Part with { Sign = sign }, NumberRange.Any)
            : null;
}
