using System.Runtime.InteropServices;
using NearData.Verifier;

namespace NearData.Engine.Pruning;

/// <summary>
/// Which values of one column a filter can keep. What was found out for one dictionary is remembered for the next: values that lie
/// between two that share their fate are taken to share it. That a value is dropped is always proven; that it passes may be assumed. Not
/// thread-safe.
/// </summary>
/// <param name="field">The column's field.</param>
/// <param name="canKeep">Whether the filter can keep a row whose field lies in a range; it may always say that it can.</param>
/// <param name="known">What a guard for the same filter has learned before (<see cref="Segments"/>).</param>
internal sealed class ValueGuard(int field, Func<int, FieldRange, bool> canKeep, params ReadOnlySpan<ValueSegment> known)
{
    /// <summary>
    /// Entries of a dictionary all of which pass, after which no other is looked at: they would be as many, such as keys that the filter looks
    /// up in a map, and tabulating them takes as long as running the filter does.
    /// </summary>
    private const int FutileEntries = 1024;

    // Ascending, and apart from each other.
    private readonly List<ValueSegment> _segments = [.. known];
    private bool? _keepsNull;
    private (long Least, long Most)? _kept;
    private bool _isNullKept;

    /// <summary>Whether asking it isn't worth it. Any thread may look.</summary>
    public bool IsFutile { get; private set; }

    /// <summary>What it has learned of values, ascending.</summary>
    public ReadOnlySpan<ValueSegment> Segments => CollectionsMarshal.AsSpan(_segments);

    /// <summary>A range of all values that passed so far; null where none did.</summary>
    public FieldRange? Kept => (_kept, _isNullKept) switch
    {
        (var (least, most), true) => new FieldRange(least, most, NullPresence.Some),
        (var (least, most), false) => new FieldRange(least, most, NullPresence.None),
        (null, true) => new FieldRange(0, 0, NullPresence.All),
        _ => null,
    };

    /// <summary>Decides each of a dictionary's entries.</summary>
    /// <param name="entries">The entries.</param>
    /// <param name="hasNulls">Whether there may be nulls, too.</param>
    /// <param name="used">A table that is no longer looked at, or null.</param>
    public CodeTable Tabulate(ReadOnlySpan<long> entries, bool hasNulls, CodeTable? used = null)
    {
        byte[] passes = used?.Passes is { } before && before.Length > entries.Length ? before : new byte[entries.Length + 1];
        passes[entries.Length] = 0;
        if (!TryTabulate(entries, passes, out bool isTotal))
        {
            Learn(entries);
            TryTabulate(entries, passes, out isTotal);
        }

        if (hasNulls)
        {
            bool isKept = _keepsNull ??= canKeep(field, FieldRange.Null);
            passes[entries.Length] = isKept ? (byte)1 : (byte)0;
            isTotal &= isKept;
            _isNullKept |= isKept;
        }

        IsFutile |= isTotal && entries.Length >= FutileEntries;
        return new CodeTable(passes, isTotal);
    }

    /// <summary>Says of each entry whether it passes; false, for nothing, where one isn't known yet.</summary>
    private bool TryTabulate(ReadOnlySpan<long> entries, Span<byte> passes, out bool isTotal)
    {
        (long least, long most) = _kept ?? (long.MaxValue, long.MinValue);
        isTotal = true;
        int blocks = _segments.Count > SegmentBlock.MostSegments ? 0 : entries.Length - (entries.Length % SegmentBlock.Entries);
        if (!SegmentBlock.TryTabulate(entries[..blocks], passes, CollectionsMarshal.AsSpan(_segments), ref least, ref most, ref isTotal))
        {
            return false;
        }

        for (int code = blocks; code < entries.Length; code++)
        {
            long entry = entries[code];
            if (Find(entry) is not { } segment)
            {
                return false;
            }

            passes[code] = segment.IsKept ? (byte)1 : (byte)0;
            isTotal &= segment.IsKept;
            (least, most) = segment.IsKept ? (Math.Min(least, entry), Math.Max(most, entry)) : (least, most);
        }

        _kept = least <= most ? (least, most) : null;
        return true;
    }

    private void Learn(ReadOnlySpan<long> entries)
    {
        SortedSet<long> missing = [];
        foreach (long entry in entries)
        {
            if (Find(entry) is null)
            {
                missing.Add(entry);
            }
        }

        long[] unknown = [.. missing];
        // Only values in the same gap between segments are decided together: a range must not reach over what is known.
        for (int first = 0, next; first < unknown.Length; first = next)
        {
            int gap = GapOf(unknown[first]);
            for (next = first + 1; next < unknown.Length && GapOf(unknown[next]) == gap; next++)
            {
            }

            Split(unknown, first, next - 1);
        }
    }

    private void Split(ReadOnlySpan<long> values, int first, int last)
    {
        if (!CanKeep(values[first], values[last]))
        {
            Add(new ValueSegment(values[first], values[last], IsKept: false));
        }
        else if (first == last || (CanKeep(values[first], values[first]) && CanKeep(values[last], values[last])))
        {
            Add(new ValueSegment(values[first], values[last], IsKept: true));
        }
        else
        {
            int middle = (first + last) / 2;
            Split(values, first, middle);
            Split(values, middle + 1, last);
        }
    }

    private bool CanKeep(long least, long most) => canKeep(field, new FieldRange(least, most, NullPresence.None));

    private void Add(ValueSegment segment)
    {
        int place = GapOf(segment.Least);
        if (place > 0 && _segments[place - 1] is var before && before.IsKept == segment.IsKept && segment.IsKept)
        {
            _segments[place - 1] = before with { Most = segment.Most };
        }
        else if (place > 0 && _segments[place - 1] is var left && !left.IsKept && !segment.IsKept && left.Most + 1 == segment.Least)
        {
            _segments[place - 1] = left with { Most = segment.Most };
        }
        else
        {
            _segments.Insert(place, segment);
        }
    }

    private ValueSegment? Find(long value)
    {
        int place = GapOf(value);
        return place < _segments.Count && _segments[place].Least <= value ? _segments[place] : null;
    }

    /// <summary>The first segment that doesn't lie wholly below a value.</summary>
    private int GapOf(long value)
    {
        int low = 0;
        int high = _segments.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = _segments[middle].Most < value ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
