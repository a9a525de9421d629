using NearData.Parquet.Pages;

namespace NearData.Parquet.Encodings;

/// <summary>
/// BIT_PACKED levels of older writers (Encodings.md, deprecated): without runs or a length, and unlike everything else in the
/// format packed from the most significant bit on.
/// </summary>
/// <param name="maximum">The highest level, at least 1.</param>
/// <param name="what">What the levels are, for messages.</param>
internal sealed class PackedLevelDecoder(int maximum, string what)
{
    private readonly int _width = LevelWidth.Of(maximum);
    private PageValues _page;
    private long _bit;

    /// <summary>Starts a page's levels; gives how many bytes they take.</summary>
    /// <param name="page">The levels, and what follows them.</param>
    /// <param name="count">The page's values, nulls counted.</param>
    public int Initialize(PageValues page, int count)
    {
        long length = ((long)count * _width + 7) / 8;
        _page = page;
        _bit = 0;
        return length <= page.Bytes.Length
            ? (int)length
            : throw page.Place.Broken($"The {what} of {count} rows take {length} bytes, the page has {page.Bytes.Length}.");
    }

    /// <summary>Fills <paramref name="levels"/>; gives how many of them are the highest one.</summary>
    public int Read(Span<byte> levels)
    {
        ReadOnlySpan<byte> bytes = _page.Bytes.Span;
        int highest = 0;
        for (int i = 0; i < levels.Length; i++)
        {
            int level = 0;
            for (int left = _width; left > 0; left--, _bit++)
            {
                level = level << 1 | (bytes[(int)(_bit >> 3)] >> (int)(7 - (_bit & 7)) & 1);
            }

            levels[i] = level <= maximum
                ? (byte)level
                : throw _page.Place.Broken($"The {what} have {level}, which exceeds the column's highest, {maximum}.");
            highest += level == maximum ? 1 : 0;
        }

        return highest;
    }

    /// <summary>Passes over levels; gives how many of them are the highest one.</summary>
    public int Skip(int count)
    {
        Span<byte> passed = stackalloc byte[256];
        int highest = 0;
        for (int step; count > 0; count -= step)
        {
            step = Math.Min(count, passed.Length);
            highest += Read(passed[..step]);
        }

        return highest;
    }
}
