using System.Collections.Immutable;
using NearData.Parquet.Encodings;
using NearData.Parquet.Footer;

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

    /// <summary>Values with nulls counted; the rows, unless the column repeats.</summary>
    public required long ValueCount { get; init; }

    /// <summary>The encodings of its pages' values and levels, as the footer lists them.</summary>
    public ImmutableArray<PageEncoding> Encodings { get; init; } = [];

    /// <summary>What the file says about the values, or null.</summary>
    public ColumnStatistics? Statistics { get; init; }

    /// <summary>Where the chunk's column index lies, or null when it has none; see <see cref="Parquet.ColumnIndex"/>.</summary>
    public FileRange? ColumnIndex { get; init; }

    /// <summary>Where the chunk's offset index lies, or null when it has none; see <see cref="Parquet.OffsetIndex"/>.</summary>
    public FileRange? OffsetIndex { get; init; }

    /// <summary>
    /// Where the chunk's bloom filter lies, or null when it has none; see <see cref="Parquet.BloomFilter"/>. Where the footer doesn't
    /// say its length, which older writers left out, the range goes as far as the longest filter would.
    /// </summary>
    public FileRange? BloomFilter { get; init; }

    /// <summary>Why the chunk can't be read, such as <c>encryption</c>; null when nothing is known against it.</summary>
    public string? Obstacle { get; init; }

    /// <summary>How the column's bounds were compared.</summary>
    internal ColumnOrder Order { get; init; }
}
