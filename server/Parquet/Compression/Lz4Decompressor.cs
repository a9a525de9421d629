using System.Buffers.Binary;
using System.Runtime.Intrinsics;

namespace NearData.Parquet.Compression;

/// <summary>Decompresses an LZ4 block: sequences of literals and a copy, the last one without a copy (lz4_Block_format.md).</summary>
internal static class Lz4Decompressor
{
    /// <summary>A length of 15 in the token goes on in the bytes after it.</summary>
    private const int LongLength = 15;

    private const int MinimumMatch = 4;

    /// <inheritdoc cref="BlockCodec.TryDecompress"/>
    public static bool TryDecompress(ReadOnlySpan<byte> source, Span<byte> target, int length)
    {
        if (target.Length - BlockCodec.Slack < length)
        {
            return false;
        }

        int read = 0;
        int written = 0;
        while (read < source.Length)
        {
            int token = source[read++];
            int literal = token >> 4;
            if (literal == LongLength && !TryExtend(source, ref read, ref literal))
            {
                return false;
            }

            if (literal > source.Length - read || literal > length - written)
            {
                return false;
            }

            if (literal <= WideCopy.Width && source.Length - read >= WideCopy.Width)
            {
                Vector128.Create(source.Slice(read, WideCopy.Width)).CopyTo(target.Slice(written, WideCopy.Width));
            }
            else
            {
                source.Slice(read, literal).CopyTo(target[written..]);
            }

            read += literal;
            written += literal;
            if (read == source.Length)
            {
                return written == length;
            }

            if (source.Length - read < sizeof(ushort))
            {
                return false;
            }

            int offset = BinaryPrimitives.ReadUInt16LittleEndian(source[read..]);
            read += sizeof(ushort);
            int match = token & 15;
            if (match == LongLength && !TryExtend(source, ref read, ref match))
            {
                return false;
            }

            match += MinimumMatch;
            if (offset == 0 || offset > written || match > length - written)
            {
                return false;
            }

            WideCopy.Repeat(target, written, offset, match);
            written += match;
        }

        return false;
    }

    // Lengths beyond any page are cut, so that they can't wrap around.
    private static bool TryExtend(ReadOnlySpan<byte> source, ref int read, ref int length)
    {
        while (read < source.Length && length < int.MaxValue / 2)
        {
            byte more = source[read++];
            length += more;
            if (more < byte.MaxValue)
            {
                return true;
            }
        }

        return false;
    }
}
