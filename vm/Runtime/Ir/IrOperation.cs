namespace NearData.Vm.Ir;

/// <summary>What a value of the intermediate form is computed by. Numbers have 64 bits; truths are yes or no.</summary>
internal enum IrOperation
{
    /// <summary>A number that is the same for every record: <see cref="IrNode.Number"/>.</summary>
    Constant,

    /// <summary>A part of a column's value, or its validity byte.</summary>
    Column,

    /// <summary>A part of <c>.rodata</c>: the same for every record of an execution.</summary>
    Parameter,

    /// <summary>An address. What it leads to is said where it is used, so that all of them look alike.</summary>
    Address,

    /// <summary>An address in the function's own stack: <see cref="IrNode.Number"/> bytes from the frame pointer.</summary>
    StackAddress,

    /// <summary>The first <see cref="IrNode.Number"/> bytes of a text column, with zeros behind: of use as a part of a group's key alone.</summary>
    Text,

    /// <summary>The length of such a text that fits: of use to compare it with what it can't be.</summary>
    TextLength,

    /// <summary>What a result field holds when the record begins.</summary>
    Content,

    Add,
    Subtract,
    Multiply,
    And,
    Or,
    Xor,

    /// <summary>Shifts by the low six bits of the count.</summary>
    ShiftLeft,
    ShiftRight,
    SignedShiftRight,

    /// <summary>Division as the machine defines it for every divisor.</summary>
    Divide,
    SignedDivide,
    Modulo,
    SignedModulo,

    /// <summary>The low <see cref="IrNode.Number"/> bits, widened.</summary>
    ZeroExtend,
    SignExtend,

    /// <summary>The low <see cref="IrNode.Number"/> bits with their bytes in reverse order, zero-extended.</summary>
    SwapBytes,

    /// <summary>Arithmetic on the bits of IEEE 754 doubles.</summary>
    DoubleAdd,
    DoubleSubtract,
    DoubleMultiply,
    DoubleDivide,

    /// <summary>The nearest double of a signed number.</summary>
    DoubleFromSigned,

    /// <summary>By the truth in front, the second or the third.</summary>
    Select,

    // Truths.
    False,
    True,
    Equal,
    Less,
    SignedLess,

    /// <summary>Comparisons of doubles, which nothing but themselves says: with a NaN each is no.</summary>
    DoubleEqual,
    DoubleLess,
    DoubleLessOrEqual,

    /// <summary>The first is, as a signed number, not below the second and below the third.</summary>
    Within,
    Not,
    Both,

    /// <summary>What a comparison with a result's content says; each has its own number.</summary>
    Decision,
}
