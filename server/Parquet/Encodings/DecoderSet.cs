using NearData.Parquet.Pages;

namespace NearData.Parquet.Encodings;

/// <summary>The decoders of a column's chunks for one way of reading them; a chunk's pages may change between encodings.</summary>
internal abstract class DecoderSet
{
    /// <summary>Forgets the chunk that was read: the next one's dictionary comes first, if it has any.</summary>
    public abstract void Reset();

    /// <summary>Takes the chunk's dictionary page.</summary>
    public abstract void LoadDictionary(PageValues dictionary, int count);

    /// <summary>Starts a data page; false when there is no decoder for its encoding.</summary>
    public abstract bool TryInitialize(PageEncoding encoding, PageValues page);

    /// <summary>The present page's codes; null where it has values themselves.</summary>
    public abstract DictionaryCodes? Codes { get; }

    /// <summary>The code of null rows, behind those of the dictionary's entries.</summary>
    public abstract uint CodeOfNull { get; }

    /// <summary>Passes over the page's next values.</summary>
    public abstract void Skip(int count);
}
