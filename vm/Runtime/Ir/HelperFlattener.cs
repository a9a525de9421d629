using NearData.Isa;
using NearData.Isa.Helpers;

namespace NearData.Vm.Ir;

/// <summary>Calls of helpers that are operations on each record alone.</summary>
internal static class HelperFlattener
{
    /// <summary>What a call leaves in r0; null where the helper takes one record at a time.</summary>
    public static IrNode? Compute(IrBuilder builder, int helper, PathState state)
    {
        if (OperationOf(helper) is not { } operation)
        {
            return null;
        }

        IrNode left = state[Register.R1];
        if (operation == IrOperation.DoubleFromSigned)
        {
            return builder.Intern(operation, left);
        }

        IrNode computed = builder.Intern(operation, left, state[Register.R2]);
        return computed.IsTruth ? builder.Select(computed, builder.Constant(1), builder.Constant(0)) : computed;
    }

    private static IrOperation? OperationOf(int helper) =>
        helper == Float64Helpers.Add.Number ? IrOperation.DoubleAdd
        : helper == Float64Helpers.Subtract.Number ? IrOperation.DoubleSubtract
        : helper == Float64Helpers.Multiply.Number ? IrOperation.DoubleMultiply
        : helper == Float64Helpers.Divide.Number ? IrOperation.DoubleDivide
        : helper == Float64Helpers.FromSigned.Number ? IrOperation.DoubleFromSigned
        : helper == Float64Helpers.Equal.Number ? IrOperation.DoubleEqual
        : helper == Float64Helpers.Less.Number ? IrOperation.DoubleLess
        : helper == Float64Helpers.LessOrEqual.Number ? IrOperation.DoubleLessOrEqual
        : null;
}
