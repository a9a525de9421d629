using NearData.Verifier;

namespace NearData.Engine.Pruning;

/// <summary>
/// What a filter with its parameters does with records whose fields lie in some ranges. What was decided is remembered for ranges that lie in each
/// other, as those of a table's parts often do: an analysis takes some microseconds. Thread-safe.
/// </summary>
/// <param name="filter">The filter with its parameters. Used by nobody else.</param>
internal sealed class FilterDecisions(FilterAnalysis filter)
{
    /// <summary>Ranges that are remembered of each outcome: looking through them takes a small part of an analysis.</summary>
    private const int MostRemembered = 16;

    private readonly Lock _lock = new();
    private readonly List<(IReadOnlyDictionary<int, FieldRange> Ranges, FilterOutcome Outcome)> _decided = [];
    private readonly List<IReadOnlyDictionary<int, FieldRange>> _undecided = [];

    /// <summary>What the filter returns for every record whose fields lie in some ranges.</summary>
    /// <param name="ranges">By index in the row's fields; of others nothing is known. Kept: the caller no longer changes it.</param>
    /// <param name="analyses">Counts one where the filter had to be analysed.</param>
    public FilterOutcome Decide(IReadOnlyDictionary<int, FieldRange> ranges, ref long analyses)
    {
        lock (_lock)
        {
            if (Recall(ranges) is { } known)
            {
                return known;
            }

            analyses++;
            FilterOutcome outcome = filter.Decide(ranges);
            if (outcome == FilterOutcome.Unknown)
            {
                _undecided.RemoveAll(other => FieldRanges.Contains(other, ranges));
                Remember(_undecided, ranges);
            }
            else
            {
                _decided.RemoveAll(other => other.Outcome == outcome && FieldRanges.Contains(ranges, other.Ranges));
                Remember(_decided, (ranges, outcome));
            }

            return outcome;
        }
    }

    /// <summary>As <see cref="Decide"/>, of what doesn't come again.</summary>
    public FilterOutcome DecideOnce(IReadOnlyDictionary<int, FieldRange> ranges)
    {
        lock (_lock)
        {
            return filter.Decide(ranges);
        }
    }

    /// <inheritdoc cref="FilterAnalysis.TextsComparedWith"/>
    public IReadOnlyList<ReadOnlyMemory<byte>> TextsComparedWith(int field)
    {
        lock (_lock)
        {
            return filter.TextsComparedWith(field);
        }
    }

    // What holds for all records of a range holds for those of a part of it. What wasn't proven of a part is taken not to be provable of the whole.
    private FilterOutcome? Recall(IReadOnlyDictionary<int, FieldRange> ranges)
    {
        foreach ((IReadOnlyDictionary<int, FieldRange> wider, FilterOutcome outcome) in _decided)
        {
            if (FieldRanges.Contains(wider, ranges))
            {
                return outcome;
            }
        }

        foreach (IReadOnlyDictionary<int, FieldRange> narrower in _undecided)
        {
            if (FieldRanges.Contains(ranges, narrower))
            {
                return FilterOutcome.Unknown;
            }
        }

        return null;
    }

    private static void Remember<T>(List<T> remembered, T ranges)
    {
        if (remembered.Count == MostRemembered)
        {
            remembered.RemoveAt(0);
        }

        remembered.Add(ranges);
    }
}
