using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace NearData.Vm.Maps;

/// <summary>
/// A prefix's bytes as words whose highest bit is the prefix's first, so that one instruction compares 64 bits and another counts the
/// equal ones. Bits behind the bytes are zero.
/// </summary>
internal static unsafe class TrieKey
{
    /// <summary>Words of the longest key, 256 bytes.</summary>
    public const int MostWords = 32;

    /// <summary>Words for so many bytes.</summary>
    public static int Words(int bytes) => (bytes + sizeof(ulong) - 1) / sizeof(ulong);

    /// <summary>Takes a prefix's bytes apart into words.</summary>
    public static void Read(byte* bytes, int count, ulong* words)
    {
        int at = 0;
        for (; at + sizeof(ulong) <= count; at += sizeof(ulong))
        {
            *words++ = BinaryPrimitives.ReverseEndianness(Unsafe.ReadUnaligned<ulong>(bytes + at));
        }

        if (at < count)
        {
            *words = Word(bytes + at, count - at);
        }
    }

    /// <summary>The one word of a prefix of up to 8 bytes.</summary>
    public static ulong Word(byte* bytes, int count) => count switch
    {
        sizeof(ulong) => BinaryPrimitives.ReverseEndianness(Unsafe.ReadUnaligned<ulong>(bytes)),
        sizeof(uint) => (ulong)BinaryPrimitives.ReverseEndianness(Unsafe.ReadUnaligned<uint>(bytes)) << 32,
        _ => Part(bytes, count),
    };

    /// <summary>Puts words together to a prefix's bytes again.</summary>
    public static void Write(ulong* words, byte* bytes, int count)
    {
        for (int at = 0; at < count; at++)
        {
            bytes[at] = (byte)(words[at / sizeof(ulong)] >> (56 - (at % sizeof(ulong) * 8)));
        }
    }

    /// <summary>A bit, the first word's highest being the first.</summary>
    public static ulong Bit(ulong* words, uint index) => (words[index / 64] << (int)(index % 64)) >> 63;

    /// <summary>How many bits are the same from the start, up to a limit.</summary>
    public static uint Common(ulong* left, ulong* right, uint limit)
    {
        for (uint bits = 0; bits < limit; bits += 64)
        {
            ulong different = *left++ ^ *right++;
            if (different != 0)
            {
                return uint.Min(limit, bits + (uint)BitOperations.LeadingZeroCount(different));
            }
        }

        return limit;
    }

    private static ulong Part(byte* bytes, int count)
    {
        ulong word = 0;
        for (int at = 0; at < count; at++)
        {
            word |= (ulong)bytes[at] << (56 - (at * 8));
        }

        return word;
    }
}
