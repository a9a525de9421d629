using System.Buffers.Binary;
using System.Runtime.Intrinsics;

namespace NearData.Parquet.Compression;

/// <summary>
/// Decompresses a Snappy block. Everything short is copied in vectors of 16 bytes that may run over the element's end: the next
/// element overwrites what was too much.
/// </summary>
internal static class SnappyDecompressor
{
    private const int Wide = WideCopy.Width;

    /// <summary>Per tag of a copy: its length, the high byte of its offset, and how many bytes of offset follow.</summary>
    private static readonly uint[] Copies = BuildCopies();

    /// <inheritdoc cref="BlockCodec.TryDecompress"/>
    public static bool TryDecompress(ReadOnlySpan<byte> source, Span<byte> target, int length)
    {
        int read = ReadLength(source, out uint claimed);
        if (read == 0 || claimed != (uint)length || target.Length - BlockCodec.Slack < length)
        {
            return false;
        }

        // Nothing of the loop's state is passed by reference: it must stay in registers.
        ReadOnlySpan<uint> copies = Copies;
        int written = 0;
        while (read < source.Length)
        {
            uint tag = source[read++];
            int count = (int)(tag >> 2) + 1;
            if ((tag & 3) == 0)
            {
                if (count <= Wide && source.Length - read >= Wide)
                {
                    if (written + count > length)
                    {
                        return false;
                    }

                    Vector128.Create(source.Slice(read, Wide)).CopyTo(target.Slice(written, Wide));
                }
                else
                {
                    LongLiteral literal = new(source, read, count);
                    if (!literal.TryCopy(source, target[written..length]))
                    {
                        return false;
                    }

                    read = literal.Start;
                    count = literal.Length;
                }

                read += count;
                written += count;
                continue;
            }

            uint copy = copies[(int)tag];
            int extra = (int)(copy >> 16);
            count = (int)(copy & 0xFF);
            if (extra > source.Length - read)
            {
                return false;
            }

            ulong mask = (1ul << (8 * extra)) - 1;
            uint offset = (copy & 0xFF00) | (uint)(Following(source, read) & mask);
            read += extra;
            if (offset - 1 >= (uint)written || written + count > length)
            {
                return false;
            }

            WideCopy.Repeat(target, written, (int)offset, count);
            written += count;
        }

        return written == length;
    }

    /// <summary>Four bytes, of which those behind the block's end are zero.</summary>
    private static uint Following(ReadOnlySpan<byte> source, int read) =>
        source.Length - read >= sizeof(uint) ? BinaryPrimitives.ReadUInt32LittleEndian(source[read..]) : LastBytes(source[read..]);

    private static uint LastBytes(ReadOnlySpan<byte> bytes)
    {
        uint word = 0;
        for (int i = bytes.Length - 1; i >= 0; i--)
        {
            word = word << 8 | bytes[i];
        }

        return word;
    }

    private static int ReadLength(ReadOnlySpan<byte> source, out uint length)
    {
        length = 0;
        for (int i = 0; i < source.Length && i < 5; i++)
        {
            length |= (uint)(source[i] & 0x7F) << (7 * i);
            if (source[i] < 0x80)
            {
                return i + 1;
            }
        }

        return 0;
    }

    /// <summary>A literal of more than 16 bytes, or one near the block's end.</summary>
    private readonly ref struct LongLiteral
    {
        // Lengths over 60 follow the tag in 1 to 4 bytes (format_description.txt, 2.1).
        public LongLiteral(ReadOnlySpan<byte> source, int read, int count)
        {
            int extra = Math.Max(0, count - 60);
            Start = read + extra;
            ulong given = Following(source, read) & ((1ul << (8 * extra)) - 1);
            Length = extra == 0 ? count : (int)Math.Min(given, int.MaxValue - 1) + 1;
        }

        /// <summary>Where the bytes start; may lie behind the block's end.</summary>
        public int Start { get; }

        public int Length { get; }

        public bool TryCopy(ReadOnlySpan<byte> source, Span<byte> target)
        {
            if (Start > source.Length || Length > source.Length - Start || Length > target.Length)
            {
                return false;
            }

            source.Slice(Start, Length).CopyTo(target);
            return true;
        }
    }

    // format_description.txt, 2.2: copies with a 1-byte, 2-byte and 4-byte offset.
    private static uint[] BuildCopies()
    {
        uint[] copies = new uint[256];
        for (uint tag = 0; tag < copies.Length; tag++)
        {
            copies[tag] = (tag & 3) switch
            {
                1 => (((tag >> 2) & 7) + 4) | tag >> 5 << 8 | 1u << 16,
                2 => ((tag >> 2) + 1) | 2u << 16,
                3 => ((tag >> 2) + 1) | 4u << 16,
                _ => 0,
            };
        }

        return copies;
    }
}
