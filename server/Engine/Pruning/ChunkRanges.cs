using NearData.Parquet;
using NearData.Verifier;

namespace NearData.Engine.Pruning;

/// <summary>What a column chunk's or a page's statistics say of the field that it is bound to.</summary>
internal static class ChunkRanges
{
    /// <summary>Null where they say nothing.</summary>
    public static FieldRange? Of(ColumnChunk chunk) => Of(chunk.Column, chunk.Statistics, chunk.ValueCount);

    /// <summary>What a page's statistics say.</summary>
    /// <param name="page">The statistics.</param>
    /// <param name="rows">Rows of the page.</param>
    public static FieldRange? Of(PageStatistics page, long rows) =>
        page.IsNull && page.Values.Column.IsNullable ? new FieldRange(0, 0, NullPresence.All) : Of(page.Values.Column, page.Values, rows);

    private static FieldRange? Of(ParquetColumn column, ColumnStatistics? statistics, long rows)
    {
        NullPresence nulls = !column.IsNullable || statistics?.NullCount == 0 ? NullPresence.None
            : statistics?.NullCount == rows ? NullPresence.All
            : NullPresence.Some;
        return nulls == NullPresence.All ? new FieldRange(0, 0, nulls)
            : statistics?.TryGetInt64Range(out long minimum, out long maximum) == true ? new FieldRange(minimum, maximum, nulls)
            : null;
    }
}
