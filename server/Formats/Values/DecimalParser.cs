using System.Numerics;

namespace NearData.Formats.Values;

/// <summary>
/// A decimal as its unscaled integer: digits with a sign, and a point among them or not. Digits beyond the scale may only be zeros, as
/// nothing is rounded.
/// </summary>
internal readonly struct DecimalParser<T>(int precision, int scale) : IFieldParser<T>
    where T : IBinaryInteger<T>
{
    /// <summary>Digits that always fit in 64 bits.</summary>
    public const int LongDigits = 18;

    private static readonly T Ten = T.CreateChecked(10);

    public bool TryParse(ReadOnlySpan<byte> text, out T value)
    {
        bool isNegative = Sign.Take(ref text);
        value = T.Zero;
        int digits = 0;
        int point = -1;
        int significant = 0;
        for (int i = 0; i < text.Length; i++)
        {
            uint digit = text[i] - (uint)'0';
            if (digit > 9)
            {
                if (text[i] != '.' || point >= 0)
                {
                    return false;
                }

                point = digits;
                continue;
            }

            digits++;
            if (point >= 0 && digits - point > scale)
            {
                if (digit != 0)
                {
                    return false;
                }

                continue;
            }

            // More digits than the type has would overflow, but for zeros in front.
            significant += significant > 0 || digit > 0 ? 1 : 0;
            if (significant > precision)
            {
                return false;
            }

            value = (value * Ten) + T.CreateTruncating(digit);
        }

        int missing = point < 0 ? scale : Math.Max(scale - (digits - point), 0);
        if (digits == 0 || (significant > 0 && significant + missing > precision))
        {
            return false;
        }

        for (; missing > 0; missing--)
        {
            value *= Ten;
        }

        value = isNegative ? -value : value;
        return true;
    }
}
