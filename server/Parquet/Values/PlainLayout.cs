using System.Buffers;
using NearData.Parquet.Encodings;
using NearData.Parquet.Pages;

namespace NearData.Parquet.Values;

/// <summary>
/// How values that a caller holds as <typeparamref name="T"/> lie in PLAIN pages and dictionaries (Encodings.md, PLAIN).
/// Stateless and thread-safe.
/// </summary>
internal abstract class PlainLayout<T>
    where T : unmanaged
{
    /// <summary>Fills <paramref name="values"/>; gives the bytes that they took.</summary>
    public abstract int Decode(ReadOnlySpan<byte> source, Span<T> values, in PagePlace place);

    /// <summary>As <see cref="Decode(ReadOnlySpan{byte}, Span{T}, in PagePlace)"/>; what isn't wanted may be left out.</summary>
    public virtual int Decode(ReadOnlySpan<byte> source, Span<T> values, RowChoice wanted, in PagePlace place) =>
        Decode(source, values, place);

    /// <summary>The bytes that the next <paramref name="count"/> values take.</summary>
    public abstract int Measure(ReadOnlySpan<byte> source, int count, in PagePlace place);

    /// <summary>The fewest bytes that a value can take, at least 1: what bounds a dictionary's size by its page's.</summary>
    public abstract int MinimumWidth { get; }

    /// <summary>
    /// Adds values to PLAIN ones; false at the first that the column can't hold, which <paramref name="rejected"/> tells.
    /// </summary>
    public abstract bool TryEncode(ReadOnlySpan<T> values, IBufferWriter<byte> target, out T rejected);

    private protected static ParquetFormatException TooShort(in PagePlace place, int bytes, int values) =>
        place.Broken($"{bytes} bytes are too few for the next {values} values.");
}
