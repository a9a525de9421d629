using NearData.Verifier;

namespace NearData.Engine.Pruning;

/// <summary>
/// Finds the rows of a row group that a filter can keep, out of what page indexes say of its columns. Pages of different columns don't
/// align, so it is rows that are decided, in spans between the pages' borders: first halves of the row group, then halves of those that weren't
/// decided, as long as it pays. Thread-safe.
/// </summary>
internal sealed class PagePruning(FilterDecisions decisions)
{
    /// <summary>Analyses that an execution may make in vain, half a millisecond.</summary>
    private const long AnalysesInVain = 64;

    /// <summary>Analyses that each row group is worth a try with, when others were in vain: its halves.</summary>
    private const long LeastAnalyses = 2;

    /// <summary>Of row groups that others' lack of success speaks against, one in this many is tried all the same.</summary>
    private const long TriedPart = 8;

    private readonly Lock _lock = new();
    private long _analysesLeft = AnalysesInVain;
    private long _asked;

    /// <summary>Analyses that were made so far.</summary>
    public long Analyses { get; private set; }

    /// <summary>Whether the next row group's indexes are worth being looked at.</summary>
    public bool IsWorthTrying()
    {
        lock (_lock)
        {
            return _analysesLeft > 0 || _asked++ % TriedPart == 0;
        }
    }

    /// <summary>The spans of rows that can be kept, in order: neighbours of the same outcome are one.</summary>
    /// <param name="rows">Rows of the row group.</param>
    /// <param name="pages">Of the filter's fields, as far as they have page indexes.</param>
    /// <param name="whole">What is known of its fields in the whole row group.</param>
    public List<RowSpan> Select(long rows, IReadOnlyList<FieldPages> pages, IReadOnlyDictionary<int, FieldRange> whole)
    {
        long[] borders = [.. pages.SelectMany(field => field.Firsts).Append(0).Distinct().Order(), rows];
        lock (_lock)
        {
            Search search = new(decisions, pages, whole, borders, Math.Max(_analysesLeft, LeastAnalyses));
            search.Split(0, borders.Length - 1);
            Analyses += search.Analyses;
            _analysesLeft = Math.Min(AnalysesInVain, Math.Max(_analysesLeft - search.Analyses, 0) + search.RowsDecided / FilterGuards.RowsPerAnalysis);
            return search.Spans;
        }
    }

    private sealed class Search(
        FilterDecisions decisions, IReadOnlyList<FieldPages> pages, IReadOnlyDictionary<int, FieldRange> whole, long[] borders, long most)
    {
        private long _analyses;

        public List<RowSpan> Spans { get; } = [];

        public long RowsDecided { get; private set; }

        public long Analyses => _analyses;

        /// <summary>Decides the rows between two borders, of which it isn't known yet what the filter does with all of them.</summary>
        public void Split(int first, int end)
        {
            if (end - first == 1)
            {
                Add(first, end, FilterOutcome.Unknown);
                return;
            }

            int middle = (first + end) / 2;
            Decide(first, middle);
            Decide(middle, end);
        }

        private void Decide(int first, int end)
        {
            FilterOutcome outcome = _analyses < most ? decisions.Decide(RangesOf(borders[first], borders[end]), ref _analyses) : FilterOutcome.Unknown;
            if (outcome == FilterOutcome.Unknown && _analyses < most)
            {
                Split(first, end);
            }
            else
            {
                Add(first, end, outcome);
            }
        }

        private void Add(int first, int end, FilterOutcome outcome)
        {
            long rows = borders[end] - borders[first];
            RowsDecided += outcome == FilterOutcome.Unknown ? 0 : rows;
            if (outcome == FilterOutcome.DropsAll)
            {
                return;
            }

            if (Spans is [.., var before] && before.Filter == outcome && before.First + before.Count == borders[first])
            {
                Spans[^1] = before with { Count = before.Count + rows };
            }
            else
            {
                Spans.Add(new RowSpan(borders[first], rows, outcome));
            }
        }

        private Dictionary<int, FieldRange> RangesOf(long first, long end)
        {
            Dictionary<int, FieldRange> ranges = new(whole);
            foreach (FieldPages field in pages)
            {
                if (field.RangeOf(field.PageOf(first), field.PageOf(end - 1)) is { } range)
                {
                    ranges[field.Field] = range;
                }
            }

            return ranges;
        }
    }
}
