using NearData.Parquet;

namespace NearData.Queries.Tpch;

/// <summary>What <see cref="TpchDataset"/> writes, where and how.</summary>
public sealed record TpchOptions
{
    /// <summary>Default of <see cref="RowGroupRows"/>.</summary>
    public const int DefaultRowGroupRows = 122_880;

    /// <summary>The folder that gets a folder per table; made when missing.</summary>
    public required string Folder { get; init; }

    /// <summary>1 is about 1 GB of text; above 0, at most <see cref="TpchScale.MaximumFactor"/>.</summary>
    public double ScaleFactor { get; init; } = 1;

    /// <summary>The tables to write; each has the same rows whichever others are written. Default: all.</summary>
    public IReadOnlyCollection<TpchTable> Tables { get; init; } = Enum.GetValues<TpchTable>();

    /// <summary>
    /// How pages are compressed: Uncompressed, Snappy, Gzip or Zstd. The default, Snappy, is what most writers choose, and cheap
    /// to decode.
    /// </summary>
    public Codec Codec { get; init; } = Codec.Snappy;

    /// <summary>
    /// Rows per row group, 1 to <see cref="TpchData.MaximumBatchRows"/>. The default is DuckDB's own: groups of some 5 MB of
    /// lineitem, large enough to read in long runs, small enough that scale factor 1 has 49 of them to share out and to prune.
    /// </summary>
    public int RowGroupRows { get; init; } = DefaultRowGroupRows;
}
