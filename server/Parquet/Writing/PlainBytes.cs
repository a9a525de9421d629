using System.Buffers.Binary;

namespace NearData.Parquet.Writing;

/// <summary>Walks over PLAIN byte arrays that this writer has made itself, so nothing is checked.</summary>
/// <param name="width">Bytes per value, or 0 when each has its length before it.</param>
internal ref struct PlainBytes(ReadOnlySpan<byte> plain, int width)
{
    private ReadOnlySpan<byte> _rest = plain;

    public ReadOnlySpan<byte> Next()
    {
        int prefix = width == 0 ? sizeof(int) : 0;
        int length = width == 0 ? BinaryPrimitives.ReadInt32LittleEndian(_rest) : width;
        ReadOnlySpan<byte> value = _rest.Slice(prefix, length);
        _rest = _rest[(prefix + length)..];
        return value;
    }
}
