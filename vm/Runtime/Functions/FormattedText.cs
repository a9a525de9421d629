using System.Globalization;
using System.Text;

namespace NearData.Vm.Functions;

/// <summary>
/// Text from a format and 64-bit values, as <c>bpf_trace_printk</c> and <c>bpf_snprintf</c> take them: <c>%d %i %u %x %X %c %p</c> with
/// <c>l</c>, <c>ll</c>, width and a leading zero, and <c>%%</c>. What would follow an address (<c>%s</c>, <c>%pI4</c>) is refused.
/// </summary>
internal static class FormattedText
{
    private const int MostWidth = 64;

    /// <summary>The text; null where the format is none of these, or asks for other than the values that there are.</summary>
    public static string? Write(ReadOnlySpan<byte> format, ReadOnlySpan<ulong> values)
    {
        StringBuilder text = new();
        int used = 0;
        for (int at = 0; at < format.Length && format[at] != 0; at++)
        {
            if (format[at] != '%')
            {
                if (!IsPrintable(format[at]))
                {
                    return null;
                }

                text.Append((char)format[at]);
                continue;
            }

            if (at + 1 < format.Length && format[at + 1] == '%')
            {
                text.Append('%');
                at++;
                continue;
            }

            at++;
            if (used == values.Length || Conversion.Read(format, ref at) is not { } conversion)
            {
                return null;
            }

            text.Append(conversion.Apply(values[used++]));
        }

        return text.ToString();
    }

    /// <summary>How many values a format takes; null where it is none that is known.</summary>
    public static int? CountValues(ReadOnlySpan<byte> format)
    {
        int count = 0;
        for (int at = 0; at < format.Length && format[at] != 0; at++)
        {
            if (format[at] != '%')
            {
                continue;
            }

            at++;
            if (at < format.Length && format[at] == '%')
            {
                continue;
            }

            if (Conversion.Read(format, ref at) is null)
            {
                return null;
            }

            count++;
        }

        return count;
    }

    private static bool IsPrintable(byte character) => character is >= 0x20 and < 0x7f or (>= 9 and <= 13);

    private readonly record struct Conversion(char Letter, int Bytes, int Width, char Fill)
    {
        /// <summary>Reads what follows a percent sign; leaves the place at its last character.</summary>
        public static Conversion? Read(ReadOnlySpan<byte> format, ref int at)
        {
            char fill = at < format.Length && format[at] == '0' ? '0' : ' ';
            int width = 0;
            while (at < format.Length && char.IsAsciiDigit((char)format[at]) && width <= MostWidth)
            {
                width = (width * 10) + format[at++] - '0';
            }

            int longs = 0;
            while (at < format.Length && format[at] == 'l' && longs < 2)
            {
                longs++;
                at++;
            }

            char letter = at < format.Length ? (char)format[at] : '\0';
            bool isAlone = at + 1 >= format.Length || !char.IsAsciiLetterOrDigit((char)format[at + 1]);
            bool isKnown = letter switch
            {
                'd' or 'i' or 'u' or 'x' or 'X' => true,
                'c' => longs == 0,
                'p' => longs == 0 && isAlone,
                _ => false,
            };
            return isKnown && width <= MostWidth
                ? new Conversion(letter, letter == 'p' || longs > 0 ? sizeof(long) : sizeof(int), width, fill)
                : null;
        }

        public string Apply(ulong value)
        {
            ulong bits = Bytes == sizeof(long) ? value : (uint)value;
            string text = Letter switch
            {
                'd' or 'i' => (Bytes == sizeof(long) ? (long)value : (int)value).ToString(CultureInfo.InvariantCulture),
                'x' => bits.ToString("x", CultureInfo.InvariantCulture),
                'X' => bits.ToString("X", CultureInfo.InvariantCulture),
                'c' => ((char)(byte)bits).ToString(),
                'p' => bits.ToString("x16", CultureInfo.InvariantCulture),
                _ => bits.ToString(CultureInfo.InvariantCulture),
            };
            bool isSigned = text.StartsWith('-') && Fill == '0';
            return isSigned ? "-" + text[1..].PadLeft(int.Max(Width - 1, 0), '0') : text.PadLeft(Width, Fill);
        }
    }
}
