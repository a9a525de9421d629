using System.Globalization;
using System.Linq.Expressions;
using System.Numerics;
using NearData.Client.Linq.Ir;

namespace NearData.Client.Linq.Binding;

/// <summary>
/// Interval analysis: the only maker of arithmetic. Nothing is computed that could leave its register, so that no answer can be
/// silently wrong; what can't be proven is refused with the range that was found.
/// </summary>
internal static class RangeProof
{
    /// <summary>An operation whose exact result was proven to fit.</summary>
    /// <param name="operation">Which.</param>
    /// <param name="left">At the scale that the operation needs, as is the right.</param>
    /// <param name="right">A divisor was proven to be non-zero here.</param>
    /// <param name="limit">What the result may be.</param>
    /// <param name="source">The expression that asks for it.</param>
    /// <param name="scale">The result's digits after the point, for messages.</param>
    /// <exception cref="QueryTranslationException">The proof fails.</exception>
    public static Scalar Apply(ArithmeticOperator operation, Scalar left, Scalar right, Interval limit, Expression source, int scale)
    {
        if (operation is ArithmeticOperator.Divide or ArithmeticOperator.Modulo)
        {
            if (right.Range.Contains(0))
            {
                throw new QueryTranslationException(
                    source, $"its divisor may be anywhere in {right.Range}, and so zero. Only a divisor that can't be zero is translated.");
            }

            RequireOneSignedness(left, right, source);
            RequireWithin(left.Range / right.Range, limit, source, scale); // the least integer modulo -1 throws in C#, too
        }

        Interval range = operation switch
        {
            ArithmeticOperator.Add => left.Range + right.Range,
            ArithmeticOperator.Subtract => left.Range - right.Range,
            ArithmeticOperator.Multiply => left.Range * right.Range,
            ArithmeticOperator.Divide => left.Range / right.Range,
            _ => left.Range % right.Range,
        };
        RequireWithin(range, limit, source, scale);
        return new Arithmetic(operation, left, right, range);
    }

    /// <summary>The same value with more digits after the point.</summary>
    /// <exception cref="QueryTranslationException">It doesn't fit.</exception>
    public static Scalar Rescale(Scalar scalar, int from, int to, Expression source) => from == to
        ? scalar
        : Apply(ArithmeticOperator.Multiply, scalar, new Number(ClientValues.PowerOfTen(to - from)), Interval.Signed64, source, to);

    /// <summary>A comparison of two values at the same scale.</summary>
    /// <exception cref="QueryTranslationException">One may be negative while the other may exceed 63 bits.</exception>
    public static Condition Compare(Relation relation, Scalar left, Scalar right, Expression source)
    {
        RequireOneSignedness(left, right, source);
        return new Comparison(relation, left, right);
    }

    /// <exception cref="QueryTranslationException">The range is wider than the limit.</exception>
    public static void RequireWithin(Interval range, Interval limit, Expression source, int scale)
    {
        if (range.IsWithin(limit))
        {
            return;
        }

        string digits = scale == 0 ? "" : $" (as integers with {scale} digits after the point: {range})";
        string help = limit == Interval.Signed64 || limit == Interval.Unsigned64
            ? "Columns with a narrower range (in the dataset's statistics, or by their type) or fewer digits after the point would help."
            : "Cast an operand to long.";
        throw new QueryTranslationException(
            source, $"its values were only proven to lie in {Text(range, scale)}{digits}, which {limit} does not hold. {help}");
    }

    private static void RequireOneSignedness(Scalar left, Scalar right, Expression source)
    {
        bool signed = left.IsSigned && right.IsSigned;
        if (!signed && (left.Range.Minimum.Sign < 0 || right.Range.Minimum.Sign < 0))
        {
            throw new QueryTranslationException(
                source, $"one side lies in {left.Range}, the other in {right.Range}: no 64-bit integer type holds both.");
        }
    }

    private static string Text(Interval range, int scale) => $"[{Text(range.Minimum, scale)}..{Text(range.Maximum, scale)}]";

    private static string Text(BigInteger unscaled, int scale)
    {
        string digits = BigInteger.Abs(unscaled).ToString(CultureInfo.InvariantCulture).PadLeft(scale + 1, '0');
        string sign = unscaled.Sign < 0 ? "-" : "";
        return scale == 0 ? sign + digits : $"{sign}{digits[..^scale]}.{digits[^scale..]}";
    }
}
