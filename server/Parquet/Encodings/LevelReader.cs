using System.Numerics;
using NearData.Parquet.Pages;
using NearData.Parquet.Values;

namespace NearData.Parquet.Encodings;

/// <summary>
/// The definition levels, or the repetition levels, of a column chunk, whichever way each page has them (README.md of the format,
/// Nested Encoding). A column whose highest level is 0 has no bytes for them.
/// </summary>
internal sealed class LevelReader(int maximum, string what)
{
    private readonly RunLevelDecoder? _runs = maximum > 0 ? new RunLevelDecoder(maximum, what) : null;
    private PackedLevelDecoder? _packed;
    private bool _isPacked;

    /// <summary>Starts a version 2 page, whose header says how long the levels are.</summary>
    public void Initialize(PageValues levels)
    {
        _isPacked = false;
        _runs?.Initialize(levels);
    }

    /// <summary>Starts a version 1 page and cuts the levels off its front; null when their encoding isn't known.</summary>
    /// <param name="count">The page's values, nulls counted.</param>
    public PageValues? Cut(PageEncoding encoding, PageValues page, int count)
    {
        if (_runs is null)
        {
            return page;
        }

        switch (encoding)
        {
            case PageEncoding.Rle:
                Initialize(PrefixedBytes.Cut(page, out PageValues rest));
                return rest;
            case PageEncoding.BitPacked:
                _packed ??= new PackedLevelDecoder(maximum, what);
                _isPacked = true;
                return page with { Bytes = page.Bytes[_packed.Initialize(page, count)..] };
            default:
                return null;
        }
    }

    /// <summary>Fills <paramref name="levels"/>; gives how many of them are the highest one.</summary>
    public int Read(Span<byte> levels)
    {
        if (_runs is null)
        {
            levels.Clear();
            return levels.Length;
        }

        return _isPacked ? _packed!.Read(levels) : _runs.Read(levels);
    }

    /// <summary>Fills <paramref name="validity"/> with 1 where the level is the highest one, which has a value, and 0 elsewhere.</summary>
    public int ReadValidity(Span<byte> validity)
    {
        int present = Read(validity);
        ToValidity(validity, validity);
        return present;
    }

    /// <summary>Levels as validity; both may be the same memory.</summary>
    public void ToValidity(ReadOnlySpan<byte> levels, Span<byte> validity)
    {
        if (maximum == 1)
        {
            levels.CopyTo(validity);
            return;
        }

        int done = 0;
        Vector<byte> highest = new((byte)maximum);
        for (; levels.Length - done >= Vector<byte>.Count; done += Vector<byte>.Count)
        {
            Vector<byte> isHighest = Vector.Equals(new Vector<byte>(levels[done..]), highest);
            (isHighest & Vector<byte>.One).CopyTo(validity[done..]);
        }

        for (; done < levels.Length; done++)
        {
            validity[done] = levels[done] == maximum ? (byte)1 : (byte)0;
        }
    }

    /// <summary>Passes over rows and says how many of them have a value.</summary>
    public int Skip(int rows) => _runs is null ? rows : _isPacked ? _packed!.Skip(rows) : _runs.Skip(rows);
}
