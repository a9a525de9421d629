using NearData.Isa.Programs;
using NearData.Parquet;

namespace NearData.Engine.Formats.Parquet;

/// <summary>Bloom filters of a file that is open, of which only the blocks are read that say something of a value.</summary>
internal static class BloomFilters
{
    /// <summary>Whether a chunk is certain to have none of some values.</summary>
    /// <param name="file">The file.</param>
    /// <param name="chunk">One with a bloom filter.</param>
    /// <param name="type">The field's.</param>
    /// <param name="values">As fields have them: integers, or places of doubles in their order.</param>
    /// <exception cref="ParquetFormatException">The filter is broken.</exception>
    public static bool Exclude(OpenFile file, ColumnChunk chunk, FieldType type, IEnumerable<long> values) => type == FieldType.Float64
        ? Exclude(file, chunk, values.Select(place => BloomFilterBits.HashOf(chunk.Column, Float64Order.ToDouble(place))))
        : Exclude(file, chunk, values.Where(value => !IsOutside(chunk, value)).Select(value => BloomFilterBits.HashOf(chunk.Column, value)));

    /// <summary>As the other, of text or bytes.</summary>
    public static bool Exclude(OpenFile file, ColumnChunk chunk, IEnumerable<ReadOnlyMemory<byte>> texts) =>
        Exclude(file, chunk, texts.Where(text => !IsOutside(chunk, text.Span)).Select(text => (ulong?)BloomFilterBits.HashOf(text.Span)));

    /// <param name="file">The file.</param>
    /// <param name="chunk">One with a bloom filter.</param>
    /// <param name="hashes">Of the values; null of one that may be there whatever the filter says.</param>
    private static bool Exclude(OpenFile file, ColumnChunk chunk, IEnumerable<ulong?> hashes)
    {
        FileRange range = chunk.BloomFilter!.Value;
        BloomFilterBits? bits = null;
        foreach (ulong? wanted in hashes)
        {
            if (wanted is not { } hash)
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

    private static bool IsOutside(ColumnChunk chunk, ReadOnlySpan<byte> text) =>
        chunk.Statistics?.TryGetBytesRange(out ReadOnlyMemory<byte> least, out ReadOnlyMemory<byte> most) == true
        && (text.SequenceCompareTo(least.Span) < 0 || text.SequenceCompareTo(most.Span) > 0);
}
