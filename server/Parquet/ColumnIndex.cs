using System.Collections.Immutable;
using NearData.Parquet.Footer;
using NearData.Parquet.Thrift;

namespace NearData.Parquet;

/// <summary>What is known of each data page's values (parquet.thrift, ColumnIndex). Immutable.</summary>
/// <param name="Pages">In file order, as many as the chunk has data pages.</param>
public sealed record ColumnIndex(ImmutableArray<PageStatistics> Pages)
{
    /// <summary>Reads an index.</summary>
    /// <param name="file">The file's name, for messages.</param>
    /// <param name="chunk">The chunk whose <see cref="ColumnChunk.ColumnIndex"/> it is.</param>
    /// <param name="bytes">The bytes of that range.</param>
    /// <exception cref="ParquetFormatException">The index is broken.</exception>
    public static ColumnIndex Parse(string file, ColumnChunk chunk, ReadOnlySpan<byte> bytes)
    {
        CompactReader reader = new(bytes, file, chunk.ColumnIndex?.Offset ?? 0);
        List<bool> nullPages = [];
        List<byte[]> minima = [];
        List<byte[]> maxima = [];
        List<long>? nullCounts = null;
        int id = 0;
        while (reader.NextField(ref id, out CompactType field))
        {
            switch (id)
            {
                case 1:
                    for (int left = reader.ReadBooleanListHeader(field, "null_pages"); left > 0; left--)
                    {
                        nullPages.Add(reader.ReadInt8(CompactType.Byte, "null_pages") == 1);
                    }

                    break;
                case 2:
                    ReadBounds(ref reader, field, "min_values", minima);
                    break;
                case 3:
                    ReadBounds(ref reader, field, "max_values", maxima);
                    break;
                case 5:
                    nullCounts = [];
                    for (int left = reader.ReadListHeader(field, CompactType.Int64, "null_counts"); left > 0; left--)
                    {
                        nullCounts.Add(reader.ReadInt64(CompactType.Int64, "null_counts"));
                    }

                    break;
                default:
                    reader.Skip(field);
                    break;
            }
        }

        int pages = nullPages.Count;
        if (minima.Count != pages || maxima.Count != pages || (nullCounts?.Count ?? pages) != pages)
        {
            throw reader.Broken($"The column index of {chunk.Column.Path} has {pages} pages, {minima.Count} least and {maxima.Count} "
                + $"greatest values, and {nullCounts?.Count} counts of nulls.");
        }

        return new ColumnIndex([.. Enumerable.Range(0, pages).Select(page => Describe(chunk, nullPages[page], minima[page], maxima[page], nullCounts?[page]))]);
    }

    private static PageStatistics Describe(ColumnChunk chunk, bool isNull, byte[] min, byte[] max, long? nulls)
    {
        RawStatistics raw = isNull ? new() { NullCount = nulls } : new() { Min = min, Max = max, NullCount = nulls };
        return new PageStatistics(isNull, raw.ForColumn(chunk.Column, chunk.Order, chunk.ValueCount));
    }

    private static void ReadBounds(scoped ref CompactReader reader, CompactType field, string name, List<byte[]> bounds)
    {
        for (int left = reader.ReadListHeader(field, CompactType.Binary, name); left > 0; left--)
        {
            bounds.Add(reader.ReadBinary(CompactType.Binary, name).ToArray());
        }
    }
}

/// <summary>What is known of one page's values.</summary>
/// <param name="IsNull">Whether all of them are null.</param>
/// <param name="Values">Bounds where there are some that can be trusted, and nulls where they were counted.</param>
public sealed record PageStatistics(bool IsNull, ColumnStatistics Values);
