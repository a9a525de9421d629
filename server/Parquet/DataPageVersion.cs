namespace NearData.Parquet;

/// <summary>The two layouts of data pages.</summary>
public enum DataPageVersion
{
    /// <summary>Levels and values are compressed together; every reader knows it.</summary>
    V1,

    /// <summary>Levels stand uncompressed before the values.</summary>
    V2,
}
