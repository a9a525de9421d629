using System.Buffers.Binary;

namespace NearData.Parquet.Encodings;

/// <summary>Turns bits, least significant first, into bytes of 0 or 1.</summary>
internal static class BitExpander
{
    /// <summary>
    /// Fills <paramref name="target"/> from the bits that start at <paramref name="bit"/>; the bytes must hold them all.
    /// </summary>
    public static void Expand(ReadOnlySpan<byte> packed, long bit, Span<byte> target)
    {
        int head = Math.Min((int)(-bit & 7), target.Length);
        ExpandSingly(packed, bit, target[..head]);
        packed = packed[(int)((bit + head) >> 3)..];
        target = target[head..];
        int whole = target.Length / 8;
        for (int i = 0; i < whole; i++)
        {
            // One copy of the byte per bit, each masked to its own bit; adding 0x7F carries any bit into the highest.
            ulong masked = (packed[i] * 0x0101010101010101ul) & 0x8040201008040201ul;
            ulong bits = ((masked + 0x7F7F7F7F7F7F7F7Ful) >> 7) & 0x0101010101010101ul;
            BinaryPrimitives.WriteUInt64LittleEndian(target[(i * 8)..], bits);
        }

        ExpandSingly(packed, whole * 8L, target[(whole * 8)..]);
    }

    private static void ExpandSingly(ReadOnlySpan<byte> packed, long bit, Span<byte> target)
    {
        for (int i = 0; i < target.Length; i++, bit++)
        {
            target[i] = (byte)((packed[(int)(bit >> 3)] >> (int)(bit & 7)) & 1);
        }
    }
}
