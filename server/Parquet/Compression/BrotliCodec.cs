using System.IO.Compression;

namespace NearData.Parquet.Compression;

/// <summary>Brotli (RFC 7932), by the base library.</summary>
internal sealed class BrotliCodec(int level) : BlockCodec
{
    /// <summary>What the base library calls optimal: higher ones are slow to write, and nothing to a reader.</summary>
    public const int DefaultLevel = 4;

    /// <summary>The base library's own default: 4 MiB, which a page seldom exceeds.</summary>
    private const int WindowBits = 22;

    /// <summary>A meta-block has 16 MiB at most (RFC 7932, 9.2), and no fewer bytes than its header of four.</summary>
    public override long MaximumExpansion(int compressedLength) => compressedLength * (long)(4 << 20);

    public override bool TryDecompress(ReadOnlySpan<byte> source, Span<byte> target, int length) =>
        BrotliDecoder.TryDecompress(source, target[..length], out int written) && written == length;

    public override int Compress(ReadOnlySpan<byte> source, Span<byte> target) =>
        BrotliEncoder.TryCompress(source, target, out int written, level, WindowBits)
            ? written
            : throw new InvalidOperationException($"Brotli failed to compress {source.Length} bytes into {target.Length}.");

    public override int CompressBound(int length) => BrotliEncoder.GetMaxCompressedLength(length);

    public override void Dispose()
    {
    }
}
