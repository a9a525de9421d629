using System.Linq.Expressions;
using System.Numerics;
using NearData.Client.Linq.Ir;

namespace NearData.Client.Linq.Binding;

/// <summary>Evaluates the parts of a query that don't depend on the row.</summary>
internal static class ClientValues
{
    /// <summary>Digits of the second that a DateTime has.</summary>
    public const int TicksScale = 7;

    private static readonly int EpochDay = DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber;

    /// <summary>The value of a row-independent expression. What the caller's own code throws goes through.</summary>
    public static Bound Evaluate(Expression expression)
    {
        Expression inner = WithoutConversions(expression);
        string? name = (inner as MemberExpression)?.Member.Name;
        object? value = Expression.Lambda<Func<object?>>(Expression.Convert(expression, typeof(object)))
            .Compile(preferInterpretation: true)();
        if (expression.Type == typeof(string))
        {
            return new ClientText((string?)value, name);
        }

        (BigInteger? unscaled, int scale) = Unscale(expression, value);
        return new ClientValue(unscaled, scale, name, inner is ConstantExpression or DefaultExpression);
    }

    public static BigInteger PowerOfTen(int exponent) => BigInteger.Pow(10, exponent);

    private static (BigInteger? Unscaled, int Scale) Unscale(Expression source, object? value) => value switch
    {
        null => (null, 0),
        sbyte or short or int or long => (Convert.ToInt64(value), 0),
        byte or ushort or uint or ulong => (Convert.ToUInt64(value), 0),
        bool truth => (truth ? 1 : 0, 0),
        decimal number => Trim(number),
        DateOnly date => (date.DayNumber - EpochDay, 0), // days since 1970-01-01, as a DATE column has them
        DateTime { Kind: DateTimeKind.Local } => throw new QueryTranslationException(
            source, "it is a local time, and columns are in UTC. Convert it with ToUniversalTime()."),
        DateTime time => Trim(time.Ticks - DateTime.UnixEpoch.Ticks, TicksScale),
        _ => throw new QueryTranslationException(source, $"values of type {value.GetType().CSharpName()} are not supported yet."),
    };

    private static (BigInteger? Unscaled, int Scale) Trim(decimal number)
    {
        Span<int> bits = stackalloc int[4];
        decimal.GetBits(number, bits);
        BigInteger magnitude = ((BigInteger)(uint)bits[2] << 64) | ((BigInteger)(uint)bits[1] << 32) | (uint)bits[0];
        return Trim(number < 0 ? -magnitude : magnitude, number.Scale);
    }

    private static (BigInteger? Unscaled, int Scale) Trim(BigInteger unscaled, int scale)
    {
        while (scale > 0 && (unscaled % 10).IsZero)
        {
            unscaled /= 10;
            scale--;
        }

        return (unscaled, scale);
    }

    private static Expression WithoutConversions(Expression expression)
    {
        while (expression is UnaryExpression { NodeType: ExpressionType.Convert or ExpressionType.ConvertChecked } conversion)
        {
            expression = conversion.Operand;
        }

        return expression;
    }
}
