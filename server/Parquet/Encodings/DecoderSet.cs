using NearData.Parquet.Pages;

namespace NearData.Parquet.Encodings;

/// <summary>The decoders of one column chunk for one way of reading it; a chunk's pages may change between encodings.</summary>
internal abstract class DecoderSet
{
    /// <summary>Takes the chunk's dictionary page.</summary>
    public abstract void LoadDictionary(PageValues dictionary, int count);

    /// <summary>Starts a data page; false when there is no decoder for its encoding.</summary>
    public abstract bool TryInitialize(PageEncoding encoding, PageValues page);

    /// <summary>The present page's codes; null where it has values themselves.</summary>
    public abstract DictionaryCodes? Codes { get; }

    /// <summary>Passes over the page's next values.</summary>
    public abstract void Skip(int count);
}
