using System.Buffers;

namespace NearData.Parquet.Encodings;

/// <summary>Writes the RLE and bit-packing hybrid (Encodings.md, RLE), which <see cref="RunCursor"/> reads.</summary>
internal static class RunEncoder
{
    private const int Group = 8;

    /// <summary>A bit-packed run's header is kept to one byte, as most writers do: 63 groups.</summary>
    private const int MaximumGroups = 63;

    /// <param name="values">Values of at most <paramref name="width"/> bits.</param>
    public static void Encode(ReadOnlySpan<uint> values, int width, IBufferWriter<byte> target)
    {
        while (!values.IsEmpty)
        {
            int repeated = RepeatedLength(values);
            if (repeated >= Group || repeated == values.Length)
            {
                WriteRepeated(values[0], repeated, width, target);
                values = values[repeated..];
            }
            else
            {
                int packed = PackedLength(values);
                WritePacked(values[..packed], width, target);
                values = values[packed..];
            }
        }
    }

    private static int RepeatedLength(ReadOnlySpan<uint> values)
    {
        int different = values.IndexOfAnyExcept(values[0]);
        return different < 0 ? values.Length : different;
    }

    /// <summary>
    /// Whole groups up to the next one that starts a repetition; only the last group of all may be a part of one.
    /// </summary>
    private static int PackedLength(ReadOnlySpan<uint> values)
    {
        int length = Group;
        while (length < values.Length && length < MaximumGroups * Group && !StartsRepetition(values[length..]))
        {
            length += Group;
        }

        return Math.Min(length, values.Length);
    }

    private static bool StartsRepetition(ReadOnlySpan<uint> values) =>
        values.Length >= Group && values[..Group].IndexOfAnyExcept(values[0]) < 0;

    private static void WriteRepeated(uint value, int count, int width, IBufferWriter<byte> target)
    {
        WriteVarint((uint)count << 1, target);
        int length = (width + 7) / 8;
        Span<byte> room = target.GetSpan(sizeof(uint));
        for (int i = 0; i < length; i++)
        {
            room[i] = (byte)(value >> (8 * i));
        }

        target.Advance(length);
    }

    private static void WritePacked(ReadOnlySpan<uint> values, int width, IBufferWriter<byte> target)
    {
        int groups = (values.Length + Group - 1) / Group;
        WriteVarint((uint)groups << 1 | 1, target);
        int length = groups * width;
        Span<byte> room = target.GetSpan(length)[..length];
        room[BitPacker.Pack(values, width, room)..].Clear();
        target.Advance(length);
    }

    private static void WriteVarint(uint value, IBufferWriter<byte> target)
    {
        Span<byte> room = target.GetSpan(5);
        int length = 0;
        for (; value >= 0x80; value >>= 7)
        {
            room[length++] = (byte)(value | 0x80);
        }

        room[length++] = (byte)value;
        target.Advance(length);
    }
}
