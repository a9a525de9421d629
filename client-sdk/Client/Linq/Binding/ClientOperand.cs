using System.Linq.Expressions;
using System.Numerics;
using NearData.Client.Linq.Ir;

namespace NearData.Client.Linq.Binding;

/// <summary>
/// Gives a value of the client its form in the program. Literals become numbers of the code. Captured variables become parameters:
/// in a comparison of any range, so that every value shares one program; in arithmetic of the range that its sign and its number
/// of bits tell, so that the programs of a query are at most one for each of those.
/// </summary>
internal sealed class ClientOperand(ParameterList parameters)
{
    /// <summary>An operand of arithmetic, with this many digits after the point; zero where it is null.</summary>
    /// <exception cref="QueryTranslationException">It exceeds 64 bits.</exception>
    public Scalar ForArithmetic(ClientValue value, int scale, Expression source)
    {
        BigInteger unscaled = (value.Unscaled ?? 0) * ClientValues.PowerOfTen(scale - value.Scale);
        bool isFixed = value.IsLiteral || value.Unscaled is null;
        Interval bound = isFixed ? Interval.Exactly(unscaled) : PowerOfTwoBound(unscaled);
        if (!bound.IsWithin(Interval.Signed64) && !bound.IsWithin(Interval.Unsigned64))
        {
            throw new QueryTranslationException(source, $"{unscaled}, its integer with {scale} digits after the point, exceeds 64 bits.");
        }

        return isFixed ? new Number(unscaled) : parameters.Add(value.Name, unscaled, bound);
    }

    /// <summary>A condition that no row decides; a null is false.</summary>
    public Condition ForCondition(ClientValue value) => value switch
    {
        { Unscaled: null } => Condition.False,
        { IsLiteral: true } => Decided(!value.Unscaled.Value.IsZero),
        _ => Condition.IsSet(parameters.Add(value.Name, value.Unscaled.Value, Interval.Bit)),
    };

    /// <summary>
    /// A row's number compared with the client's value, exactly: what lies between two numbers of the row's scale is rounded to
    /// the side where the relation holds for the same rows.
    /// </summary>
    public Condition Compare(Relation relation, RowNumber row, ClientValue value, Expression source)
    {
        if (value.Unscaled is not { } unscaled)
        {
            return Condition.False; // never asked: the caller knows that nothing compares with null
        }

        (BigInteger limit, bool isExact) = AtScale(unscaled, value.Scale, row.Scale, relation);
        Interval register = row.Scalar.IsSigned ? Interval.Signed64 : Interval.Unsigned64;
        if (!isExact && relation is (Relation.Equal or Relation.NotEqual))
        {
            return Decided(relation == Relation.NotEqual);
        }

        if (!register.Contains(limit))
        {
            return Decided(relation switch
            {
                Relation.Equal => false,
                Relation.NotEqual => true,
                Relation.Less or Relation.LessOrEqual => limit > register.Maximum,
                _ => limit < register.Minimum,
            });
        }

        Scalar operand = value.IsLiteral ? new Number(limit) : parameters.Add(value.Name, limit, register);
        return RangeProof.Compare(relation, row.Scalar, operand, source);
    }

    private static Condition Decided(bool value) => value ? Condition.True : Condition.False;

    private static (BigInteger Limit, bool IsExact) AtScale(BigInteger unscaled, int from, int to, Relation relation)
    {
        if (to >= from)
        {
            return (unscaled * ClientValues.PowerOfTen(to - from), true);
        }

        // Values have no zeros after the point to lose, so the remainder is never zero.
        BigInteger unit = ClientValues.PowerOfTen(from - to);
        BigInteger floor = BigInteger.Divide(unscaled, unit) - (unscaled.Sign < 0 ? 1 : 0);
        return (relation is Relation.Less or Relation.GreaterOrEqual ? floor + 1 : floor, false);
    }

    private static Interval PowerOfTwoBound(BigInteger value)
    {
        if (value.IsZero)
        {
            return Interval.Exactly(0);
        }

        BigInteger power = BigInteger.One << (int)BigInteger.Abs(value).GetBitLength();
        return value.Sign > 0 ? new(1, power - 1) : new(-power, -1);
    }
}
