namespace NearData.Parquet.Compression;

/// <summary>Snappy's raw block format, without framing (google/snappy, format_description.txt).</summary>
internal sealed class SnappyCodec : BlockCodec
{
    /// <summary>A copy of three bytes gives 64.</summary>
    public override long MaximumExpansion(int compressedLength) => compressedLength * 22L;

    public override bool TryDecompress(ReadOnlySpan<byte> source, Span<byte> target, int length) =>
        SnappyDecompressor.TryDecompress(source, target, length);

    public override int Compress(ReadOnlySpan<byte> source, Span<byte> target) => SnappyCompressor.Compress(source, target);

    public override int CompressBound(int length) => SnappyCompressor.Bound(length);

    public override void Dispose()
    {
    }
}
