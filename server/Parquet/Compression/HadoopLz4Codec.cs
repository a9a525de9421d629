using System.Buffers.Binary;

namespace NearData.Parquet.Compression;

/// <summary>
/// The deprecated LZ4 codec, which writers disagree about (Compression.md): blocks behind two big-endian lengths, as Hadoop frames
/// them, or a bare block. A page is taken for Hadoop's where it holds together as such.
/// </summary>
internal sealed class HadoopLz4Codec : BlockCodec
{
    private const int FrameLength = 2 * sizeof(int);

    public override long MaximumExpansion(int compressedLength) => compressedLength * 255L;

    public override bool TryDecompress(ReadOnlySpan<byte> source, Span<byte> target, int length) =>
        TryDecompressFrames(source, target, length) || Lz4Decompressor.TryDecompress(source, target, length);

    public override int Compress(ReadOnlySpan<byte> source, Span<byte> target)
    {
        int length = Lz4Compressor.Compress(source, target[FrameLength..]);
        BinaryPrimitives.WriteInt32BigEndian(target, source.Length);
        BinaryPrimitives.WriteInt32BigEndian(target[sizeof(int)..], length);
        return FrameLength + length;
    }

    public override int CompressBound(int length) => checked(Lz4Compressor.Bound(length) + FrameLength);

    public override void Dispose()
    {
    }

    private static bool TryDecompressFrames(ReadOnlySpan<byte> source, Span<byte> target, int length)
    {
        int written = 0;
        while (source.Length >= FrameLength)
        {
            uint whole = BinaryPrimitives.ReadUInt32BigEndian(source);
            uint compressed = BinaryPrimitives.ReadUInt32BigEndian(source[sizeof(int)..]);
            source = source[FrameLength..];
            if (whole > (uint)(length - written) || compressed > (uint)source.Length
                || !Lz4Decompressor.TryDecompress(source[..(int)compressed], target[written..], (int)whole))
            {
                return false;
            }

            written += (int)whole;
            source = source[(int)compressed..];
        }

        return source.IsEmpty && written == length;
    }
}
