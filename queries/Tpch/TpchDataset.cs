using NearData.Parquet;

namespace NearData.Queries.Tpch;

/// <summary>Writes TPC-H tables as Parquet files, <c>lineitem/lineitem.parquet</c> and so on.</summary>
public static class TpchDataset
{
    /// <summary>
    /// Writes the tables, as many at a time as there are processors. Memory holds two row groups per table under way, whatever
    /// the scale factor. A file appears whole or not at all, replacing one of its name; when this fails or is cancelled, tables
    /// that are already whole stay.
    /// </summary>
    /// <param name="options">What to write.</param>
    /// <param name="progress">Told after each row group, from several threads.</param>
    /// <param name="cancellation">Stops between row groups.</param>
    /// <exception cref="ArgumentOutOfRangeException">The scale factor or the row-group size is outside its range.</exception>
    /// <exception cref="ParquetUnsupportedException">The codec isn't written here.</exception>
    /// <exception cref="IOException">A file can't be written.</exception>
    public static async Task WriteAsync(
        TpchOptions options, IProgress<TpchProgress>? progress = null, CancellationToken cancellation = default)
    {
        TpchData.CheckBatchRows(options.RowGroupRows);
        TpchData data = new(new TpchScale(options.ScaleFactor));

        // Largest first, so that the last processor to finish doesn't begin the largest late.
        IEnumerable<TpchTable> tables = options.Tables.Distinct().OrderDescending();
        await Parallel.ForEachAsync(tables, cancellation, async (table, token) =>
            await new TableFile(data, table, options).WriteAsync(progress, token));
    }
}
