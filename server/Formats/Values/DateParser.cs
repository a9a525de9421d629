namespace NearData.Formats.Values;

/// <summary>A date as days since 1970-01-01: a year of four digits, month and day of one or two, with hyphens between them (ISO 8601).</summary>
internal readonly struct DateParser : IFieldParser<int>
{
    public bool TryParse(ReadOnlySpan<byte> text, out int value) => TryTake(ref text, out value) && text.IsEmpty;

    /// <summary>Cuts a date off.</summary>
    public static bool TryTake(ref ReadOnlySpan<byte> text, out int days)
    {
        days = 0;
        if (!TryTakeNumber(ref text, 4, 4, out int year) || !TryTakeLetter(ref text, (byte)'-')
            || !TryTakeNumber(ref text, 1, 2, out int month) || !TryTakeLetter(ref text, (byte)'-')
            || !TryTakeNumber(ref text, 1, 2, out int day)
            || year == 0 || month is 0 or > 12 || day == 0 || day > DateTime.DaysInMonth(year, month))
        {
            return false;
        }

        days = new DateOnly(year, month, day).DayNumber - DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber;
        return true;
    }

    /// <summary>Cuts a number off that has so many digits.</summary>
    public static bool TryTakeNumber(ref ReadOnlySpan<byte> text, int least, int most, out int value)
    {
        value = 0;
        int digits = 0;
        while (digits < most && digits < text.Length && text[digits] - (uint)'0' is <= 9 and uint digit)
        {
            value = (value * 10) + (int)digit;
            digits++;
        }

        text = text[digits..];
        return digits >= least;
    }

    public static bool TryTakeLetter(ref ReadOnlySpan<byte> text, byte letter)
    {
        if (text.IsEmpty || text[0] != letter)
        {
            return false;
        }

        text = text[1..];
        return true;
    }
}
