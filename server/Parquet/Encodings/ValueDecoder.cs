using System.Runtime.InteropServices;
using NearData.Parquet.Pages;
using NearData.Parquet.Values;

namespace NearData.Parquet.Encodings;

/// <summary>
/// One encoding of one column chunk, read as <typeparamref name="T"/>: initialized once per page, then read from or skipped
/// over. It sees only the values that are there: nulls have no bytes.
/// </summary>
internal abstract class ValueDecoder<T>
    where T : unmanaged
{
    /// <summary>Starts a page.</summary>
    public abstract void Initialize(PageValues page);

    /// <summary>Fills <paramref name="values"/> with the page's next ones.</summary>
    public abstract void Read(Span<T> values);

    /// <summary>As <see cref="Read(Span{T})"/>; what isn't wanted may be left out, whose place then holds anything.</summary>
    public virtual void Read(Span<T> values, RowChoice wanted) => Read(values);

    /// <summary>
    /// As <see cref="Read(Span{T})"/>, of a <typeparamref name="T"/> that is an integer of 64 bits, in 32 where all of the values are in a range; false where
    /// one isn't, and then <paramref name="values"/> has them.
    /// </summary>
    public virtual bool TryReadNarrow(Span<int> narrow, Span<T> values, NarrowNumbers range)
    {
        // Copied first: reading memory that isn't in the caches takes longer than cutting down what is.
        Read(values);
        return range.TryNarrow(MemoryMarshal.Cast<T, long>(values), narrow);
    }

    /// <summary>Passes over the page's next values.</summary>
    public abstract void Skip(int count);
}
