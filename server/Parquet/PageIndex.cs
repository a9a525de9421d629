using System.Collections.Immutable;

namespace NearData.Parquet;

/// <summary>A chunk's page indexes, checked to be of the same pages. Immutable.</summary>
/// <param name="Offsets">Where its pages lie and which rows they have.</param>
/// <param name="Statistics">What is known of each page's values; none where the chunk has no column index.</param>
public sealed record PageIndex(OffsetIndex Offsets, ImmutableArray<PageStatistics> Statistics)
{
    /// <summary>The longest index that is read, in bytes: some hundred thousands of pages.</summary>
    public const int MaximumLength = 16 << 20;

    /// <summary>Whether a chunk has indexes that are worth being read: of pages with known places.</summary>
    public static bool IsOf(ColumnChunk chunk) => chunk.OffsetIndex is { Length: <= MaximumLength };

    /// <summary>Reads a chunk's indexes.</summary>
    /// <param name="file">The file's name, for messages.</param>
    /// <param name="chunk">One that has them.</param>
    /// <param name="rows">Rows of the chunk's row group.</param>
    /// <param name="offsets">The bytes of its offset index.</param>
    /// <param name="columns">Those of its column index; empty where there is none.</param>
    /// <exception cref="ParquetFormatException">An index is broken, or they contradict each other.</exception>
    public static PageIndex Parse(string file, ColumnChunk chunk, long rows, ReadOnlySpan<byte> offsets, ReadOnlySpan<byte> columns)
    {
        OffsetIndex places = OffsetIndex.Parse(file, chunk, rows, offsets);
        if (columns.IsEmpty)
        {
            return new PageIndex(places, []);
        }

        ImmutableArray<PageStatistics> statistics = ColumnIndex.Parse(file, chunk, columns).Pages;
        return statistics.Length == places.Pages.Length
            ? new PageIndex(places, statistics)
            : throw new ParquetFormatException(
                file,
                chunk.ColumnIndex?.Offset ?? 0,
                $"The column index of {chunk.Column.Path} has {statistics.Length} pages, its offset index {places.Pages.Length}.");
    }
}
