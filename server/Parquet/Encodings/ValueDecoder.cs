using NearData.Parquet.Pages;

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

    /// <summary>Passes over the page's next values.</summary>
    public abstract void Skip(int count);
}
