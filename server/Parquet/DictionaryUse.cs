namespace NearData.Parquet;

/// <summary>Whether a writer tries dictionaries.</summary>
public enum DictionaryUse
{
    /// <summary>A chunk gets one when that makes its first page smaller, until it has grown too large.</summary>
    WhereSmaller,

    /// <summary>All values are PLAIN.</summary>
    Never,
}
