using System.Buffers;
using System.Runtime.InteropServices;

namespace NearData.Parquet.Writing;

/// <summary>A dictionary of 4 or 8-byte values, told apart by their bits, so that -0.0 and each NaN keep their own.</summary>
internal sealed class WordDictionary<TWord> : DictionaryBuilder
    where TWord : unmanaged, IEquatable<TWord>
{
    private readonly Dictionary<TWord, uint> _codes = [];

    public override int Count => _codes.Count;

    public override void Encode(ReadOnlySpan<byte> plain, Span<uint> codes)
    {
        ReadOnlySpan<TWord> words = MemoryMarshal.Cast<byte, TWord>(plain);
        for (int i = 0; i < codes.Length; i++)
        {
            ref uint code = ref CollectionsMarshal.GetValueRefOrAddDefault(_codes, words[i], out bool known);
            if (!known)
            {
                code = (uint)_codes.Count - 1;
                Page.Write(MemoryMarshal.AsBytes(words.Slice(i, 1)));
            }

            codes[i] = code;
        }
    }

    public override void Clear()
    {
        base.Clear();
        _codes.Clear();
    }
}
