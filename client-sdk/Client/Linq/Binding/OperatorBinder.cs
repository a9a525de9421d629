using System.Linq.Expressions;
using NearData.Client.Linq.Ir;

namespace NearData.Client.Linq.Binding;

/// <summary>The operators of C# over bound operands, of which at least one depends on the row.</summary>
internal sealed class OperatorBinder(ClientOperand client)
{
    private static readonly Number Zero = new(0);
    private static readonly Number One = new(1);

    /// <summary>An operand as a condition; a null is false.</summary>
    public Condition ToCondition(Bound bound, Expression source) => bound switch
    {
        RowTruth truth => truth.Condition,
        ClientValue value => client.ForCondition(value),
        _ => IsTrue(ToNumber(bound, source)),
    };

    /// <summary>An operand as a number of its own scale.</summary>
    public RowNumber ToNumber(Bound bound, Expression source) => bound switch
    {
        RowNumber number => number,
        RowTruth truth => new(Condition.Choose(truth.Condition, One, Zero), 0, Condition.True),
        ClientValue value => new(client.ForArithmetic(value, value.Scale, source), value.Scale, value.Present),
        RowText or ClientText => throw new QueryTranslationException(
            source, "text is no number; it can be compared with ==, StartsWith, EndsWith and Contains, and be a key of groups."),
        _ => throw new InvalidOperationException($"No number of {bound}."),
    };

    /// <summary>A comparison: false where a side of an ordering is null; null equals null.</summary>
    public Bound Compare(BinaryExpression source, Relation relation, Bound left, Bound right)
    {
        RequireNumbers(source);
        Condition holds = Holds(source, relation, left, right);
        Condition leftPresent = PresenceOf(left);
        Condition rightPresent = PresenceOf(right);
        Condition bothPresent = Condition.And(leftPresent, rightPresent);
        Condition bothNull = Condition.And(Condition.Not(leftPresent), Condition.Not(rightPresent));

        // An inequality is what it denies, turned around: null differs from every value.
        return new RowTruth(relation switch
        {
            Relation.Equal => Condition.Or(Condition.And(bothPresent, holds), bothNull),
            Relation.NotEqual => Condition.Not(Condition.Or(Condition.And(bothPresent, Condition.Not(holds)), bothNull)),
            _ => Condition.And(bothPresent, holds),
        });
    }

    /// <summary>Exact arithmetic: sums at the finer scale, products at the sum of the scales, quotients of integers only.</summary>
    public Bound Compute(BinaryExpression source, ArithmeticOperator operation, Bound left, Bound right)
    {
        Type type = source.Type.Bare();
        bool divides = operation is ArithmeticOperator.Divide or ArithmeticOperator.Modulo;
        if (!type.IsInteger() && (type != typeof(decimal) || divides))
        {
            string help = type == typeof(decimal) ? " Quotients of decimals are rarely exact: divide the aggregate, or use AverageAsync." : "";
            throw new QueryTranslationException(source, $"{source.NodeType} of {type.CSharpName()} is not supported.{help}");
        }

        int leftScale = ScaleOf(left);
        int rightScale = ScaleOf(right);
        int common = Math.Max(leftScale, rightScale);
        bool aligns = operation is ArithmeticOperator.Add or ArithmeticOperator.Subtract;
        RowNumber first = AtScale(left, aligns ? common : leftScale, source.Left);
        RowNumber second = AtScale(right, aligns ? common : rightScale, source.Right);
        int scale = aligns ? common : leftScale + rightScale;
        return new RowNumber(
            RangeProof.Apply(operation, first.Scalar, second.Scalar, type.RegisterRange(), source, scale),
            scale,
            Condition.And(first.Present, second.Present));
    }

    public Bound Negate(UnaryExpression source, Bound operand)
    {
        RowNumber number = ToNumber(operand, source.Operand);
        Interval limit = source.Type.Bare().RegisterRange();
        return number with { Scalar = RangeProof.Apply(ArithmeticOperator.Subtract, Zero, number.Scalar, limit, source, number.Scale) };
    }

    /// <summary>A cast that keeps the value: between a type and its nullable form, and to a type that holds every value.</summary>
    public Bound Cast(UnaryExpression source, Bound operand)
    {
        Type from = source.Operand.Type.Bare();
        Type to = source.Type.Bare();
        if (from == to)
        {
            return operand;
        }

        bool isNumeric = from.IsInteger() || from == typeof(decimal);
        if (!isNumeric || !(to.IsInteger() || to == typeof(decimal)))
        {
            throw new QueryTranslationException(source, $"the cast from {from.CSharpName()} to {to.CSharpName()} is not supported{Hint(to)}.");
        }

        RowNumber number = ToNumber(operand, source.Operand);
        if (to == typeof(decimal))
        {
            return number;
        }

        if (number.Scale > 0)
        {
            throw new QueryTranslationException(source, $"the cast to {to.CSharpName()} would cut off {number.Scale} digits after the point.");
        }

        return number.Scalar.Range.IsWithin(to.RegisterRange())
            ? number
            : throw new QueryTranslationException(
                source, $"its operand lies in {number.Scalar.Range}, and {to.CSharpName()} holds {to.RegisterRange()} only.");
    }

