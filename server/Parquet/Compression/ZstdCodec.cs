using System.Runtime.InteropServices;

namespace NearData.Parquet.Compression;

/// <summary>Zstandard (RFC 8878) through libzstd, whose contexts are kept for all pages of a chunk.</summary>
internal sealed class ZstdCodec(string file, int level) : BlockCodec
{
    /// <summary>libzstd's own default level.</summary>
    public const int DefaultLevel = 3;

    private ZstdContext? _decompression;
    private ZstdContext? _compression;

    /// <summary>An RLE block gives up to 128 KiB for four bytes (RFC 8878, 3.1.1.2).</summary>
    public override long MaximumExpansion(int compressedLength) => compressedLength * 32768L;

    public override bool TryDecompress(ReadOnlySpan<byte> source, Span<byte> target, int length)
    {
        _decompression ??= ZstdContext.ForDecompression(file);
        nuint result = ZstdLibrary.ZSTD_decompressDCtx(
            _decompression,
            ref MemoryMarshal.GetReference(target),
            (nuint)length,
            in MemoryMarshal.GetReference(source),
            (nuint)source.Length);
        return result == (nuint)length;
    }

    public override int Compress(ReadOnlySpan<byte> source, Span<byte> target)
    {
        _compression ??= ZstdContext.ForCompression(file);
        nuint result = ZstdLibrary.ZSTD_compressCCtx(
            _compression,
            ref MemoryMarshal.GetReference(target),
            (nuint)target.Length,
            in MemoryMarshal.GetReference(source),
            (nuint)source.Length,
            level);
        return ZstdLibrary.ZSTD_isError(result) == 0
            ? (int)result
            : throw new InvalidOperationException(
                $"{ZstdLibrary.Name} failed to compress {source.Length} bytes with result {result}.");
    }

    /// <summary>As ZSTD_COMPRESSBOUND, which is part of the library's stable interface.</summary>
    public override int CompressBound(int length) =>
        checked(length + (length >> 8) + (length < 128 << 10 ? ((128 << 10) - length) >> 11 : 0));

    public override void Dispose()
    {
        _decompression?.Dispose();
        _compression?.Dispose();
    }
}
