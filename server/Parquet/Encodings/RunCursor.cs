using NearData.Parquet.Encodings.Unpacking;

namespace NearData.Parquet.Encodings;

/// <summary>
/// Walks over the runs of the RLE and bit-packing hybrid (Encodings.md, RLE): which kind the present run is, and how much of it
/// is left. It holds no bytes: the same span goes into each call.
/// </summary>
/// <param name="width">Bits per value, 0 to 32.</param>
internal struct RunCursor(int width)
{
    private int _next;
    private int _packedStart;
    private long _packedIndex;

    /// <summary>Values left in the present run.</summary>
    public int Left { get; private set; }

    /// <summary>Whether the run is one value over and over: <see cref="Value"/>.</summary>
    public bool IsRepeated { get; private set; }

    public uint Value { get; private set; }

    /// <summary>Enters the next run that has values; false when there is none, or its bytes are cut short.</summary>
    public bool MoveNext(ReadOnlySpan<byte> bytes)
    {
        while (TryReadVarint(bytes, out uint header))
        {
            IsRepeated = (header & 1) == 0;
            uint count = header >> 1;
            if (!(IsRepeated ? EnterRepeated(bytes, count) : EnterPacked(bytes, count)))
            {
                return false;
            }

            if (Left > 0)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Passes over values of the present run.</summary>
    public void Advance(int count)
    {
        Left -= count;
        _packedIndex += count;
    }

    /// <summary>Takes values of the present run, which must be bit-packed and have as many left.</summary>
    public void Unpack(ReadOnlySpan<byte> bytes, Span<uint> values)
    {
        BitUnpacker.Unpack(bytes[_packedStart..], _packedIndex, width, values);
        Advance(values.Length);
    }

    /// <summary>As <see cref="Unpack"/>, for values of one bit each.</summary>
    public void UnpackBits(ReadOnlySpan<byte> bytes, Span<byte> values)
    {
        BitExpander.Expand(bytes[_packedStart..], _packedIndex, values);
        Advance(values.Length);
    }

    private bool EnterRepeated(ReadOnlySpan<byte> bytes, uint count)
    {
        int length = (width + 7) / 8;
        if (length > bytes.Length - _next)
        {
            return false;
        }

        Value = 0;
        for (int i = 0; i < length; i++)
        {
            Value |= (uint)bytes[_next + i] << (8 * i);
        }

        _next += length;
        Left = (int)count;
        return true;
    }

    // The last group may be cut short by writers that leave out its padding, so a run ends where the bytes do.
    private bool EnterPacked(ReadOnlySpan<byte> bytes, uint groups)
    {
        long length = Math.Min((long)groups * width, bytes.Length - _next);
        long count = width == 0 ? groups * 8L : length * 8 / width;
        Left = (int)Math.Min(Math.Min(count, groups * 8L), int.MaxValue);
        _packedStart = _next;
        _packedIndex = 0;
        _next += (int)length;
        return true;
    }

    private bool TryReadVarint(ReadOnlySpan<byte> bytes, out uint value)
    {
        value = 0;
        for (int shift = 0; shift < 35 && _next < bytes.Length; shift += 7)
        {
            byte next = bytes[_next++];
            value |= (uint)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return true;
            }
        }

        return false;
    }
}
