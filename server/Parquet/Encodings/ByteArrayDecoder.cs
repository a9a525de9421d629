using NearData.Parquet.Pages;

namespace NearData.Parquet.Encodings;

/// <summary>One encoding of one column chunk, read as bytes of varying length; see <see cref="ValueDecoder{T}"/>.</summary>
internal abstract class ByteArrayDecoder
{
    /// <summary>Starts a page.</summary>
    public abstract void Initialize(PageValues page);

    /// <summary>Adds the page's next values to a batch.</summary>
    public abstract void Read(ByteArrayBatch batch, int count);

    /// <summary>Passes over the page's next values.</summary>
    public abstract void Skip(int count);
}
