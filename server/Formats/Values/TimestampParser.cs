namespace NearData.Formats.Values;

/// <summary>
/// A moment as microseconds since 1970-01-01T00:00 in UTC: a date, then <c>T</c> or a space, hours, minutes, seconds or not, a fraction or
/// not, and <c>Z</c>, an offset from UTC or nothing, which is UTC too (ISO 8601). Digits behind the microseconds are cut off, as DuckDB does. A date alone is its midnight.
/// </summary>
internal readonly struct TimestampParser : IFieldParser<long>
{
    private const long Second = 1_000_000;
    private const long Minute = 60 * Second;
    private const long Hour = 60 * Minute;
    private const long Day = 24 * Hour;
    private const int FractionDigits = 6;

    public bool TryParse(ReadOnlySpan<byte> text, out long value)
    {
        value = 0;
        if (!DateParser.TryTake(ref text, out int days))
        {
            return false;
        }

        value = days * Day;
        if (text.IsEmpty)
        {
            return true;
        }

        if (text[0] is not ((byte)'T' or (byte)'t' or (byte)' '))
        {
            return false;
        }

        text = text[1..];
        if (!TryTakeTime(ref text, out long time) || !TryTakeZone(ref text, out long offset) || !text.IsEmpty)
        {
            return false;
        }

        value += time - offset;
        return true;
    }

    private static bool TryTakeTime(ref ReadOnlySpan<byte> text, out long time)
    {
        time = 0;
        if (!TryTakePart(ref text, 23, out int hours) || !DateParser.TryTakeLetter(ref text, (byte)':') || !TryTakePart(ref text, 59, out int minutes))
        {
            return false;
        }

        time = (hours * Hour) + (minutes * Minute);
        if (!DateParser.TryTakeLetter(ref text, (byte)':'))
        {
            return true;
        }

        if (!TryTakePart(ref text, 59, out int seconds))
        {
            return false;
        }

        time += seconds * Second;
        return !DateParser.TryTakeLetter(ref text, (byte)'.') || TryTakeFraction(ref text, ref time);
    }

    private static bool TryTakeFraction(ref ReadOnlySpan<byte> text, ref long time)
    {
        int before = text.Length;
        if (!DateParser.TryTakeNumber(ref text, 1, FractionDigits, out int fraction))
        {
            return false;
        }

        for (int digits = before - text.Length; digits < FractionDigits; digits++)
        {
            fraction *= 10;
        }

        time += fraction;
        int further = text.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        text = further < 0 ? [] : text[further..];
        return true;
    }

    private static bool TryTakeZone(ref ReadOnlySpan<byte> text, out long offset)
    {
        offset = 0;
        if (text.IsEmpty || DateParser.TryTakeLetter(ref text, (byte)'Z') || DateParser.TryTakeLetter(ref text, (byte)'z'))
        {
            return true;
        }

        if (text[0] is not ((byte)'+' or (byte)'-'))
        {
            return false;
        }

        bool isNegative = Sign.Take(ref text);
        if (!TryTakePart(ref text, 23, out int hours))
        {
            return false;
        }

        int minutes = 0;
        bool hasColon = DateParser.TryTakeLetter(ref text, (byte)':');
        if ((hasColon || !text.IsEmpty) && !TryTakePart(ref text, 59, out minutes))
        {
            return false;
        }

        offset = (hours * Hour) + (minutes * Minute);
        offset = isNegative ? -offset : offset;
        return true;
    }

    private static bool TryTakePart(ref ReadOnlySpan<byte> text, int most, out int value) =>
        DateParser.TryTakeNumber(ref text, 2, 2, out value) && value <= most;
}
