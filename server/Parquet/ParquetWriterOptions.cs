using System.Collections.Frozen;

namespace NearData.Parquet;

/// <summary>How a file is written. The defaults are those of most writers.</summary>
public sealed record ParquetWriterOptions
{
    /// <summary>How pages are compressed: any codec but Lzo.</summary>
    public Codec Codec { get; init; } = Codec.Snappy;

    /// <summary>The codec's own level (Gzip 0 to 9, Zstd -7 to 22, Brotli 0 to 11), or null for its default; Snappy and LZ4 have none.</summary>
    public int? CompressionLevel { get; init; }

    /// <summary>The most rows in a data page: small enough that a page decoded to 64-bit values fits a core's L2 cache.</summary>
    public int DataPageRows { get; init; } = 20_000;

    /// <summary>When a data page is closed, in bytes of PLAIN values.</summary>
    public int DataPageBytes { get; init; } = 1 << 20;

    /// <summary>The data pages' layout.</summary>
    public DataPageVersion DataPageVersion { get; init; } = DataPageVersion.V1;

    /// <summary>Whether dictionaries are tried.</summary>
    public DictionaryUse Dictionary { get; init; } = DictionaryUse.WhereSmaller;

    /// <summary>How values are written where there is no dictionary.</summary>
    public ValueEncoding ValueEncoding { get; init; } = ValueEncoding.Plain;

    /// <summary>
    /// When a chunk's dictionary is given up for its further pages, in bytes: one that outgrows the L2 cache slows readers down.
    /// </summary>
    public int DictionaryBytes { get; init; } = 1 << 20;

    /// <summary>Whether each chunk gets a column index, where all its pages have bounds, and an offset index.</summary>
    public bool HasPageIndexes { get; init; }

    /// <summary>Whether each page's header has the CRC-32 of its bytes, which readers check.</summary>
    public bool HasChecksums { get; init; }

    /// <summary>The names of the columns that get a bloom filter; booleans never do.</summary>
    public IReadOnlySet<string> BloomFilters { get; init; } = FrozenSet<string>.Empty;

    /// <summary>What the footer names as the file's writer.</summary>
    public string CreatedBy { get; init; } = "neardata version 0.1.0";
}
