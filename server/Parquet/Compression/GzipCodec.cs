using System.IO.Compression;

namespace NearData.Parquet.Compression;

/// <summary>
/// GZIP (RFC 1952), one or more members per page. The base library's decoder can't be reused, so a page costs some allocation.
/// </summary>
internal sealed class GzipCodec(int level) : BlockCodec
{
    /// <summary>zlib's own default level.</summary>
    public const int DefaultLevel = 6;

    /// <summary>Deflate's bound: 258 bytes for two bits (RFC 1951), and a margin for the frame.</summary>
    public override long MaximumExpansion(int compressedLength) => compressedLength * 1032L + 1024;

    public override bool TryDecompress(ReadOnlySpan<byte> source, Span<byte> target, int length)
    {
        using MemoryStream compressed = new(source.ToArray());
        using GZipStream stream = new(compressed, CompressionMode.Decompress);
        try
        {
            // One byte more than wanted shows a block that is too long.
            return stream.ReadAtLeast(target[..(length + 1)], length + 1, throwOnEndOfStream: false) == length;
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }

    public override int Compress(ReadOnlySpan<byte> source, Span<byte> target)
    {
        using MemoryStream compressed = new(CompressBound(source.Length));
        using (GZipStream stream = new(compressed, new ZLibCompressionOptions { CompressionLevel = level }, leaveOpen: true))
        {
            stream.Write(source);
        }

        int length = (int)compressed.Length;
        compressed.GetBuffer().AsSpan(0, length).CopyTo(target);
        return length;
    }

    /// <summary>Stored blocks cost five bytes per 16 KiB at worst; the frame 18.</summary>
    public override int CompressBound(int length) => checked(length + length / 1000 + 1024);

    public override void Dispose()
    {
    }
}
