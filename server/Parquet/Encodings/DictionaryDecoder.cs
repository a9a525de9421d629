using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using NearData.Parquet.Pages;
using NearData.Parquet.Values;

namespace NearData.Parquet.Encodings;

/// <summary>RLE_DICTIONARY, and PLAIN_DICTIONARY in data pages: codes into entries that were decoded once.</summary>
internal sealed class DictionaryDecoder<T>(PlainLayout<T> layout) : ValueDecoder<T>
    where T : unmanaged
{
    // Kept for the next dictionary, and often longer than this one.
    private T[] _entries = new T[1];
    private int _count;

    /// <summary>The present page's codes.</summary>
    public DictionaryCodes Codes { get; } = new();

    /// <summary>The dictionary's entries, and behind them the default value, which null rows have.</summary>
    public ReadOnlySpan<T> Entries => _entries.AsSpan(0, _count + 1);

    /// <summary>Forgets the entries.</summary>
    public void Clear()
    {
        _count = 0;
        _entries[0] = default;
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
                Gather(codes, values[..count]);
            }

            values = values[count..];
        }
    }

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

    // No check per value: DictionaryCodes gives valid codes only.
    private void Gather(ReadOnlySpan<uint> codes, Span<T> values)
    {
        ref T entries = ref MemoryMarshal.GetArrayDataReference(_entries);
        ref uint code = ref MemoryMarshal.GetReference(codes);
        ref T value = ref MemoryMarshal.GetReference(values);
        for (int i = 0; i < codes.Length; i++)
        {
            Unsafe.Add(ref value, i) = Unsafe.Add(ref entries, (nint)Unsafe.Add(ref code, i));
        }
    }
}
