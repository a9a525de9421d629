using System.Buffers.Binary;
using System.Numerics;

namespace NearData.Parquet.Compression;

/// <summary>Compresses into an LZ4 block: the first match that a table of four-byte hashes gives is taken (lz4_Block_format.md).</summary>
internal static class Lz4Compressor
{
    private const int HashBits = 12;

    private const int MinimumMatch = 4;

    /// <summary>The farthest that a copy reaches back.</summary>
    private const int MaximumOffset = ushort.MaxValue;

    /// <summary>No match starts in the last twelve bytes of a block (End of block restrictions).</summary>
    private const int MatchLimit = 12;

    /// <summary>The last five bytes are literals (End of block restrictions).</summary>
    private const int LastLiterals = 5;

    /// <summary>As LZ4_COMPRESSBOUND, which is part of the library's stable interface.</summary>
    public static int Bound(int length) => checked(length + length / 255 + 16);

    /// <inheritdoc cref="BlockCodec.Compress"/>
    public static int Compress(ReadOnlySpan<byte> source, Span<byte> target)
    {
        Span<int> table = stackalloc int[1 << HashBits];
        table.Fill(-1);
        int written = 0;
        int pending = 0;
        int position = 0;
        int end = source.Length - MatchLimit;
        while (position < end)
        {
            uint word = BinaryPrimitives.ReadUInt32LittleEndian(source[position..]);
            ref int slot = ref table[(int)(word * 2654435761u >> (32 - HashBits))];
            int earlier = slot;
            slot = position;
            bool matches = earlier >= 0 && position - earlier <= MaximumOffset
                && BinaryPrimitives.ReadUInt32LittleEndian(source[earlier..]) == word;
            if (!matches)
            {
                // The longer nothing was found, the bigger the steps: data without matches must not cost a look-up per byte.
                position += 1 + ((position - pending) >> 6);
                continue;
            }

            int length = MatchLength(source[..^LastLiterals], earlier, position);
            WriteSequence(source[pending..position], position - earlier, length, target, ref written);
            position += length;
            pending = position;
        }

        WriteLiterals(source[pending..], matchPart: 0, target, ref written);
        return written;
    }

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

    private static void WriteSequence(ReadOnlySpan<byte> literals, int offset, int length, Span<byte> target, ref int written)
    {
        int match = length - MinimumMatch;
        WriteLiterals(literals, Math.Min(match, 15), target, ref written);
        BinaryPrimitives.WriteUInt16LittleEndian(target[written..], (ushort)offset);
        written += sizeof(ushort);
        WriteExtension(match, target, ref written);
    }

    private static void WriteLiterals(ReadOnlySpan<byte> literals, int matchPart, Span<byte> target, ref int written)
    {
        target[written++] = (byte)(Math.Min(literals.Length, 15) << 4 | matchPart);
        WriteExtension(literals.Length, target, ref written);
        literals.CopyTo(target[written..]);
        written += literals.Length;
    }

    private static void WriteExtension(int length, Span<byte> target, ref int written)
    {
        if (length < 15)
        {
            return;
        }

        for (length -= 15; length >= byte.MaxValue; length -= byte.MaxValue)
        {
            target[written++] = byte.MaxValue;
        }

        target[written++] = (byte)length;
    }
}
