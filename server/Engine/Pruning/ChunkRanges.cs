using NearData.Isa.Programs;
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
        page.IsNull && page.Values.Column.IsNullable ? FieldRange.Null : Of(page.Values.Column, page.Values, rows);

    private static FieldRange? Of(ParquetColumn column, ColumnStatistics? statistics, long rows)
    {
        NullPresence nulls = !column.IsNullable || statistics?.NullCount == 0 ? NullPresence.None
            : statistics?.NullCount == rows ? NullPresence.All
            : NullPresence.Some;
        return nulls == NullPresence.All ? FieldRange.Null
            : statistics is null ? null
            : statistics.TryGetInt64Range(out long minimum, out long maximum) ? new FieldRange(minimum, maximum, nulls)
            : statistics.TryGetFloat64Range(out double least, out double greatest) ? OfDoubles(least, greatest, nulls)
            : statistics.TryGetBytesRange(out ReadOnlyMemory<byte> first, out ReadOnlyMemory<byte> last) ? FieldRange.Of(TextRange.Through(first, last), nulls)
            : null;
    }

    // Statistics leave NaN out, and a bound of either zero stands for both.
    private static FieldRange OfDoubles(double least, double greatest, NullPresence nulls) =>
        new(Float64Order.ToKey(least == 0 ? -0.0 : least), Float64Order.ToKey(greatest == 0 ? 0.0 : greatest), nulls) { MayBeNaN = true };
}
