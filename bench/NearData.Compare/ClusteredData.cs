using NearData.TestSupport;

namespace NearData.Compare;

/// <summary>
/// Lineitem with the rows of each row group in order, written by DuckDB out of the other file: codes of dictionaries come in long runs, and
/// row groups' bounds say no more than before.
/// </summary>
internal static class ClusteredData
{
    private const int RowGroupRows = 122_880;

    /// <summary>The folder with that file, written now if it is missing.</summary>
    /// <param name="source">The folder with the file in another order.</param>
    /// <param name="codec">How its pages are packed.</param>
    /// <param name="columns">What rows are sorted by.</param>
    public static string Ensure(string source, string codec, string columns)
    {
        string folder = $"{source}-by-{columns.Replace(", ", "-", StringComparison.Ordinal)}";
        string file = Path.Combine(folder, "lineitem", "lineitem.parquet");
        if (!File.Exists(file))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            using DuckDb duckDb = new();
            string packing = codec == "none" ? "uncompressed" : codec;
            duckDb.Query(
                $"COPY (SELECT * EXCLUDE (file_row_number) FROM read_parquet('{source}/lineitem/*.parquet', file_row_number = true) ORDER BY file_row_number // {RowGroupRows}, {columns}) "
                + $"TO '{file}' (FORMAT parquet, COMPRESSION {packing}, ROW_GROUP_SIZE {RowGroupRows})");
        }

        return folder;
    }
}