    public Bound Choose(ConditionalExpression source, Condition test, Bound whenTrue, Bound whenFalse)
    {
        if (source.Type == typeof(bool))
        {
            return new RowTruth(Condition.Choose(test, ToCondition(whenTrue, source.IfTrue), ToCondition(whenFalse, source.IfFalse)));
        }

        int scale = Math.Max(ScaleOf(whenTrue), ScaleOf(whenFalse));
        return Pick(source, test, AtScale(whenTrue, scale, source.IfTrue), AtScale(whenFalse, scale, source.IfFalse));
    }

    public Bound Coalesce(BinaryExpression source, Bound left, Bound right)
    {
        int scale = Math.Max(ScaleOf(left), ScaleOf(right));
        RowNumber first = AtScale(left, scale, source.Left);
        RowNumber second = AtScale(right, scale, source.Right);
        return Pick(source, first.Present, first, second);
    }

    /// <summary>The value, or zero where it is null.</summary>
    public Bound OrZero(Bound operand, Expression source)
    {
        RowNumber number = ToNumber(operand, source);
        return Pick(source, number.Present, number, new RowNumber(Zero, number.Scale, Condition.True));
    }

    private static RowNumber Pick(Expression source, Condition test, RowNumber whenTrue, RowNumber whenFalse)
    {
        Scalar scalar = Condition.Choose(test, whenTrue.Scalar, whenFalse.Scalar);
        Interval limit = scalar.Range.Minimum.Sign < 0 ? Interval.Signed64 : Interval.Unsigned64;
        RangeProof.RequireWithin(scalar.Range, limit, source, whenTrue.Scale);
        return new(scalar, whenTrue.Scale, Condition.Choose(test, whenTrue.Present, whenFalse.Present));
    }

    /// <summary>The comparison where both sides are present.</summary>
    private Condition Holds(BinaryExpression source, Relation relation, Bound left, Bound right)
    {
        if (left is ClientValue first)
        {
            return client.Compare(relation.Mirror(), ToNumber(right, source.Right), first, source);
        }

        RowNumber row = ToNumber(left, source.Left);
        if (right is ClientValue second)
        {
            return client.Compare(relation, row, second, source);
        }

        RowNumber other = ToNumber(right, source.Right);
        int scale = Math.Max(row.Scale, other.Scale);
        return RangeProof.Compare(
            relation,
            RangeProof.Rescale(row.Scalar, row.Scale, scale, source.Left),
            RangeProof.Rescale(other.Scalar, other.Scale, scale, source.Right),
            source);
    }

    private RowNumber AtScale(Bound bound, int scale, Expression source)
    {
        if (bound is ClientValue value)
        {
            return new(client.ForArithmetic(value, scale, source), scale, value.Present);
        }

        RowNumber number = ToNumber(bound, source);
        return number with { Scalar = RangeProof.Rescale(number.Scalar, number.Scale, scale, source), Scale = scale };
    }

    private static Condition IsTrue(RowNumber number) => Condition.And(number.Present, Condition.IsSet(number.Scalar));

    private static Condition PresenceOf(Bound bound) => bound switch
    {
        RowNumber number => number.Present,
        ClientValue value => value.Present,
        _ => Condition.True,
    };

    private static int ScaleOf(Bound bound) => bound switch
    {
        RowNumber number => number.Scale,
        ClientValue value => value.Scale,
        _ => 0,
    };

    // Anything else would compare what no register holds, or by a method of the operand's type.
    private static void RequireNumbers(BinaryExpression source)
    {
        Type type = source.Left.Type.Bare();
        bool isNumber = type.IsInteger() || type == typeof(decimal) || type == typeof(bool) || type == typeof(DateOnly) || type == typeof(DateTime);
        if (!isNumber)
        {
            throw new QueryTranslationException(source, $"comparisons of {type.CSharpName()} are not supported{Hint(type)}.");
        }
    }

    private static string Hint(Type type) => type switch
    {
        _ when type == typeof(double) || type == typeof(float) => " yet: floating point is not exact",
        _ when type == typeof(string) => "; ==, StartsWith, EndsWith and Contains are",
        _ => "",
    };
}
