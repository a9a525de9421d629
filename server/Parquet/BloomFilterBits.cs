using System.Numerics;
using System.Runtime.InteropServices;

namespace NearData.Parquet;

/// <summary>Where a bloom filter's bits lie in its file, for readers that look at one block of them. Immutable.</summary>
/// <param name="Range">The blocks.</param>
public sealed record BloomFilterBits(FileRange Range)
{
    /// <summary>Bytes that hold every header: three of its four fields have a few bytes, the other at most five.</summary>
    public const int HeaderLength = 64;

    /// <summary>Bytes of a block, which says of a value whether it may be there.</summary>
    public const int BlockLength = BloomFilter.BlockLength;

    /// <summary>Reads a filter's header.</summary>
    /// <param name="file">The file's name, for messages.</param>
    /// <param name="range">Where the filter lies: <see cref="ColumnChunk.BloomFilter"/>.</param>
    /// <param name="start">Its first <see cref="HeaderLength"/> bytes, or all of a shorter one.</param>
    /// <exception cref="ParquetFormatException">The header is broken.</exception>
    /// <returns>Null where the filter is of another kind, or hashed in another way.</returns>
    public static BloomFilterBits? Parse(string file, FileRange range, ReadOnlySpan<byte> start) =>
        BloomFilter.ReadHeader(file, range, start) is var (header, length) ? new BloomFilterBits(new FileRange(range.Offset + header, length)) : null;

    /// <summary>The hash of a value as the column stores it.</summary>
    public static ulong HashOf<T>(T value)
        where T : unmanaged, INumber<T> =>
        XxHash64.Of(MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value)));

    /// <summary>The block that says whether there may be a value of this hash.</summary>
    public FileRange BlockOf(ulong hash) => new(Range.Offset + BloomFilter.BlockOf(Range.Length / BlockLength, hash) * BlockLength, BlockLength);

    /// <summary>False when no row has a value of this hash.</summary>
    /// <param name="block">The bytes of <see cref="BlockOf"/>.</param>
    /// <param name="hash">The value's.</param>
    public static bool MayContain(ReadOnlySpan<byte> block, ulong hash) => BloomFilter.MayContain(MemoryMarshal.Cast<byte, uint>(block), hash);
}
