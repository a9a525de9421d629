using System.Numerics;
using System.Runtime.InteropServices;
using NearData.Parquet.Values;

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

    /// <summary>The hash of bytes as a column of text or bytes stores them.</summary>
    public static ulong HashOf(ReadOnlySpan<byte> value) => XxHash64.Of(value);

    /// <summary>The hash of an integer, or a decimal's unscaled one, as a column stores it; null where it may be stored in several ways, or not at all.</summary>
    public static ulong? HashOf(ParquetColumn column, long value)
    {
        switch (column.PhysicalType)
        {
            case PhysicalType.Int32:
                return HashOf(unchecked((int)value));
            case PhysicalType.Int64:
                return HashOf(value);
            case PhysicalType.FixedLenByteArray when column.LogicalType is LogicalType.Decimal && column.TypeLength <= BigEndianInteger.MostBytes:
                Span<byte> stored = stackalloc byte[column.TypeLength];
                return BigEndianInteger.TryWrite(value, stored) ? HashOf(stored) : null;
            default:
                return null;
        }
    }

    /// <summary>The hash of a number as a column of floating point stores it; null where it can't, and of NaN, of which there are many.</summary>
    public static ulong? HashOf(ParquetColumn column, double value) => column.PhysicalType switch
    {
        PhysicalType.Double when !double.IsNaN(value) => HashOf<double>(value),
        PhysicalType.Float when (float)value == value => HashOf((float)value),
        _ => null,
    };

    /// <summary>The block that says whether there may be a value of this hash.</summary>
    public FileRange BlockOf(ulong hash) => new(Range.Offset + BloomFilter.BlockOf(Range.Length / BlockLength, hash) * BlockLength, BlockLength);

    /// <summary>False when no row has a value of this hash.</summary>
    /// <param name="block">The bytes of <see cref="BlockOf"/>.</param>
    /// <param name="hash">The value's.</param>
    public static bool MayContain(ReadOnlySpan<byte> block, ulong hash) => BloomFilter.MayContain(MemoryMarshal.Cast<byte, uint>(block), hash);
}
