using NearData.Parquet.Pages;

namespace NearData.Parquet.Encodings;

/// <summary>RLE_DICTIONARY, and PLAIN_DICTIONARY in data pages, over byte arrays.</summary>
/// <param name="width">Bytes per value, or 0 when they vary.</param>
internal sealed class ByteArrayDictionaryDecoder(int width) : ByteArrayDecoder
{
    private readonly ByteArrayBatch _entries = new();
    private BytesPlace[] _places = new BytesPlace[1];
    private PagePlace _place;

    /// <summary>The present page's codes.</summary>
    public DictionaryCodes Codes { get; } = new();

    /// <summary>The dictionary's entries.</summary>
    public ByteArrayBatch Entries => _entries;

    /// <summary>Where they are, and behind them the place of nulls, which is nowhere.</summary>
    public ReadOnlySpan<BytesPlace> Places => _places.AsSpan(0, _entries.Count + 1);

    /// <summary>Forgets the entries.</summary>
    public void Clear()
    {
        _entries.Clear();
        _places[0] = default;
    }

    /// <summary>Decodes the dictionary page, which comes before every page that uses it.</summary>
    /// <param name="count">How many entries the page's header claims.</param>
    public void Load(PageValues dictionary, int count)
    {
        ByteArrayPlainDecoder plain = new(width);
        plain.Initialize(dictionary);
        _entries.Clear();
        plain.Read(_entries, count);
        if (_places.Length <= count)
        {
            _places = new BytesPlace[count + 1];
        }

        _entries.Locate(0, _places.AsSpan(0, count));
        _places[count] = default;
    }

    /// <summary>Finds those of the page's next values that are wanted in the dictionary.</summary>
    public void Locate(Span<BytesPlace> places, RowChoice wanted)
    {
        for (int done = 0, chosen = 0, taken; done < places.Length; done += taken)
        {
            taken = Codes.Take(places.Length - done, out uint? repeated, out ReadOnlySpan<uint> codes);
            Span<BytesPlace> part = places.Slice(done, taken);
            if (!wanted.IsAll)
            {
                for (; chosen < wanted.Count && wanted[chosen] < done + taken; chosen++)
                {
                    int row = wanted[chosen] - done;
                    part[row] = _places[repeated ?? codes[row]];
                }
            }
            else if (repeated is { } code)
            {
                part.Fill(_places[code]);
            }
            else
            {
                for (int i = 0; i < taken; i++)
                {
                    part[i] = _places[codes[i]];
                }
            }
        }
    }

    public override void Initialize(PageValues page)
    {
        _place = page.Place;
        Codes.Initialize(page, _entries.Count);
    }

    public override void Read(ByteArrayBatch batch, int count)
    {
        for (int taken; count > 0; count -= taken)
        {
            taken = Codes.Take(count, out uint? repeated, out ReadOnlySpan<uint> codes);
            for (int i = 0; i < taken; i++)
            {
                if (!batch.TryAdd(_entries[(int)(repeated ?? codes[i])]))
                {
                    throw _place.BatchFull();
                }
            }
        }
    }

    public override void Skip(int count) => Codes.Skip(count);
}
