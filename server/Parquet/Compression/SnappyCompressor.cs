using System.Buffers.Binary;
using System.Numerics;

namespace NearData.Parquet.Compression;

/// <summary>Compresses to a Snappy block: greedy, 64 KiB at a time, so that every copy's offset fits two bytes.</summary>
internal static class SnappyCompressor
{
    private const int FragmentLength = 1 << 16;
    private const int HashBits = 14;

    /// <summary>Eight bytes are compared at once, so matches are only looked for where as many follow.</summary>
    private const int Margin = 15;

    /// <summary>The most bytes that a block of this length can compress to (as libsnappy's MaxCompressedLength).</summary>
    public static int Bound(int length) => checked(32 + length + length / 6);

    /// <summary>Gives how many bytes of <paramref name="target"/> the block took.</summary>
    public static int Compress(ReadOnlySpan<byte> source, Span<byte> target)
    {
        int written = 0;
        uint left = (uint)source.Length;
        for (; left >= 0x80; left >>= 7)
        {
            target[written++] = (byte)(left | 0x80);
        }

        target[written++] = (byte)left;
        ushort[] table = new ushort[1 << HashBits];
        for (int start = 0; start < source.Length; start += FragmentLength)
        {
            table.AsSpan().Clear();
            CompressFragment(source.Slice(start, Math.Min(FragmentLength, source.Length - start)), target, ref written, table);
        }

        return written;
    }

    private static void CompressFragment(ReadOnlySpan<byte> source, Span<byte> target, ref int written, Span<ushort> table)
    {
        int pending = 0;
        int end = source.Length - Margin;
        int position = 1;
        // The further the search has come without a match, the bigger its steps: data that doesn't compress costs little.
        int misses = 32;
        while (position < end)
        {
            uint word = BinaryPrimitives.ReadUInt32LittleEndian(source[position..]);
            int slot = Slot(word);
            int candidate = table[slot];
            table[slot] = (ushort)position;
            if (candidate >= position || BinaryPrimitives.ReadUInt32LittleEndian(source[candidate..]) != word)
            {
                position += misses++ >> 5;
                continue;
            }

            WriteLiteral(source[pending..position], target, ref written);
            int length = 4 + MatchLength(source, candidate + 4, position + 4);
            WriteCopy(target, ref written, position - candidate, length);
            position += length;
            pending = position;
            misses = 32;
            if (position < end)
            {
                table[Slot(BinaryPrimitives.ReadUInt32LittleEndian(source[(position - 1)..]))] = (ushort)(position - 1);
            }
        }

        WriteLiteral(source[pending..], target, ref written);
    }

    private static int Slot(uint word) => (int)((word * 0x1E35A7BD) >> (32 - HashBits));

    private static int MatchLength(ReadOnlySpan<byte> source, int earlier, int later)
    {
        int start = later;
        for (; source.Length - later >= sizeof(ulong); earlier += sizeof(ulong), later += sizeof(ulong))
        {
            ulong difference = BinaryPrimitives.ReadUInt64LittleEndian(source[earlier..])
                ^ BinaryPrimitives.ReadUInt64LittleEndian(source[later..]);
            if (difference != 0)
            {
                return later - start + BitOperations.TrailingZeroCount(difference) / 8;
            }
        }

        for (; later < source.Length && source[earlier] == source[later]; earlier++)
        {
            later++;
        }

        return later - start;
    }

    private static void WriteLiteral(ReadOnlySpan<byte> literal, Span<byte> target, ref int written)
    {
        if (literal.IsEmpty)
        {
            return;
        }

        int length = literal.Length - 1;
        if (length < 60)
        {
            target[written++] = (byte)(length << 2);
        }
        else
        {
            bool isByte = length < 256;
            target[written++] = (byte)((isByte ? 60 : 61) << 2);
            target[written++] = (byte)length;
            if (!isByte)
            {
                target[written++] = (byte)(length >> 8);
            }
        }

        literal.CopyTo(target[written..]);
        written += literal.Length;
    }

    private static void WriteCopy(Span<byte> target, ref int written, int offset, int length)
    {
        // 4 to 11 bytes within 2 KiB fit the two-byte form, so a copy is cut such that no shorter rest than 4 is left.
        for (; length >= 68; length -= 64)
        {
            WriteLongCopy(target, ref written, offset, 64);
        }

        if (length > 64)
        {
            WriteLongCopy(target, ref written, offset, 60);
            length -= 60;
        }

        if (length < 12 && offset < 2048)
        {
            target[written++] = (byte)(1 | (length - 4) << 2 | offset >> 8 << 5);
            target[written++] = (byte)offset;
        }
        else
        {
            WriteLongCopy(target, ref written, offset, length);
        }
    }

    private static void WriteLongCopy(Span<byte> target, ref int written, int offset, int length)
    {
        target[written++] = (byte)(2 | (length - 1) << 2);
        BinaryPrimitives.WriteUInt16LittleEndian(target[written..], (ushort)offset);
        written += sizeof(ushort);
    }
}
