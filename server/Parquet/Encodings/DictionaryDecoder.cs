using NearData.Parquet.Pages;
using NearData.Parquet.Values;

namespace NearData.Parquet.Encodings;

/// <summary>RLE_DICTIONARY, and PLAIN_DICTIONARY in data pages: codes into entries that were decoded once.</summary>
internal sealed class DictionaryDecoder<T>(PlainLayout<T> layout) : ValueDecoder<T>
    where T : unmanaged
{
    private readonly DictionaryCodes _codes = new();
    private T[] _entries = [];

    /// <summary>Decodes the dictionary page, which comes before every page that uses it.</summary>
    /// <param name="count">How many entries the page's header claims.</param>
    public void Load(PageValues dictionary, int count)
    {
        if ((long)count * layout.MinimumWidth > dictionary.Bytes.Length)
        {
            throw dictionary.Place.Broken(
                $"A dictionary of {dictionary.Bytes.Length} bytes can't have the {count} entries that it claims.");
        }

        _entries = new T[count];
        layout.Decode(dictionary.Bytes.Span, _entries, dictionary.Place);
    }

    public override void Initialize(PageValues page) => _codes.Initialize(page, _entries.Length);

    public override void Read(Span<T> values)
    {
        while (!values.IsEmpty)
        {
            int count = _codes.Take(values.Length, out uint? repeated, out ReadOnlySpan<uint> codes);
            if (repeated is { } code)
            {
                values[..count].Fill(_entries[code]);
            }
            else
            {
                Gather(codes, values[..count]);
            }

            values = values[count..];
        }
    }

    public override void Skip(int count) => _codes.Skip(count);

    private void Gather(ReadOnlySpan<uint> codes, Span<T> values)
    {
        ReadOnlySpan<T> entries = _entries;
        for (int i = 0; i < values.Length && i < codes.Length; i++)
        {
            values[i] = entries[(int)codes[i]];
        }
    }
}
