using NearData.Verifier;

namespace NearData.Engine.Pruning;

/// <summary>Ranges of fields as sets of records: of a field without a range nothing is known.</summary>
internal static class FieldRanges
{
    /// <summary>Whether every record of <paramref name="narrower"/> is one of <paramref name="wider"/>.</summary>
    public static bool Contains(IReadOnlyDictionary<int, FieldRange> wider, IReadOnlyDictionary<int, FieldRange> narrower)
    {
        foreach ((int field, FieldRange range) in wider)
        {
            if (!narrower.TryGetValue(field, out FieldRange other) || !Contains(range, other))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The records of both.</summary>
    public static FieldRange Join(FieldRange left, FieldRange right) => (left.Nulls, right.Nulls) switch
    {
        // Where all are null the bounds say nothing.
        (NullPresence.All, NullPresence.All) => left,
        (NullPresence.All, _) => right with { Nulls = NullPresence.Some },
        (_, NullPresence.All) => left with { Nulls = NullPresence.Some },
        var (one, other) => new FieldRange(
            Int128.Min(left.Minimum, right.Minimum), Int128.Max(left.Maximum, right.Maximum), one == other ? one : NullPresence.Some)
        {
            MayBeNaN = left.MayBeNaN || right.MayBeNaN,
            Texts = left.Texts is { } texts && right.Texts is { } others ? texts.Join(others) : null,
        },
    };

    private static bool Contains(FieldRange wider, FieldRange narrower) => (wider.Nulls, narrower.Nulls) switch
    {
        (NullPresence.All, var nulls) => nulls == NullPresence.All,
        (var nulls, NullPresence.All) => nulls == NullPresence.Some,
        var (one, other) => wider.Minimum <= narrower.Minimum
            && narrower.Maximum <= wider.Maximum
            && (one == other || one == NullPresence.Some)
            && (wider.MayBeNaN || !narrower.MayBeNaN)
            && (wider.Texts is not { } texts || (narrower.Texts is { } others && texts.Contains(others))),
    };
}
