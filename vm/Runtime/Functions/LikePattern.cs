namespace NearData.Vm.Functions;

/// <summary>
/// SQL's LIKE over UTF-8: <c>%</c> is any number of characters, <c>_</c> is one, and an escape makes the next byte mean itself. Where a
/// part behind a <c>%</c> doesn't match, it is tried one character further on; the parts before stay where they first matched, so that the
/// time is at most the text's length times the pattern's, whatever both are.
/// </summary>
internal static class LikePattern
{
    /// <summary>Whether all of the text matches all of the pattern.</summary>
    /// <param name="text">Any bytes; those that are no UTF-8 count as characters of their own.</param>
    /// <param name="pattern">The same.</param>
    /// <param name="escape">A byte, or what is none for no escape.</param>
    public static bool Matches(ReadOnlySpan<byte> text, ReadOnlySpan<byte> pattern, int escape)
    {
        if (EndsInEscape(pattern, escape))
        {
            return false;
        }

        int at = 0;
        int inPattern = 0;
        int retryText = -1;
        int retryPattern = -1;
        while (at < text.Length)
        {
            if (inPattern < pattern.Length && pattern[inPattern] == '%' && escape != '%')
            {
                retryPattern = ++inPattern;
                if (inPattern == pattern.Length)
                {
                    return true;
                }

                retryText = at;
            }
            else if (Step(text, ref at, pattern, ref inPattern, escape))
            {
            }
            else if (retryText < 0)
            {
                return false;
            }
            else
            {
                retryText = NextTry(text, retryText + CharacterLength(text[retryText..]), pattern[retryPattern], escape);
                if (retryText < 0)
                {
                    return false;
                }

                at = retryText;
                inPattern = retryPattern;
            }
        }

        return pattern[inPattern..].TrimStart((byte)'%').IsEmpty && (escape != '%' || inPattern == pattern.Length);
    }

    /// <summary>Where a part whose pattern begins with a byte can match next; -1 where nowhere.</summary>
    private static int NextTry(ReadOnlySpan<byte> text, int from, byte first, int escape)
    {
        bool isInsideCharacter = (first & 0xc0) == 0x80;
        if (first == '_' || first == escape || first == '%' || isInsideCharacter)
        {
            return from;
        }

        int found = text[from..].IndexOf(first);
        return found < 0 ? -1 : from + found;
    }

    private static bool Step(ReadOnlySpan<byte> text, ref int at, ReadOnlySpan<byte> pattern, ref int inPattern, int escape)
    {
        if (inPattern == pattern.Length)
        {
            return false;
        }

        bool isEscaped = pattern[inPattern] == escape;
        if (!isEscaped && pattern[inPattern] == '_')
        {
            at += CharacterLength(text[at..]);
            inPattern++;
            return true;
        }

        if (text[at] != pattern[inPattern + (isEscaped ? 1 : 0)])
        {
            return false;
        }

        at++;
        inPattern += isEscaped ? 2 : 1;
        return true;
    }

    /// <summary>Bytes of the first character: one, and what continues it.</summary>
    private static int CharacterLength(ReadOnlySpan<byte> text)
    {
        int length = 1;
        int most = text[0] switch { < 0xc0 => 1, < 0xe0 => 2, < 0xf0 => 3, _ => 4 };
        while (length < int.Min(most, text.Length) && (text[length] & 0xc0) == 0x80)
        {
            length++;
        }

        return length;
    }

    private static bool EndsInEscape(ReadOnlySpan<byte> pattern, int escape)
    {
        int at = 0;
        while (at < pattern.Length)
        {
            if (pattern[at] == escape && at + 1 == pattern.Length)
            {
                return true;
            }

            at += pattern[at] == escape ? 2 : 1;
        }

        return false;
    }
}
