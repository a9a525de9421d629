using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using NearData.Vm.Ir;

namespace NearData.Vm.Vectors;

/// <summary>Operations on 64-bit lanes that processors have no instruction for, a lane at a time.</summary>
internal static class LaneByLane
{
    /// <summary>The method for an operation on vectors of a width: the operation's number, and the operands.</summary>
    public static System.Reflection.MethodInfo Of(VectorShape shape) => typeof(LaneByLane).GetMethod(shape.Tier.ToString())!;

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static Vector512<long> Vector512(int operation, Vector512<long> left, Vector512<long> right)
    {
        if (IsDivision((IrOperation)operation) && ExactQuotient.Exists(left, right))
        {
            return IsRemainder((IrOperation)operation) ? ExactQuotient.Remainder(left, right) : ExactQuotient.Of(left, right);
        }

        Span<long> lanes = stackalloc long[8];
        for (int lane = 0; lane < lanes.Length; lane++)
        {
            lanes[lane] = Compute((IrOperation)operation, left[lane], right[lane]);
        }

        return System.Runtime.Intrinsics.Vector512.Create<long>(lanes);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static Vector256<long> Vector256(int operation, Vector256<long> left, Vector256<long> right)
    {
        if (IsDivision((IrOperation)operation) && ExactQuotient.Exists(left, right))
        {
            return IsRemainder((IrOperation)operation) ? ExactQuotient.Remainder(left, right) : ExactQuotient.Of(left, right);
        }

        Span<long> lanes = stackalloc long[4];
        for (int lane = 0; lane < lanes.Length; lane++)
        {
            lanes[lane] = Compute((IrOperation)operation, left[lane], right[lane]);
        }

        return System.Runtime.Intrinsics.Vector256.Create<long>(lanes);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static Vector128<long> Vector128(int operation, Vector128<long> left, Vector128<long> right)
    {
        if (IsDivision((IrOperation)operation) && ExactQuotient.Exists(left, right))
        {
            return IsRemainder((IrOperation)operation) ? ExactQuotient.Remainder(left, right) : ExactQuotient.Of(left, right);
        }

        Span<long> lanes = stackalloc long[2];
        for (int lane = 0; lane < lanes.Length; lane++)
        {
            lanes[lane] = Compute((IrOperation)operation, left[lane], right[lane]);
        }

        return System.Runtime.Intrinsics.Vector128.Create<long>(lanes);
    }

    private static bool IsDivision(IrOperation operation) => operation is IrOperation.Divide or IrOperation.SignedDivide || IsRemainder(operation);

    private static bool IsRemainder(IrOperation operation) => operation is IrOperation.Modulo or IrOperation.SignedModulo;

    private static long Compute(IrOperation operation, long left, long right) => operation == IrOperation.SwapBytes
        ? NumberMath.SwapBytes((int)right, left)
        : NumberMath.Evaluate(operation, left, right);
}
