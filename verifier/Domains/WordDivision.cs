using System.Numerics;

namespace NearData.Verifier.Domains;

/// <summary>
/// Division over sets of words. It is defined for every divisor: a quotient by zero is zero, a remainder by zero is the dividend, and
/// the least signed number over minus one is itself (RFC 9669, 4.1).
/// </summary>
public static class WordDivision
{
    extension<TUnsigned, TSigned>(Word<TUnsigned, TSigned> left)
        where TUnsigned : unmanaged, IBinaryInteger<TUnsigned>, IUnsignedNumber<TUnsigned>, IMinMaxValue<TUnsigned>
        where TSigned : unmanaged, IBinaryInteger<TSigned>, ISignedNumber<TSigned>, IMinMaxValue<TSigned>
    {
        public Word<TUnsigned, TSigned> Divide(Word<TUnsigned, TSigned> right)
        {
            Interval<TUnsigned> divisor = right.Unsigned;
            if (divisor.Maximum == TUnsigned.Zero)
            {
                return Word<TUnsigned, TSigned>.Constant(TUnsigned.Zero);
            }

            TUnsigned least = divisor.Minimum == TUnsigned.Zero ? TUnsigned.Zero : left.Unsigned.Minimum / divisor.Maximum;
            TUnsigned greatest = left.Unsigned.Maximum / TUnsigned.Max(divisor.Minimum, TUnsigned.One);
            return Word<TUnsigned, TSigned>.FromUnsigned(new(least, greatest));
        }

        public Word<TUnsigned, TSigned> Modulo(Word<TUnsigned, TSigned> right)
        {
            // A dividend below every divisor, or a divisor that can only be zero, leaves the dividend as it is.
            if (left.Unsigned.Maximum < right.Unsigned.Minimum || right.Unsigned.Maximum == TUnsigned.Zero)
            {
                return left;
            }

            TUnsigned greatest = right.Unsigned.Minimum == TUnsigned.Zero
                ? left.Unsigned.Maximum
                : TUnsigned.Min(left.Unsigned.Maximum, right.Unsigned.Maximum - TUnsigned.One);
            return Word<TUnsigned, TSigned>.FromUnsigned(new(TUnsigned.Zero, greatest));
        }

        public Word<TUnsigned, TSigned> SignedDivide(Word<TUnsigned, TSigned> right)
        {
            Int128 low = Int128.CreateTruncating(left.Signed.Minimum);
            Int128 high = Int128.CreateTruncating(left.Signed.Maximum);
            if (right.IsConstant)
            {
                Int128 divisor = Int128.CreateTruncating(right.Signed.Minimum);
                if (divisor == 0)
                {
                    return Word<TUnsigned, TSigned>.Constant(TUnsigned.Zero);
                }

                return Word<TUnsigned, TSigned>.FromSigned(divisor > 0
                    ? Interval<TSigned>.Wrap(low / divisor, high / divisor)
                    : Interval<TSigned>.Wrap(high / divisor, low / divisor));
            }

            // No quotient is farther from zero than its dividend.
            Int128 farthest = Int128.Max(Int128.Abs(low), Int128.Abs(high));
            return Word<TUnsigned, TSigned>.FromSigned(Interval<TSigned>.Wrap(-farthest, farthest));
        }

        public Word<TUnsigned, TSigned> SignedModulo(Word<TUnsigned, TSigned> right)
        {
            // A remainder has its dividend's sign and is no farther from zero; it is nearer to zero than a divisor other than zero.
            Interval<TSigned> remainder = new(
                TSigned.Min(left.Signed.Minimum, TSigned.Zero),
                TSigned.Max(left.Signed.Maximum, TSigned.Zero));
            if (right.IsConstant && right.Signed.Minimum != TSigned.Zero)
            {
                Int128 nearest = Int128.Abs(Int128.CreateTruncating(right.Signed.Minimum)) - 1;
                TSigned greatest = TSigned.CreateTruncating(nearest);
                remainder = new(TSigned.Max(remainder.Minimum, -greatest), TSigned.Min(remainder.Maximum, greatest));
            }

            return Word<TUnsigned, TSigned>.FromSigned(remainder);
        }
    }
}
