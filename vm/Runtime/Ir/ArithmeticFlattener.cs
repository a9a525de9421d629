using NearData.Isa;

namespace NearData.Vm.Ir;

/// <summary>Arithmetic and comparisons of both widths as operations on 64 bits (RFC 9669, 4).</summary>
internal static class ArithmeticFlattener
{
    /// <summary>What an instruction leaves in its destination.</summary>
    public static IrNode Compute(IrBuilder builder, Instruction instruction, PathState state)
    {
        IrNode right = Right(builder, instruction, state);
        AluOperation operation = instruction.Opcode.AluOperation;
        bool isNarrow = instruction.Opcode.Class == InstructionClass.Alu;
        if (operation == AluOperation.Move)
        {
            IrNode moved = instruction.Offset == 0 || right.IsAddress ? right : builder.SignExtend(instruction.Offset, right);
            return isNarrow ? builder.ZeroExtend(32, moved) : moved;
        }

        IrNode left = state[instruction.Destination];
        if (operation == AluOperation.End)
        {
            bool isSwap = !isNarrow || instruction.Opcode.UsesSourceRegister;
            return isSwap ? builder.SwapBytes(instruction.Immediate, left) : builder.ZeroExtend(instruction.Immediate, left);
        }

        if (left.IsAddress || (right.IsAddress && operation != AluOperation.Negate))
        {
            return left.IsAddress && right.IsAddress
                ? throw new NotStraightException("it computes the distance of two addresses")
                : Moved(builder, operation, left, right);
        }

        return operation == AluOperation.Negate ? Narrowed(builder.Compute(IrOperation.Subtract, builder.Constant(0), left))
            : isNarrow ? Narrowed(Compute32(builder, operation, instruction.Offset == 1, left, right))
            : builder.Compute(OperationOf(operation, instruction.Offset == 1), left, IsShift(operation) ? Count(builder, right, 63) : right);

        IrNode Narrowed(IrNode value) => isNarrow ? builder.ZeroExtend(32, value) : value;
    }

    /// <summary>An address and a number: where it leads is known of one in the stack.</summary>
    private static IrNode Moved(IrBuilder builder, AluOperation operation, IrNode left, IrNode right) => (operation, left, right) switch
    {
        (AluOperation.Add, { Operation: IrOperation.StackAddress }, { IsConstant: true }) => builder.StackAddress(left.Number + right.Number),
        (AluOperation.Add, { IsConstant: true }, { Operation: IrOperation.StackAddress }) => builder.StackAddress(left.Number + right.Number),
        (AluOperation.Subtract, { Operation: IrOperation.StackAddress }, { IsConstant: true }) => builder.StackAddress(left.Number - right.Number),
        _ => builder.Address,
    };

    /// <summary>When a conditional jump is taken; null where it compares an address.</summary>
    public static IrNode? Compare(IrBuilder builder, Instruction instruction, PathState state)
    {
        IrNode left = state[instruction.Destination];
        IrNode right = Right(builder, instruction, state);
        if (left.IsAddress || right.IsAddress)
        {
            return null;
        }

        if (left.DependsOnDecision || right.DependsOnDecision)
        {
            // That is proven not to be so: the conditions weren't simplified far enough to show it.
            throw new NotStraightException("its paths meet in a way that leaves their conditions apart");
        }

        if (left.DependsOnResult || right.DependsOnResult)
        {
            return builder.Decide();
        }

        JumpOperation operation = instruction.Opcode.JumpOperation;
        if (instruction.Opcode.Class == InstructionClass.Jump32)
        {
            bool isSigned = operation is JumpOperation.SignedLess or JumpOperation.SignedLessOrEqual
                or JumpOperation.SignedGreater or JumpOperation.SignedGreaterOrEqual;
            (left, right) = isSigned
                ? (builder.SignExtend(32, left), builder.SignExtend(32, right))
                : (builder.ZeroExtend(32, left), builder.ZeroExtend(32, right));
        }

        TruthRules truths = builder.Truths;
        return operation switch
        {
            JumpOperation.Equal => truths.Equal(left, right),
            JumpOperation.NotEqual => truths.Not(truths.Equal(left, right)),
            JumpOperation.Greater => truths.Less(right, left),
            JumpOperation.GreaterOrEqual => truths.Not(truths.Less(left, right)),
            JumpOperation.Less => truths.Less(left, right),
            JumpOperation.LessOrEqual => truths.Not(truths.Less(right, left)),
            JumpOperation.SignedGreater => truths.SignedLess(right, left),
            JumpOperation.SignedGreaterOrEqual => truths.Not(truths.SignedLess(left, right)),
            JumpOperation.SignedLess => truths.SignedLess(left, right),
            JumpOperation.SignedLessOrEqual => truths.Not(truths.SignedLess(right, left)),
            _ => truths.Not(truths.Equal(builder.Compute(IrOperation.And, left, right), builder.Constant(0))),
        };
    }

