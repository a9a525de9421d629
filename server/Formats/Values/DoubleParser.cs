using System.Globalization;
using System.Text;

namespace NearData.Formats.Values;

/// <summary>A double, correctly rounded; also <c>inf</c>, <c>infinity</c> and <c>nan</c> in any case. A number too large for one is refused.</summary>
internal readonly struct DoubleParser : IFieldParser<double>
{
    private const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

    /// <summary>Integers of so many digits are doubles themselves.</summary>
    private const int ExactDigits = 15;

    /// <summary>Powers of ten that are doubles themselves: an exact integer divided by one is rounded once, so correctly.</summary>
    private static readonly double[] Powers = [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];

    public bool TryParse(ReadOnlySpan<byte> text, out double value) =>
        TryParseShort(text, out value) || TryParseAny(text, out value);

    private static bool TryParseShort(ReadOnlySpan<byte> text, out double value)
    {
        value = 0;
        bool isNegative = Sign.Take(ref text);
        if (text.Length is 0 or > ExactDigits + 1)
        {
            return false;
        }

        long digits = 0;
        int point = -1;
        for (int i = 0; i < text.Length; i++)
        {
            uint digit = text[i] - (uint)'0';
            if (digit <= 9)
            {
                digits = (digits * 10) + digit;
            }
            else if (text[i] == '.' && point < 0)
            {
                point = i;
            }
            else
            {
                return false;
            }
        }

        int count = point < 0 ? text.Length : text.Length - 1;
        if (count is 0 or > ExactDigits)
        {
            return false;
        }

        value = point < 0 ? digits : digits / Powers[text.Length - 1 - point];
        value = isNegative ? -value : value;
        return true;
    }

    private static bool TryParseAny(ReadOnlySpan<byte> text, out double value)
    {
        if (double.TryParse(text, Style, CultureInfo.InvariantCulture, out value) && double.IsFinite(value))
        {
            return true;
        }

        bool isNegative = Sign.Take(ref text);
        value = Ascii.EqualsIgnoreCase(text, "inf"u8) || Ascii.EqualsIgnoreCase(text, "infinity"u8) ? double.PositiveInfinity : double.NaN;
        value = isNegative ? -value : value;
        return !double.IsNaN(value) || Ascii.EqualsIgnoreCase(text, "nan"u8);
    }
}
