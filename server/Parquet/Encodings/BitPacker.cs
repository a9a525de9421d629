namespace NearData.Parquet.Encodings;

/// <summary>The inverse of <see cref="BitUnpacker"/>.</summary>
internal static class BitPacker
{
    /// <summary>Packs values of <paramref name="width"/> bits; the last byte is filled up with zero bits.</summary>
    /// <returns>How many bytes of <paramref name="packed"/> were filled.</returns>
    public static int Pack(ReadOnlySpan<uint> values, int width, Span<byte> packed)
    {
        int written = 0;
        int bits = 0;
        ulong pending = 0;
        foreach (uint value in values)
        {
            pending |= (ulong)value << bits;
            for (bits += width; bits >= 8; bits -= 8, pending >>= 8)
            {
                packed[written++] = (byte)pending;
            }
        }

        if (bits > 0)
        {
            packed[written++] = (byte)pending;
        }

        return written;
    }

    /// <summary>As <see cref="Pack"/>, for values of up to 64 bits.</summary>
    public static int PackWide(ReadOnlySpan<ulong> values, int width, Span<byte> packed)
    {
        int written = 0;
        int bits = 0;
        UInt128 pending = 0;
        foreach (ulong value in values)
        {
            pending |= (UInt128)value << bits;
            for (bits += width; bits >= 8; bits -= 8, pending >>= 8)
            {
                packed[written++] = (byte)pending;
            }
        }

        if (bits > 0)
        {
            packed[written++] = (byte)pending;
        }

        return written;
    }
}
