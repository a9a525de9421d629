using System.Buffers.Binary;

namespace NearData.Parquet.Encodings;

/// <summary>
/// Unpacks integers of 0 to 64 bits that lie one after the other, least significant bit first (Encodings.md, RLE). Whole groups
/// of eight start at a byte, so they are cut out of 64-bit words; only what is before and after them is cut out one by one.
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
        int groups = width switch
        {
            0 => 0,
            <= 8 => UnpackEights(packed[first..], width, values),
            <= 15 => UnpackFours(packed[first..], width, values),
            16 => UnpackWords(packed[first..], values),
            _ => 0,
        };
        UnpackSingly(packed, (index + head + groups * 8L) * width, width, values[(groups * 8)..]);
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

    private static int UnpackEights(ReadOnlySpan<byte> packed, int width, Span<uint> values)
    {
        uint mask = (1u << width) - 1;
        int groups = 0;
        for (; values.Length >= 8 && packed.Length >= sizeof(ulong); values = values[8..], packed = packed[width..])
        {
            ulong word = BinaryPrimitives.ReadUInt64LittleEndian(packed);
            Span<uint> eight = values[..8];
            eight[0] = (uint)word & mask;
            eight[1] = (uint)(word >> width) & mask;
            eight[2] = (uint)(word >> (2 * width)) & mask;
            eight[3] = (uint)(word >> (3 * width)) & mask;
            eight[4] = (uint)(word >> (4 * width)) & mask;
            eight[5] = (uint)(word >> (5 * width)) & mask;
            eight[6] = (uint)(word >> (6 * width)) & mask;
            eight[7] = (uint)(word >> (7 * width)) & mask;
            groups++;
        }

        return groups;
    }

    // Four values take at most 60 bits; the second four of a group start in the middle of a byte when the width is odd.
    private static int UnpackFours(ReadOnlySpan<byte> packed, int width, Span<uint> values)
    {
        uint mask = (1u << width) - 1;
        int half = width >> 1;
        int rest = (width & 1) << 2;
        int groups = 0;
        for (; values.Length >= 8 && packed.Length >= half + sizeof(ulong); values = values[8..], packed = packed[width..])
        {
            ulong low = BinaryPrimitives.ReadUInt64LittleEndian(packed);
            ulong high = BinaryPrimitives.ReadUInt64LittleEndian(packed[half..]) >> rest;
            Span<uint> eight = values[..8];
            eight[0] = (uint)low & mask;
            eight[1] = (uint)(low >> width) & mask;
            eight[2] = (uint)(low >> (2 * width)) & mask;
            eight[3] = (uint)(low >> (3 * width)) & mask;
            eight[4] = (uint)high & mask;
            eight[5] = (uint)(high >> width) & mask;
            eight[6] = (uint)(high >> (2 * width)) & mask;
            eight[7] = (uint)(high >> (3 * width)) & mask;
            groups++;
        }

        return groups;
    }

    private static int UnpackWords(ReadOnlySpan<byte> packed, Span<uint> values)
    {
        int groups = values.Length / 8;
        for (int i = 0; i < groups * 8; i++)
        {
            values[i] = BinaryPrimitives.ReadUInt16LittleEndian(packed[(i * sizeof(ushort))..]);
        }

        return groups;
    }

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
