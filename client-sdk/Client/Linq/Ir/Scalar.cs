using System.Numerics;
using NearData.Isa.Programs;

namespace NearData.Client.Linq.Ir;

internal enum ArithmeticOperator
{
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
}

/// <summary>
/// An integer that a program computes in one 64-bit register, with the range that was proven for it. Decimals and times are their
/// unscaled integers here; the scale is known to who made the tree. Compared by structure: equal trees make equal code.
/// </summary>
internal abstract record Scalar(Interval Range)
{
    /// <summary>Whether the register is read as signed; otherwise the value lies in 0..2^64-1 and the register is unsigned.</summary>
    public bool IsSigned => Range.IsWithin(Interval.Signed64);
}

internal sealed record Number(BigInteger Value) : Scalar(Interval.Exactly(Value));

/// <summary>The value of a row's field; zero where it is null.</summary>
internal sealed record FieldValue(RowColumn Column)
    : Scalar(Column.IsNullable ? Column.Range.Union(Interval.Exactly(0)) : Column.Range);

/// <summary>1 where a nullable field has a value, otherwise 0.</summary>
internal sealed record FieldValidity(RowColumn Column) : Scalar(Interval.Bit);

/// <summary>A value that is given at execution and loaded from <c>.rodata</c>. Its range is part of the program's shape.</summary>
internal sealed record Parameter(string Name, FieldType Type, Interval Range) : Scalar(Range);

internal sealed record Arithmetic(ArithmeticOperator Operator, Scalar Left, Scalar Right, Interval Range) : Scalar(Range)
{
    public bool IsCommutative => Operator is ArithmeticOperator.Add or ArithmeticOperator.Multiply;
}

/// <summary>One of two values. Made by <see cref="Condition.Choose"/>, which knows when there is nothing to choose.</summary>
internal sealed record Choice(Condition Condition, Scalar WhenTrue, Scalar WhenFalse) : Scalar(WhenTrue.Range.Union(WhenFalse.Range));
