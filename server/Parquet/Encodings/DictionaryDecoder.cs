using System.Runtime.InteropServices;
using NearData.Parquet.Pages;
using NearData.Parquet.Values;

namespace NearData.Parquet.Encodings;

/// <summary>RLE_DICTIONARY, and PLAIN_DICTIONARY in data pages: codes into entries that were decoded once.</summary>
internal sealed class DictionaryDecoder<T>(PlainLayout<T> layout) : ValueDecoder<T>
    where T : unmanaged
{
    // Kept for the next dictionary, and often longer than this one.
    private T[] _entries = new T[DictionaryGather.FewEntries];
    private int _count;

    // The entries in 32 bits, for the range that was last asked for.
    private int[] _narrow = [];
    private NarrowNumbers? _narrowRange;
    private bool _isNarrow;

    /// <summary>The present page's codes.</summary>
    public DictionaryCodes Codes { get; } = new();

    /// <summary>The dictionary's entries, and behind them the default value, which null rows have.</summary>
    public ReadOnlySpan<T> Entries => _entries.AsSpan(0, _count + 1);

    /// <summary>Forgets the entries.</summary>
    public void Clear()
    {
        _count = 0;
        _entries[0] = default;
        _narrowRange = null;
    }

    /// <summary>Decodes the dictionary page, which comes before every page that uses it.</summary>
    /// <param name="count">How many entries the page's header claims.</param>
    public void Load(PageValues dictionary, int count)
    {
        if ((long)count * layout.MinimumWidth > dictionary.Bytes.Length)
        {
            throw dictionary.Place.Broken(
                $"A dictionary of {dictionary.Bytes.Length} bytes can't have the {count} entries that it claims.");
        }

        if (_entries.Length <= count)
        {
            _entries = new T[count + 1];
        }

        layout.Decode(dictionary.Bytes.Span, _entries.AsSpan(0, count), dictionary.Place);
        _entries[count] = default;
        _count = count;
        _narrowRange = null;
    }

    public override void Initialize(PageValues page) => Codes.Initialize(page, _count);

    public override void Read(Span<T> values)
    {
        while (!values.IsEmpty)
        {
            int count = Codes.Take(values.Length, out uint? repeated, out ReadOnlySpan<uint> codes);
            if (repeated is { } code)
            {
                values[..count].Fill(_entries[code]);
            }
            else
            {
                // No check per value: DictionaryCodes gives valid codes only.
                DictionaryGather.Run(codes, _entries, _count, values[..count]);
            }

            values = values[count..];
        }
    }

    public override bool TryReadNarrow(Span<int> narrow, Span<T> values, NarrowNumbers range)
    {
        if (!IsNarrow(range))
        {
            Read(values);
            return false;
        }

        while (!narrow.IsEmpty)
        {
            int count = Codes.Take(narrow.Length, out uint? repeated, out ReadOnlySpan<uint> codes);
            if (repeated is { } code)
            {
                narrow[..count].Fill(_narrow[code]);
            }
            else
            {
                DictionaryGather.Run(codes, _narrow, _count, narrow[..count]);
            }

            narrow = narrow[count..];
        }

        return true;
    }

    /// <summary>
    /// <see cref="Entries"/>, of a <typeparamref name="T"/> that is an integer of 64 bits, in 32; empty where an entry is out of a range.
    /// </summary>
    public ReadOnlySpan<int> NarrowEntries(NarrowNumbers range) => IsNarrow(range) ? _narrow.AsSpan(0, _count + 1) : [];

    public override void Read(Span<T> values, RowChoice wanted)
    {
        for (int done = 0, chosen = 0; done < values.Length;)
        {
            int count = Codes.Take(values.Length - done, out uint? repeated, out ReadOnlySpan<uint> codes);
            for (; chosen < wanted.Count && wanted[chosen] < done + count; chosen++)
            {
                int row = wanted[chosen];
                values[row] = _entries[repeated ?? codes[row - done]];
            }

            done += count;
        }
    }

    public override void Skip(int count) => Codes.Skip(count);

    /// <summary>Whether all entries, and the value of null rows, are in a range: they are looked at once for a dictionary.</summary>
    private bool IsNarrow(NarrowNumbers range)
    {
        if (_narrowRange != range)
        {
            _narrow = _narrow.Length < _entries.Length ? new int[_entries.Length] : _narrow;
            _isNarrow = range.TryNarrow(MemoryMarshal.Cast<T, long>(Entries), _narrow);
            _narrowRange = range;
        }

        return _isNarrow;
    }
}
