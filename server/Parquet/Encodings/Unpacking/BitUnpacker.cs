using System.Buffers.Binary;

namespace NearData.Parquet.Encodings.Unpacking;

/// <summary>
/// Unpacks integers of 0 to 64 bits that lie one after the other, least significant bit first (Encodings.md, RLE). Whole groups
/// of eight start at a byte, so they are cut out of vectors, the widest first, and out of 64-bit words where a vector would reach beyond
/// the bytes; only what is before and after them is cut out one by one.
/// </summary>
internal static class BitUnpacker
{
    /// <summary>
    /// Fills <paramref name="values"/> with what starts at the value <paramref name="index"/>; the bytes must hold them all.
    /// </summary>
    public static void Unpack(ReadOnlySpan<byte> packed, long index, int width, Span<uint> values)
    {
        int head = Math.Min((int)(-index & 7), values.Length);
        UnpackSingly(packed, index * width, width, values[..head]);
        values = values[head..];
        int first = (int)(((index + head) * width) >> 3);
        int done = width is > 0 and <= LanePlan.MostBits ? UnpackGroups(packed[first..], width, values) : 0;
        UnpackSingly(packed, (index + head + done) * width, width, values[done..]);
    }

    /// <summary>As <see cref="Unpack"/>, for integers of 33 to 64 bits.</summary>
    public static void UnpackWide(ReadOnlySpan<byte> packed, long index, int width, Span<long> values)
    {
        ulong mask = ulong.MaxValue >> (64 - width);
        long bit = index * width;
        for (int i = 0; i < values.Length; i++, bit += width)
        {
            int first = (int)(bit >> 3);
            int shift = (int)(bit & 7);
            ulong value = ReadWord(packed[first..]) >> shift;
            if (shift + width > 64)
            {
                value |= (ulong)packed[first + sizeof(ulong)] << (64 - shift);
            }

            values[i] = (long)(value & mask);
        }
    }

    private static int UnpackGroups(ReadOnlySpan<byte> packed, int width, Span<uint> values)
    {
        int done = UnpackWith<UnpackTier512>(packed, width, values);
        done += UnpackWith<UnpackTier256>(packed[(done * width / 8)..], width, values[done..]);
        done += UnpackWith<UnpackTier128>(packed[(done * width / 8)..], width, values[done..]);
        return done + UnpackWith<UnpackTierOne>(packed[(done * width / 8)..], width, values[done..]);
    }

    private static int UnpackWith<TTier>(ReadOnlySpan<byte> packed, int width, Span<uint> values)
        where TTier : IUnpackTier =>
        TTier.IsSupported ? TTier.Unpack(packed, width, values) : 0;

    private static void UnpackSingly(ReadOnlySpan<byte> packed, long bit, int width, Span<uint> values)
    {
        ulong mask = (1ul << width) - 1;
        for (int i = 0; i < values.Length; i++, bit += width)
        {
            values[i] = (uint)((ReadWord(packed[(int)(bit >> 3)..]) >> (int)(bit & 7)) & mask);
        }
    }

    private static ulong ReadWord(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length >= sizeof(ulong))
        {
            return BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        }

        ulong word = 0;
        for (int i = bytes.Length - 1; i >= 0; i--)
        {
            word = word << 8 | bytes[i];
        }

        return word;
    }
}
