using System.Numerics;

namespace NearData.Verifier.Domains;

/// <summary>What is left of two sets of words when a relation between them is known to hold.</summary>
public static class WordRefinement
{
    /// <summary>
    /// Both operands without words that can't satisfy the relation with any word of the other; null where no pair satisfies it.
    /// </summary>
    public static (Word<TUnsigned, TSigned> Left, Word<TUnsigned, TSigned> Right)? Assume<TUnsigned, TSigned>(
        Relation relation, Word<TUnsigned, TSigned> left, Word<TUnsigned, TSigned> right)
        where TUnsigned : unmanaged, IBinaryInteger<TUnsigned>, IUnsignedNumber<TUnsigned>, IMinMaxValue<TUnsigned>
        where TSigned : unmanaged, IBinaryInteger<TSigned>, ISignedNumber<TSigned>, IMinMaxValue<TSigned>
    {
        switch (relation)
        {
            case Relation.Equal:
                return left.Meet(right) is { } common ? (common, common) : null;
            case Relation.NotEqual:
                return Pair(Without(left, right), Without(right, left));
            case Relation.Less or Relation.LessOrEqual:
                return Below(relation == Relation.Less, left.Unsigned, right.Unsigned) is { } unsigned
                    ? Pair(
                        Word<TUnsigned, TSigned>.Meet(left.Bits, unsigned.Left, left.Signed),
                        Word<TUnsigned, TSigned>.Meet(right.Bits, unsigned.Right, right.Signed))
                    : null;
            case Relation.SignedLess or Relation.SignedLessOrEqual:
                return Below(relation == Relation.SignedLess, left.Signed, right.Signed) is { } signed
                    ? Pair(
                        Word<TUnsigned, TSigned>.Meet(left.Bits, left.Unsigned, signed.Left),
                        Word<TUnsigned, TSigned>.Meet(right.Bits, right.Unsigned, signed.Right))
                    : null;
            case Relation.BitsSet:
                return Pair(WithSomeOf(left, right), WithSomeOf(right, left));
            case Relation.BitsClear:
                return Pair(WithNoneOf(left, right), WithNoneOf(right, left));
            default:
                return Assume(relation.Mirrored(), right, left) is { } exchanged ? (exchanged.Right, exchanged.Left) : null;
        }

        static (Word<TUnsigned, TSigned>, Word<TUnsigned, TSigned>)? Pair(Word<TUnsigned, TSigned>? a, Word<TUnsigned, TSigned>? b) =>
            a is { } first && b is { } second ? (first, second) : null;
    }

    /// <summary>A constant can be taken out of the other set only at an end of one of its intervals.</summary>
    private static Word<TUnsigned, TSigned>? Without<TUnsigned, TSigned>(Word<TUnsigned, TSigned> set, Word<TUnsigned, TSigned> other)
        where TUnsigned : unmanaged, IBinaryInteger<TUnsigned>, IUnsignedNumber<TUnsigned>, IMinMaxValue<TUnsigned>
        where TSigned : unmanaged, IBinaryInteger<TSigned>, ISignedNumber<TSigned>, IMinMaxValue<TSigned>
    {
        if (!other.IsConstant)
        {
            return set;
        }

        return Without(set.Unsigned, other.Unsigned.Minimum) is { } unsigned && Without(set.Signed, other.Signed.Minimum) is { } signed
            ? Word<TUnsigned, TSigned>.Meet(set.Bits, unsigned, signed)
            : null;
    }

    private static Interval<T>? Without<T>(Interval<T> interval, T number)
        where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
    {
        if (interval.Minimum == interval.Maximum)
        {
            return interval.Minimum == number ? null : interval;
        }

        return interval.Minimum == number ? new(number + T.One, interval.Maximum)
            : interval.Maximum == number ? new(interval.Minimum, number - T.One)
            : interval;
    }

    private static (Interval<T> Left, Interval<T> Right)? Below<T>(bool strictly, Interval<T> left, Interval<T> right)
        where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
    {
        // Nothing is below the least number, nor above the greatest: stepping past them would wrap.
        if (strictly && (right.Maximum == T.MinValue || left.Minimum == T.MaxValue))
        {
            return null;
        }

        T step = strictly ? T.One : T.Zero;
        return left.Meet(new(T.MinValue, right.Maximum - step)) is { } lower
            && right.Meet(new(left.Minimum + step, T.MaxValue)) is { } upper
                ? (lower, upper)
                : null;
    }

    private static Word<TUnsigned, TSigned>? WithSomeOf<TUnsigned, TSigned>(Word<TUnsigned, TSigned> set, Word<TUnsigned, TSigned> other)
        where TUnsigned : unmanaged, IBinaryInteger<TUnsigned>, IUnsignedNumber<TUnsigned>, IMinMaxValue<TUnsigned>
        where TSigned : unmanaged, IBinaryInteger<TSigned>, ISignedNumber<TSigned>, IMinMaxValue<TSigned>
    {
        TUnsigned shared = set.Bits.Maximum & other.Bits.Maximum;
        return shared == TUnsigned.Zero ? null
            : TUnsigned.PopCount(shared) == TUnsigned.One
                ? set.Bits.Meet(new(shared, ~shared)) is { } bits ? Word<TUnsigned, TSigned>.Meet(bits, set.Unsigned, set.Signed) : null
            : set;
    }

    /// <summary>Bits that the other certainly has are certainly clear here.</summary>
    private static Word<TUnsigned, TSigned>? WithNoneOf<TUnsigned, TSigned>(Word<TUnsigned, TSigned> set, Word<TUnsigned, TSigned> other)
        where TUnsigned : unmanaged, IBinaryInteger<TUnsigned>, IUnsignedNumber<TUnsigned>, IMinMaxValue<TUnsigned>
        where TSigned : unmanaged, IBinaryInteger<TSigned>, ISignedNumber<TSigned>, IMinMaxValue<TSigned> =>
        set.Bits.Meet(new(TUnsigned.Zero, ~other.Bits.Value)) is { } bits
            ? Word<TUnsigned, TSigned>.Meet(bits, set.Unsigned, set.Signed)
            : null;
}
