namespace NearData.Formats.Tests;

/// <summary>RFC 4180 one byte at a time: a state machine that has nothing in common with masks.</summary>
internal static class NaiveStructure
{
    private enum State
    {
        FieldStart,
        Plain,
        Quoted,
        QuoteWithin,
        Return,
    }

    /// <summary>The ends of fields and records, and where a byte may not be what it is; -1 for nowhere.</summary>
    public static (int[] Ends, int[] Newlines, int Misplaced) Of(ReadOnlySpan<byte> text, byte delimiter, byte quote)
    {
        List<int> ends = [];
        List<int> newlines = [];
        State state = State.FieldStart;
        for (int at = 0; at < text.Length; at++)
        {
            byte letter = text[at];
            bool isQuote = quote != 0 && letter == quote;
            if (state == State.Return && letter != '\n')
            {
                return ([.. ends], [.. newlines], at);
            }

            if (state == State.Quoted)
            {
                state = isQuote ? State.QuoteWithin : State.Quoted;
                continue;
            }

            if (isQuote && state == State.Plain)
            {
                return ([.. ends], [.. newlines], at);
            }

            if (isQuote)
            {
                state = State.Quoted;
            }
            else if (letter == delimiter || letter == '\n')
            {
                ends.Add(at);
                if (letter == '\n')
                {
                    newlines.Add(at);
                }

                state = State.FieldStart;
            }
            else if (letter == '\r')
            {
                state = State.Return;
            }
            else if (state == State.QuoteWithin)
            {
                return ([.. ends], [.. newlines], at);
            }
            else
            {
                state = State.Plain;
            }
        }

        return ([.. ends], [.. newlines], -1);
    }
}
