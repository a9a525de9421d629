using System.Buffers;
using System.Numerics;

namespace NearData.Parquet.Encodings;

/// <summary>Writes DELTA_BINARY_PACKED (Encodings.md, Delta Encoding), which <see cref="DeltaCursor"/> reads.</summary>
internal static class DeltaEncoder
{
    /// <summary>As most writers cut blocks; each miniblock has a width of its own.</summary>
    private const int Block = 128;

    private const int Miniblocks = 4;

    private const int Miniblock = Block / Miniblocks;

    /// <param name="values">The values; those of an INT32 column sign-extended.</param>
    /// <param name="isNarrow">Whether differences wrap at 32 bits, so that readers need no more for them.</param>
    public static void Encode(ReadOnlySpan<long> values, bool isNarrow, IBufferWriter<byte> target)
    {
        WriteVarint(Block, target);
        WriteVarint(Miniblocks, target);
        WriteVarint((ulong)values.Length, target);
        WriteVarint(values.IsEmpty ? 0 : ZigZag(values[0]), target);
        Span<long> differences = stackalloc long[Block];
        for (int i = 1; i < values.Length; i += Block)
        {
            int count = Math.Min(Block, values.Length - i);
            for (int j = 0; j < count; j++)
            {
                long difference = values[i + j] - values[i + j - 1];
                differences[j] = isNarrow ? (int)difference : difference;
            }

            WriteBlock(differences[..count], target);
        }
    }

    private static void WriteBlock(ReadOnlySpan<long> differences, IBufferWriter<byte> target)
    {
        long minimum = differences[0];
        foreach (long difference in differences)
        {
            minimum = Math.Min(minimum, difference);
        }

        Span<ulong> above = stackalloc ulong[Block];
        above.Clear();
        for (int i = 0; i < differences.Length; i++)
        {
            above[i] = (ulong)differences[i] - (ulong)minimum;
        }

        WriteVarint(ZigZag(minimum), target);
        Span<byte> widths = target.GetSpan(Miniblocks)[..Miniblocks];
        for (int i = 0; i < Miniblocks; i++)
        {
            ulong all = 0;
            foreach (ulong value in above.Slice(i * Miniblock, Miniblock))
            {
                all |= value;
            }

            widths[i] = (byte)(64 - BitOperations.LeadingZeroCount(all));
        }

        Span<byte> kept = stackalloc byte[Miniblocks];
        widths.CopyTo(kept);
        target.Advance(Miniblocks);
        for (int i = 0; i * Miniblock < differences.Length; i++)
        {
            int length = kept[i] * Miniblock / 8;
            BitPacker.PackWide(above.Slice(i * Miniblock, Miniblock), kept[i], target.GetSpan(length + 1));
            target.Advance(length);
        }
    }

    private static ulong ZigZag(long value) => (ulong)((value << 1) ^ (value >> 63));

    private static void WriteVarint(ulong value, IBufferWriter<byte> target)
    {
        Span<byte> room = target.GetSpan(10);
        int length = 0;
        for (; value >= 0x80; value >>= 7)
        {
            room[length++] = (byte)(value | 0x80);
        }

        room[length++] = (byte)value;
        target.Advance(length);
    }
}
