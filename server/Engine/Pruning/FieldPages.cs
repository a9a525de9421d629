using NearData.Verifier;

namespace NearData.Engine.Pruning;

/// <summary>What is known of a field page by page.</summary>
/// <param name="Field">Index in the row's fields.</param>
/// <param name="Firsts">Each page's first row, counted from the row group's first; ascending from 0.</param>
/// <param name="Ranges">Each page's; null where nothing is known of it.</param>
internal sealed record FieldPages(int Field, long[] Firsts, FieldRange?[] Ranges)
{
    /// <summary>The page that has a row.</summary>
    public int PageOf(long row)
    {
        int page = Array.BinarySearch(Firsts, row);
        return page >= 0 ? page : ~page - 1;
    }

    /// <summary>What is known of all of some pages; null where nothing is known of one.</summary>
    public FieldRange? RangeOf(int first, int last)
    {
        FieldRange? range = Ranges[first];
        for (int page = first + 1; page <= last && range is not null; page++)
        {
            range = Ranges[page] is { } next ? FieldRanges.Join(range.Value, next) : null;
        }

        return range;
    }
}

/// <summary>Rows of which the filter does the same.</summary>
/// <param name="First">Counted from the row group's first.</param>
/// <param name="Count">At least 1.</param>
/// <param name="Filter">What the filter is proven to do with them.</param>
internal readonly record struct RowSpan(long First, long Count, FilterOutcome Filter);
