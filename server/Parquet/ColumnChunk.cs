namespace NearData.Parquet;

/// <summary>Where one column's values of one row group lie, as the footer says; already checked to lie inside the file.</summary>
public sealed record ColumnChunk
{
    /// <summary>The column.</summary>
    public required ParquetColumn Column { get; init; }

    /// <summary>How the pages are compressed; a codec that isn't read is refused when the chunk is opened.</summary>
    public required Codec Codec { get; init; }

    /// <summary>
    /// The first byte to read, in bytes from the file's start; the dictionary page, where there is one, is included.
    /// </summary>
    public required long Offset { get; init; }

    /// <summary>How many bytes to read.</summary>
    public required long CompressedLength { get; init; }

    /// <summary>The pages with their headers, uncompressed, in bytes; what a reader may need is bounded by it.</summary>
    public required long UncompressedLength { get; init; }

    /// <summary>Values with nulls counted; for a flat column, the rows.</summary>
    public required long ValueCount { get; init; }

    /// <summary>What the file says about the values, or null.</summary>
    public ColumnStatistics? Statistics { get; init; }
}
