namespace NearData.Formats.Csv;

/// <summary>What lies between two places where fields end.</summary>
internal static class CsvField
{
    /// <summary>The field, without the quotes around it.</summary>
    /// <param name="bytes">Text whose quotes are where they may be.</param>
    /// <param name="start">Behind the end of the field before.</param>
    /// <param name="end">Of this one.</param>
    /// <param name="quote">0 where quotes mean nothing.</param>
    public static FieldPlace At(ReadOnlySpan<byte> bytes, int start, int end, byte quote)
    {
        if (start == end || bytes[start] != quote || quote == 0)
        {
            return new FieldPlace(start, end - start, FieldForm.Plain);
        }

        start++;
        int length = end - 1 - start;
        return new FieldPlace(start, length, bytes.Slice(start, length).Contains(quote) ? FieldForm.Escaped : FieldForm.Quoted);
    }

    /// <summary>Where a record's last field ends: a carriage return belongs to its newline.</summary>
    public static int LastEnd(ReadOnlySpan<byte> bytes, int start, int end) => end > start && end < bytes.Length && bytes[end - 1] == '\r' ? end - 1 : end;

    /// <summary>Makes one quote of each two.</summary>
    public static int Unescape(ReadOnlySpan<byte> source, Span<byte> target, byte quote)
    {
        int length = 0;
        for (int at = 0; at < source.Length; at++)
        {
            target[length++] = source[at];
            at += source[at] == quote ? 1 : 0;
        }

        return length;
    }
}