    private static IrNode Right(IrBuilder builder, Instruction instruction, PathState state) =>
        instruction.Opcode.AluOperation == AluOperation.Negate && instruction.Opcode.IsArithmetic ? builder.Constant(0)
        : instruction.Opcode.UsesSourceRegister && !(instruction.Opcode.IsArithmetic && instruction.Opcode.AluOperation == AluOperation.End)
            ? state[instruction.Source]
            : builder.Constant(instruction.Immediate);

    // The low half of most results depends on the low halves alone; the others get operands that were widened.
    private static IrNode Compute32(IrBuilder builder, AluOperation operation, bool isSigned, IrNode left, IrNode right) => operation switch
    {
        AluOperation.ShiftLeft => builder.Compute(IrOperation.ShiftLeft, left, Count(builder, right, 31)),
        AluOperation.ShiftRight => builder.Compute(IrOperation.ShiftRight, builder.ZeroExtend(32, left), Count(builder, right, 31)),
        AluOperation.ArithmeticShiftRight =>
            builder.Compute(IrOperation.SignedShiftRight, builder.SignExtend(32, left), Count(builder, right, 31)),
        AluOperation.Divide or AluOperation.Modulo when isSigned =>
            builder.Compute(OperationOf(operation, isSigned), builder.SignExtend(32, left), builder.SignExtend(32, right)),
        AluOperation.Divide or AluOperation.Modulo =>
            builder.Compute(OperationOf(operation, isSigned), builder.ZeroExtend(32, left), builder.ZeroExtend(32, right)),
        _ => builder.Compute(OperationOf(operation, isSigned), left, right),
    };

    private static IrNode Count(IrBuilder builder, IrNode count, int mask) => builder.Compute(IrOperation.And, count, builder.Constant(mask));

    private static bool IsShift(AluOperation operation) =>
        operation is AluOperation.ShiftLeft or AluOperation.ShiftRight or AluOperation.ArithmeticShiftRight;

    private static IrOperation OperationOf(AluOperation operation, bool isSigned) => operation switch
    {
        AluOperation.Add => IrOperation.Add,
        AluOperation.Subtract => IrOperation.Subtract,
        AluOperation.Multiply => IrOperation.Multiply,
        AluOperation.Divide => isSigned ? IrOperation.SignedDivide : IrOperation.Divide,
        AluOperation.Modulo => isSigned ? IrOperation.SignedModulo : IrOperation.Modulo,
        AluOperation.Or => IrOperation.Or,
        AluOperation.And => IrOperation.And,
        AluOperation.Xor => IrOperation.Xor,
        AluOperation.ShiftLeft => IrOperation.ShiftLeft,
        AluOperation.ShiftRight => IrOperation.ShiftRight,
        AluOperation.ArithmeticShiftRight => IrOperation.SignedShiftRight,
        _ => throw new InvalidOperationException($"Arithmetic operation 0x{(int)operation:x2} takes no two numbers."),
    };
}
