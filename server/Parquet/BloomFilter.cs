using System.Numerics;
using System.Runtime.InteropServices;
using NearData.Parquet.Thrift;

namespace NearData.Parquet;

/// <summary>
/// A split-block bloom filter over the values of a column chunk (BloomFilter.md): it tells for certain that a value isn't there.
/// Immutable, thread-safe.
/// </summary>
public sealed class BloomFilter
{
    /// <summary>The longest filter that is read, header included: 128 MiB, as other writers limit it, and its header.</summary>
    public const int MaximumLength = (128 << 20) + 256;

    /// <summary>Bytes of a block.</summary>
    internal const int BlockLength = 32;

    /// <summary>Bits of the longest filter that is written: 128 MiB.</summary>
    internal const long MaximumBits = 8L * (128 << 20);

    // BloomFilter.md, "salt".
    private static readonly uint[] Salt =
        [0x47b6137b, 0x44974d91, 0x8824ad5b, 0xa2b7289d, 0x705495c7, 0x2df1424b, 0x9efc4947, 0x5c6bfb31];

    private readonly uint[] _words;

    private BloomFilter(ReadOnlySpan<byte> bits) => _words = MemoryMarshal.Cast<byte, uint>(bits).ToArray();

    /// <summary>Bytes of the filter itself.</summary>
    public int Length => _words.Length * sizeof(uint);

    /// <summary>Reads a filter.</summary>
    /// <param name="file">The file's name, for messages.</param>
    /// <param name="range">Where it lies: <see cref="ColumnChunk.BloomFilter"/>.</param>
    /// <param name="bytes">What lies there; may go on behind the filter's end.</param>
    /// <exception cref="ParquetFormatException">The filter is broken.</exception>
    /// <exception cref="ParquetUnsupportedException">It is of another kind, or hashed in another way.</exception>
    public static BloomFilter Parse(string file, FileRange range, ReadOnlySpan<byte> bytes)
    {
        if (ReadHeader(file, range, bytes) is not var (header, length))
        {
            throw new ParquetUnsupportedException(file, "", "a bloom filter that isn't split into blocks, uses another hash, or is compressed");
        }

        return length <= bytes.Length - header
            ? new BloomFilter(bytes.Slice(header, length))
            : throw new ParquetFormatException(file, range.Offset, $"A bloom filter of {length} bytes doesn't fit the {bytes.Length - header} that are there.");
    }

    /// <summary>Reads a filter's header: its own length and that of the bits behind it. Null for filters of other kinds.</summary>
    internal static (int Header, int Length)? ReadHeader(string file, FileRange range, ReadOnlySpan<byte> bytes)
    {
        CompactReader reader = new(bytes, file, range.Offset);
        int? length = null;
        bool isKnown = true;
        int id = 0;
        while (reader.NextField(ref id, out CompactType field))
        {
            switch (id)
            {
                case 1:
                    length = reader.ReadInt32(field, "numBytes");
                    break;
                case 2 or 3 or 4:
                    isKnown &= FirstMember(ref reader, field) == 1;
                    break;
                default:
                    reader.Skip(field);
                    break;
            }
        }

        if (!isKnown)
        {
            return null;
        }

        int found = length ?? throw reader.Broken("A bloom filter has no numBytes.");
        return found >= BlockLength && found % BlockLength == 0 && found <= range.Length - reader.Position
            ? (reader.Position, found)
            : throw reader.Broken($"A bloom filter of {found} bytes doesn't fit the {range.Length - reader.Position} that are there.");
    }

    /// <summary>False when no row has this value; true when one may have.</summary>
    /// <param name="value">As the column stores it: an integer of its width, a float, bytes without a length.</param>
    public bool MayContain(ReadOnlySpan<byte> value)
    {
        ulong hash = XxHash64.Of(value);
        return MayContain(BlockOf(_words, hash), hash);
    }

    /// <summary>As <see cref="MayContain(ReadOnlySpan{byte})"/>, of a hash in its block.</summary>
    internal static bool MayContain(ReadOnlySpan<uint> block, ulong hash)
    {
        for (int i = 0; i < block.Length; i++)
        {
            if ((block[i] & Bit(hash, i)) == 0)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Which of a filter's blocks a hash belongs to.</summary>
    internal static long BlockOf(long blocks, ulong hash) => (long)(((hash >> 32) * (ulong)blocks) >> 32);

    /// <inheritdoc cref="MayContain(ReadOnlySpan{byte})"/>
    public bool MayContain<T>(T value)
        where T : unmanaged, INumber<T> =>
        MayContain(MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value)));

    /// <summary>Puts a value's hash into a filter's words.</summary>
    internal static void Insert(uint[] filter, ulong hash)
    {
        Span<uint> words = BlockOf(filter, hash);
        for (int i = 0; i < words.Length; i++)
        {
            words[i] |= Bit(hash, i);
        }
    }

    private static Span<uint> BlockOf(uint[] filter, ulong hash) =>
        filter.AsSpan((int)BlockOf(filter.Length / Salt.Length, hash) * Salt.Length, Salt.Length);

    private static uint Bit(ulong hash, int word) => 1u << (int)((uint)hash * Salt[word] >> 27);

    /// <summary>Which member of a Thrift union is set; 0 for none.</summary>
    private static int FirstMember(scoped ref CompactReader reader, CompactType found)
    {
        reader.Expect(found, CompactType.Struct, "a bloom filter's kind");
        int member = 0;
        int id = 0;
        while (reader.NextField(ref id, out CompactType field))
        {
            member = member == 0 ? id : member;
            reader.Skip(field);
        }

        return member;
    }
}
