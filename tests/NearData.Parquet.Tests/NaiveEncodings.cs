namespace NearData.Parquet.Tests;

/// <summary>
/// Encodings written the slow way, straight from Encodings.md, and with the freedoms that it leaves to writers: other block sizes,
/// arbitrary widths for miniblocks that hold nothing, wider miniblocks than needed, runs of every kind.
/// </summary>
internal static class NaiveEncodings
{
    /// <summary>DELTA_BINARY_PACKED.</summary>
    /// <param name="bits">32 or 64: where differences wrap.</param>
    public static byte[] Delta(IReadOnlyList<long> values, int bits, Random random)
    {
        int perMiniblock = 32 * random.Next(1, 5);
        int miniblocks = 128 / int.Min(128, perMiniblock) * random.Next(1, 3);
        miniblocks = perMiniblock * miniblocks % 128 == 0 ? miniblocks : 4;
        List<byte> bytes = [];
        Varint(bytes, (ulong)(perMiniblock * miniblocks));
        Varint(bytes, (ulong)miniblocks);
        Varint(bytes, (ulong)values.Count);
        Varint(bytes, values.Count == 0 ? 0 : ZigZag(values[0]));
        List<long> differences = [.. Enumerable.Range(1, Math.Max(values.Count - 1, 0)).Select(i => bits == 32 ? (int)(values[i] - values[i - 1]) : values[i] - values[i - 1])];
        foreach (long[] block in differences.Chunk(perMiniblock * miniblocks))
        {
            long minimum = block.Min();
            long[][] parts = [.. block.Chunk(perMiniblock)];
            Varint(bytes, ZigZag(minimum));
            List<int> widths = [];
            for (int i = 0; i < miniblocks; i++)
            {
                ulong highest = i < parts.Length ? parts[i].Max(difference => (ulong)difference - (ulong)minimum) : 0;
                int needed = highest == 0 ? 0 : 64 - (int)ulong.LeadingZeroCount(highest);
                widths.Add(i < parts.Length ? Math.Min(bits, needed + random.Next(3) / 2) : random.Next(65));
            }

            bytes.AddRange(widths.Select(width => (byte)width));
            for (int i = 0; i < parts.Length; i++)
            {
                IEnumerable<ulong> padded = parts[i].Select(difference => (ulong)difference - (ulong)minimum).Concat(Enumerable.Repeat(0ul, perMiniblock - parts[i].Length));
                bytes.AddRange(Bits(padded, widths[i]));
            }
        }

        return [.. bytes];
    }

    /// <summary>The RLE and bit-packing hybrid.</summary>
    public static byte[] Runs(IReadOnlyList<uint> values, int width, Random random)
    {
        List<byte> bytes = [];
        for (int i = 0; i < values.Count;)
        {
            int same = values.Skip(i).TakeWhile(value => value == values[i]).Count();
            if (random.Next(2) == 0 || values.Count - i < 8)
            {
                int count = random.Next(1, same + 1);
                Varint(bytes, (ulong)count << 1);
                bytes.AddRange(Enumerable.Range(0, (width + 7) / 8).Select(part => (byte)(values[i] >> (8 * part))));
                i += count;
            }
            else
            {
                int groups = random.Next(1, (values.Count - i) / 8 + 1);
                Varint(bytes, (ulong)groups << 1 | 1);
                bytes.AddRange(Bits(values.Skip(i).Take(groups * 8).Select(value => (ulong)value), width));
                i += groups * 8;
            }
        }

        return [.. bytes];
    }

    /// <summary>BYTE_STREAM_SPLIT.</summary>
    public static byte[] StreamSplit(IReadOnlyList<byte[]> values, int width) =>
        [.. Enumerable.Range(0, width).SelectMany(stream => values.Select(value => value[stream]))];

    /// <summary>BIT_PACKED, from the most significant bit on.</summary>
    public static byte[] Packed(IReadOnlyList<byte> levels, int width)
    {
        List<bool> bits = [.. levels.SelectMany(level => Enumerable.Range(0, width).Select(bit => (level >> (width - 1 - bit) & 1) == 1))];
        return [.. bits.Chunk(8).Select(eight => (byte)eight.Select((bit, i) => bit ? 1 << (7 - i) : 0).Sum())];
    }

    /// <summary>DELTA_LENGTH_BYTE_ARRAY.</summary>
    public static byte[] DeltaLengths(IReadOnlyList<byte[]> values, Random random) =>
        [.. Delta([.. values.Select(value => (long)value.Length)], 32, random), .. values.SelectMany(value => value)];

    /// <summary>DELTA_BYTE_ARRAY; a writer may share fewer bytes than it could.</summary>
    public static byte[] DeltaByteArrays(IReadOnlyList<byte[]> values, Random random)
    {
        List<long> prefixes = [];
        List<byte[]> suffixes = [];
        byte[] previous = [];
        foreach (byte[] value in values)
        {
            int shared = random.Next(value.AsSpan().CommonPrefixLength(previous) + 1);
            prefixes.Add(shared);
            suffixes.Add(value[shared..]);
            previous = value;
        }

        return [.. Delta(prefixes, 32, random), .. DeltaLengths(suffixes, random)];
    }

    private static IEnumerable<byte> Bits(IEnumerable<ulong> values, int width) =>
        values.SelectMany(value => Enumerable.Range(0, width).Select(bit => (value >> bit & 1) == 1))
            .Chunk(8)
            .Select(eight => (byte)eight.Select((bit, i) => bit ? 1 << i : 0).Sum());

    private static ulong ZigZag(long value) => (ulong)((value << 1) ^ (value >> 63));

    private static void Varint(List<byte> bytes, ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            bytes.Add((byte)(value | 0x80));
        }

        bytes.Add((byte)value);
    }
}
