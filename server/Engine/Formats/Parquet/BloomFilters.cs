using NearData.Parquet;

namespace NearData.Engine.Formats.Parquet;

/// <summary>Bloom filters of a file that is open, of which only the blocks are read that say something of a value.</summary>
internal static class BloomFilters
{
    /// <summary>Whether a chunk is certain to have none of some values.</summary>
    /// <param name="file">The file.</param>
    /// <param name="chunk">One with a bloom filter.</param>
    /// <param name="values">Integers, as fields have them.</param>
    /// <exception cref="ParquetFormatException">The filter is broken.</exception>
    public static bool Exclude(OpenFile file, ColumnChunk chunk, IReadOnlyList<long> values)
    {
        FileRange range = chunk.BloomFilter!.Value;
        BloomFilterBits? bits = null;
        foreach (long value in values)
        {
            if (IsOutside(chunk, value))
            {
                continue;
            }

            if (Hash(chunk.Column, value) is not { } hash)
            {
                return false;
            }

            bits ??= BloomFilterBits.Parse(file.Bytes.Name, range, file.Bytes.Read(range.Offset, (int)Math.Min(range.Length, BloomFilterBits.HeaderLength)));
            if (bits is null || BloomFilterBits.MayContain(file.Bytes.Read(bits.BlockOf(hash).Offset, BloomFilterBits.BlockLength), hash))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsOutside(ColumnChunk chunk, long value) =>
        chunk.Statistics?.TryGetInt64Range(out long least, out long most) == true && (value < least || value > most);

    /// <summary>Of the value as the column stores it; null where integers aren't stored so.</summary>
    private static ulong? Hash(ParquetColumn column, long value) => column.PhysicalType switch
    {
        PhysicalType.Int32 => BloomFilterBits.HashOf(unchecked((int)value)),
        PhysicalType.Int64 => BloomFilterBits.HashOf(value),
        _ => null,
    };
}
