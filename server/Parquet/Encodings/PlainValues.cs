using System.Buffers.Binary;

namespace NearData.Parquet.Encodings;

/// <summary>Walks over byte arrays in PLAIN form that were written here, and so are whole.</summary>
/// <param name="plain">The values.</param>
/// <param name="width">Bytes per value, or 0 when each has its length before it.</param>
internal ref struct PlainValues(ReadOnlySpan<byte> plain, int width)
{
    private ReadOnlySpan<byte> _rest = plain;

    public ReadOnlySpan<byte> Current { get; private set; }

    public bool MoveNext()
    {
        if (_rest.IsEmpty)
        {
            return false;
        }

        int prefix = width == 0 ? sizeof(int) : 0;
        int length = width == 0 ? BinaryPrimitives.ReadInt32LittleEndian(_rest) : width;
        Current = _rest.Slice(prefix, length);
        _rest = _rest[(prefix + length)..];
        return true;
    }
}
