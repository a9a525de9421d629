using NearData.Queries.Tpch.Randomness;

namespace NearData.Queries.Tpch.Text;

/// <summary>
/// The text that comments are substrings of (TPC-H 4.2.2.10). The specification says 300 MB; this pool has 8 MiB, because it
/// is made afresh at every start: it takes a fraction of a second instead of several, and stays in a processor's cache, while
/// eight million places times the possible lengths still leave equal comments rare. Immutable; any thread may use it.
/// </summary>
internal sealed class TextPool
{
    /// <summary>Bytes of text.</summary>
    public const int Size = 8 << 20;

    private static readonly Lazy<TextPool> Made = new(() => new TextPool());

    private readonly byte[] _text = new byte[Size + SentenceWriter.LongestSentence];

    private TextPool()
    {
        SentenceWriter sentences = new(RandomStream.Of("comment text"), _text);
        while (sentences.Length < Size)
        {
            sentences.Write();
        }
    }

    /// <summary>The one pool, made at first use: every table and scale factor draws on the same text.</summary>
    public static TextPool Shared => Made.Value;

    /// <summary>A substring of random length within <c>[min..max]</c> from a random place.</summary>
    public ReadOnlySpan<byte> Pick(RandomStream column, long row, int min, int max)
    {
        ulong longer = RandomStream.Scaled(column.At(row), (ulong)(max - min + 1), out ulong rest);
        int start = (int)RandomStream.Scaled(rest, (ulong)(Size - max), out _);
        return _text.AsSpan(start, min + (int)longer);
    }
}
