using NearData.Formats.Values;

namespace NearData.Formats.Schemas;

/// <summary>What the values of a column that were seen have in common. Guesses over parts are those over the whole, whatever the order.</summary>
internal readonly record struct TypeGuess
{
    // Complements, so that a guess over nothing is the default.
    private readonly Candidates _ruledOut;

    private TypeGuess(Candidates ruledOut, Seen seen) => (_ruledOut, Flags) = (ruledOut, seen);

    [Flags]
    private enum Candidates
    {
        None = 0,
        Bool = 1,
        Integer = 2,
        Double = 4,
        Date = 8,
        Timestamp = 16,
        All = 31,
    }

    [Flags]
    private enum Seen
    {
        None = 0,
        Null = 1,
        Value = 2,

        /// <summary>The text for null in quotes: null, unless the column is text.</summary>
        QuotedNull = 4,
    }

    public static TypeGuess Null => new(Candidates.None, Seen.Null);

    public static TypeGuess QuotedNull => new(Candidates.None, Seen.QuotedNull);

    /// <summary>Text, whatever else there is.</summary>
    public static TypeGuess Text => new(Candidates.All, Seen.Value);

    public static TypeGuess Bool => new(Candidates.All & ~Candidates.Bool, Seen.Value);

    /// <summary>The type that all values are of, the narrowest; text where there is no other.</summary>
    public TextType Type => new(!Flags.HasFlag(Seen.Value) ? TextKind.Text : (Candidates.All & ~_ruledOut) switch
    {
        var left when left.HasFlag(Candidates.Bool) => TextKind.Bool,
        var left when left.HasFlag(Candidates.Integer) => TextKind.Int64,
        var left when left.HasFlag(Candidates.Double) => TextKind.Double,
        var left when left.HasFlag(Candidates.Date) => TextKind.Date,
        var left when left.HasFlag(Candidates.Timestamp) => TextKind.Timestamp,
        _ => TextKind.Text,
    });

    /// <summary>Whether nulls were seen, if the column is of a type.</summary>
    public Nullability NullabilityAs(TextType type) =>
        (Flags & (type.Kind == TextKind.Text ? Seen.Null : Seen.Null | Seen.QuotedNull)) != Seen.None ? Nullability.Nullable : Nullability.None;

    private Seen Flags { get; }

    public static TypeGuess operator |(TypeGuess left, TypeGuess right) => new(left._ruledOut | right._ruledOut, left.Flags | right.Flags);

    /// <summary>Of a field's text, whatever it may be.</summary>
    public static TypeGuess OfText(ReadOnlySpan<byte> text)
    {
        Candidates fit = FitNumber(text) | FitMoment(text);
        fit |= !text.IsEmpty && text[0] is not ((byte)'0' or (byte)'1') && default(BoolParser).TryParse(text, out _) ? Candidates.Bool : Candidates.None;
        return new TypeGuess(Candidates.All & ~fit, Seen.Value);
    }

    /// <summary>Of a number in JSON.</summary>
    public static TypeGuess OfNumber(ReadOnlySpan<byte> text) => new(Candidates.All & ~FitNumber(text), Seen.Value);

    /// <summary>Of text in JSON, which is no number even if it looks like one.</summary>
    public static TypeGuess OfString(ReadOnlySpan<byte> text) => new(Candidates.All & ~FitMoment(text), Seen.Value);

    private static Candidates FitNumber(ReadOnlySpan<byte> text)
    {
        ReadOnlySpan<byte> number = text.Trim((byte)' ');
        ReadOnlySpan<byte> digits = number.StartsWith("-"u8) ? number[1..] : number;
        // Such as codes of places: a number would lose their zeros.
        if (digits.IsEmpty || digits[0] == '+' || (digits.Length > 1 && digits[0] == '0' && digits[1] is >= (byte)'0' and <= (byte)'9'))
        {
            return Candidates.None;
        }

        return (IntegerParser.Of(TextKind.Int64).TryParse(number, out _) ? Candidates.Integer : Candidates.None)
            | (default(DoubleParser).TryParse(number, out _) ? Candidates.Double : Candidates.None);
    }

    private static Candidates FitMoment(ReadOnlySpan<byte> text) =>
        (default(DateParser).TryParse(text, out _) ? Candidates.Date : Candidates.None) | (default(TimestampParser).TryParse(text, out _) ? Candidates.Timestamp : Candidates.None);
}
