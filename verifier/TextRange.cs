namespace NearData.Verifier;

/// <summary>Texts from one on and before another, in the order of their bytes: a text comes before all that it begins. Immutable.</summary>
public sealed class TextRange
{
    private TextRange(ReadOnlyMemory<byte> least, ReadOnlyMemory<byte>? limit) => (Least, Limit) = (least, limit);

    /// <summary>All texts.</summary>
    public static TextRange All { get; } = new(default, limit: null);

    /// <summary>The empty text alone.</summary>
    public static TextRange Empty { get; } = Of(default);

    /// <summary>No text is before it.</summary>
    public ReadOnlyMemory<byte> Least { get; }

    /// <summary>The first text behind all of them; null where there is none.</summary>
    public ReadOnlyMemory<byte>? Limit { get; }

    /// <summary>The text, where it is the only one.</summary>
    public ReadOnlyMemory<byte>? Single => Limit is { } limit && IsNext(Least.Span, limit.Span) ? Least : default(ReadOnlyMemory<byte>?);

    public static TextRange Of(ReadOnlyMemory<byte> text) => new(text, Next(text));

    /// <summary>Null where there are none, as where bounds contradict each other.</summary>
    /// <param name="least">Empty for all from the first one on.</param>
    /// <param name="limit">The first one behind them; null for all.</param>
    public static TextRange? Between(ReadOnlyMemory<byte> least, ReadOnlyMemory<byte>? limit) =>
        limit is { } end && least.Span.SequenceCompareTo(end.Span) >= 0 ? null : new(least, limit);

    /// <summary>From one to another, with both; null where the bounds contradict each other.</summary>
    public static TextRange? Through(ReadOnlyMemory<byte> least, ReadOnlyMemory<byte> greatest) => Between(least, Next(greatest));

    /// <summary>All that begin with a text.</summary>
    public static TextRange BeginningWith(ReadOnlyMemory<byte> prefix)
    {
        int kept = prefix.Span.LastIndexOfAnyExcept(byte.MaxValue) + 1;
        if (kept == 0)
        {
            return new(prefix, limit: null);
        }

        byte[] limit = prefix[..kept].ToArray();
        limit[^1]++;
        return new(prefix, limit);
    }

    /// <summary>The first text behind another: it, and a zero.</summary>
    public static ReadOnlyMemory<byte> Next(ReadOnlyMemory<byte> text)
    {
        byte[] next = new byte[text.Length + 1];
        text.CopyTo(next);
        return next;
    }

    public bool Contains(TextRange other) =>
        Least.Span.SequenceCompareTo(other.Least.Span) <= 0
        && (Limit is not { } limit || (other.Limit is { } others && others.Span.SequenceCompareTo(limit.Span) <= 0));

    /// <summary>Whether no text is in both.</summary>
    public bool IsApartFrom(TextRange other) => IsBefore(other) || other.IsBefore(this);

    /// <summary>The texts of both, and those between.</summary>
    public TextRange Join(TextRange other) => new(
        Least.Span.SequenceCompareTo(other.Least.Span) <= 0 ? Least : other.Least,
        Limit is { } one && other.Limit is { } two ? (one.Span.SequenceCompareTo(two.Span) >= 0 ? one : two) : default(ReadOnlyMemory<byte>?));

    /// <summary>Whether all come before all of another.</summary>
    public bool IsBefore(TextRange other) => Limit is { } limit && limit.Span.SequenceCompareTo(other.Least.Span) <= 0;

    private static bool IsNext(ReadOnlySpan<byte> text, ReadOnlySpan<byte> next) =>
        next.Length == text.Length + 1 && next[^1] == 0 && next.StartsWith(text);
}
