using NearData.Parquet.Pages;

namespace NearData.Parquet.Encodings;

/// <summary>
/// The codes of a dictionary-encoded page: a byte with their width, then runs (Encodings.md, Dictionary encoding).
/// </summary>
internal sealed class DictionaryCodes
{
    private const int BatchLength = 1024;

    private readonly uint[] _codes = new uint[BatchLength];
    private PageValues _page;
    private int _entries;
    private bool _canBeWrong;
    private RunCursor _runs;

    /// <param name="page">The page; one without values may have no bytes at all.</param>
    /// <param name="entries">The dictionary's size, which codes are checked against.</param>
    public void Initialize(PageValues page, int entries)
    {
        int width = page.Bytes.IsEmpty ? 0 : page.Bytes.Span[0];
        _runs = width <= 32 ? new RunCursor(width) : throw page.Place.Broken($"Dictionary codes of {width} bits exceed 32.");
        _page = page with { Bytes = page.Bytes.IsEmpty ? page.Bytes : page.Bytes[1..] };
        _entries = entries;
        _canBeWrong = entries < 1L << width;
    }

    /// <summary>
    /// Takes the next codes, up to <paramref name="wanted"/>, at least one; each is a valid index into the dictionary.
    /// </summary>
    /// <param name="repeated">The one code that all of them are; else they are in <paramref name="codes"/>.</param>
    /// <returns>How many codes were taken.</returns>
    public int Take(int wanted, out uint? repeated, out ReadOnlySpan<uint> codes)
    {
        ReadOnlySpan<byte> bytes = _page.Bytes.Span;
        int count = Enter(bytes, wanted);
        if (_runs.IsRepeated)
        {
            Check(_runs.Value);
            repeated = _runs.Value;
            codes = default;
            _runs.Advance(count);
            return count;
        }

        Span<uint> batch = _codes.AsSpan(0, Math.Min(count, BatchLength));
        _runs.Unpack(bytes, batch);
        Check(batch);
        repeated = null;
        codes = batch;
        return batch.Length;
    }

    /// <summary>Fills <paramref name="codes"/> with the next ones; each is a valid index into the dictionary.</summary>
    public void Read(Span<uint> codes)
    {
        ReadOnlySpan<byte> bytes = _page.Bytes.Span;
        while (!codes.IsEmpty)
        {
            Span<uint> part = codes[..Enter(bytes, codes.Length)];
            if (_runs.IsRepeated)
            {
                Check(_runs.Value);
                part.Fill(_runs.Value);
                _runs.Advance(part.Length);
            }
            else
            {
                _runs.Unpack(bytes, part);
                Check(part);
            }

            codes = codes[part.Length..];
        }
    }

    /// <summary>Adds the next codes, whose runs stay runs; each is a valid index into the dictionary.</summary>
    public void Read(RowCodes codes, int count)
    {
        ReadOnlySpan<byte> bytes = _page.Bytes.Span;
        for (int taken; count > 0; count -= taken)
        {
            taken = Enter(bytes, count);
            if (_runs.IsRepeated)
            {
                Check(_runs.Value);
                codes.AddRun(_runs.Value, taken);
                _runs.Advance(taken);
            }
            else
            {
                Span<uint> part = codes.Add(taken);
                _runs.Unpack(bytes, part);
                Check(part);
            }
        }
    }

    /// <summary>Passes over codes without looking at them.</summary>
    public void Skip(int count)
    {
        ReadOnlySpan<byte> bytes = _page.Bytes.Span;
        while (count > 0)
        {
            int passed = Enter(bytes, count);
            _runs.Advance(passed);
            count -= passed;
        }
    }

    /// <summary>Makes sure that a run is there; gives how many of the wanted codes it has.</summary>
    private int Enter(ReadOnlySpan<byte> bytes, int wanted) => _runs.Left > 0 || _runs.MoveNext(bytes)
        ? Math.Min(wanted, _runs.Left)
        : throw _page.Place.Broken($"The dictionary codes end with {wanted} or more values left.");

    private void Check(ReadOnlySpan<uint> codes)
    {
        if (!_canBeWrong)
        {
            return;
        }

        if (_entries == 0)
        {
            Check(codes[0]);
        }

        int wrong = codes.IndexOfAnyExceptInRange(0u, (uint)(_entries - 1));
        if (wrong >= 0)
        {
            Check(codes[wrong]);
        }
    }

    private void Check(uint code)
    {
        if (code >= _entries)
        {
            throw _page.Place.Broken($"Dictionary code {code} lies outside the dictionary's {_entries} entries.");
        }
    }
}
