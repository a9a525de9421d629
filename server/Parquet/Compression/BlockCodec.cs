namespace NearData.Parquet.Compression;

/// <summary>One way to compress pages. An instance serves one reader or writer at a time.</summary>
internal abstract class BlockCodec : IDisposable
{
    /// <summary>
    /// How far behind a page's end <see cref="TryDecompress"/> may write: room for copies that are done in whole vectors.
    /// </summary>
    public const int Slack = 64;

    /// <summary>The most bytes that a block of this length can decompress to: a page that claims more is broken.</summary>
    public abstract long MaximumExpansion(int compressedLength);

    /// <summary>
    /// Decompresses a whole block; false when it is broken or doesn't give <paramref name="length"/> bytes exactly.
    /// </summary>
    /// <param name="target">At least <paramref name="length"/> + <see cref="Slack"/> bytes.</param>
    public abstract bool TryDecompress(ReadOnlySpan<byte> source, Span<byte> target, int length);

    /// <summary>Compresses a whole block; gives how many bytes of <paramref name="target"/> it took.</summary>
    /// <param name="target">At least as many bytes as <see cref="CompressBound"/> says.</param>
    public abstract int Compress(ReadOnlySpan<byte> source, Span<byte> target);

    /// <summary>The most bytes that a block of this length can compress to.</summary>
    public abstract int CompressBound(int length);

    public abstract void Dispose();

    /// <summary>Null for uncompressed pages.</summary>
    /// <param name="level">The codec's own level for compressing, or null for its default.</param>
    /// <exception cref="ParquetUnsupportedException">The codec is not known here.</exception>
    public static BlockCodec? For(Codec codec, string file, string column, int? level = null) => codec switch
    {
        Codec.Uncompressed => null,
        Codec.Snappy => new SnappyCodec(),
        Codec.Gzip => new GzipCodec(level ?? GzipCodec.DefaultLevel),
        Codec.Brotli => new BrotliCodec(level ?? BrotliCodec.DefaultLevel),
        Codec.Lz4 => new HadoopLz4Codec(),
        Codec.Lz4Raw => new Lz4Codec(),
        Codec.Zstd => new ZstdCodec(file, level ?? ZstdCodec.DefaultLevel),
        _ => throw new ParquetUnsupportedException(file, column, $"codec {codec}"),
    };
}
