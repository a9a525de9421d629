namespace NearData.Parquet.Compression;

/// <summary>LZ4_RAW: LZ4's block format, without a frame (lz4, lz4_Block_format.md).</summary>
internal sealed class Lz4Codec : BlockCodec
{
    /// <summary>Each further byte of a length adds 255.</summary>
    public override long MaximumExpansion(int compressedLength) => compressedLength * 255L;

    public override bool TryDecompress(ReadOnlySpan<byte> source, Span<byte> target, int length) =>
        Lz4Decompressor.TryDecompress(source, target, length);

    public override int Compress(ReadOnlySpan<byte> source, Span<byte> target) => Lz4Compressor.Compress(source, target);

    public override int CompressBound(int length) => Lz4Compressor.Bound(length);

    public override void Dispose()
    {
    }
}
