using System.Numerics;

namespace NearData.Verifier.Domains;

/// <summary>Makes ascending chains of numbers' ranges short: a bound that moved goes on to the next of a few that code likes.</summary>
public static class ScalarWidening
{
    /// <summary>A set that holds all of <paramref name="joined"/>.</summary>
    /// <param name="before">What was known before.</param>
    /// <param name="joined">That and more.</param>
    /// <param name="bounds">What bounds go on to.</param>
    public static Scalar Widen(Scalar before, Scalar joined, WideningBounds bounds) => before == joined
        ? joined
        : Scalar.Of(Widen(before.Whole, joined.Whole, bounds), Widen(before.Low, joined.Low, bounds));

    /// <summary>As for scalars, for words of one width.</summary>
    public static Word<TUnsigned, TSigned> Widen<TUnsigned, TSigned>(
        Word<TUnsigned, TSigned> before, Word<TUnsigned, TSigned> joined, WideningBounds bounds)
        where TUnsigned : unmanaged, IBinaryInteger<TUnsigned>, IUnsignedNumber<TUnsigned>, IMinMaxValue<TUnsigned>
        where TSigned : unmanaged, IBinaryInteger<TSigned>, ISignedNumber<TSigned>, IMinMaxValue<TSigned> =>
        Word<TUnsigned, TSigned>.Of(
            Widen(before.Bits, joined.Bits), Widen(before.Unsigned, joined.Unsigned, bounds), Widen(before.Signed, joined.Signed, bounds));

    /// <summary>Of bits that become unknown, all above become so too: what is left says what the number is a multiple of.</summary>
    private static Tnum<T> Widen<T>(Tnum<T> before, Tnum<T> joined)
        where T : unmanaged, IBinaryInteger<T>, IUnsignedNumber<T>, IMinMaxValue<T>
    {
        if (before == joined)
        {
            return joined;
        }

        T known = Tnum<T>.LowBits(int.CreateTruncating(T.TrailingZeroCount(joined.Mask)));
        return new(joined.Value & known, ~known);
    }

    private static Interval<T> Widen<T>(Interval<T> before, Interval<T> joined, WideningBounds bounds)
        where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
    {
        Int128 minimum = Int128.CreateTruncating(joined.Minimum);
        Int128 maximum = Int128.CreateTruncating(joined.Maximum);
        T lower = joined.Minimum == before.Minimum ? joined.Minimum
            : T.CreateTruncating(Int128.Max(bounds.AtMost(minimum), Int128.CreateTruncating(T.MinValue)));
        T upper = joined.Maximum == before.Maximum ? joined.Maximum
            : T.CreateTruncating(Int128.Min(bounds.AtLeast(maximum), Int128.CreateTruncating(T.MaxValue)));
        return new(lower, upper);
    }
}
