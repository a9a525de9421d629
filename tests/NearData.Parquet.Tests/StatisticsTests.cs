using System.Globalization;
using NearData.TestSupport;

namespace NearData.Parquet.Tests;

/// <summary>
/// Statistics that are written say what DuckDB computes from the values, and DuckDB and this reader read them so.
/// </summary>
public sealed class StatisticsTests(OracleFixture fixture) : IClassFixture<OracleFixture>, IDisposable
{
    private const int GroupRows = 900;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("neardata-parquet-");

    public void Dispose() => _folder.Delete(recursive: true);

    [FactNeeding(Needs.Node)]
    public void DuckDB_finds_the_bounds_and_null_counts_that_it_computes_itself()
    {
        SampleTable table = new(rows: 1_500, seed: 5);
        string path = Path.Combine(_folder.FullName, "statistics.parquet");
        table.Write(path, new ParquetWriterOptions { DataPageRows = 200 }, GroupRows);
        Dictionary<(string, string), string?[]> stored = fixture.Oracle
            .Query($"SELECT path_in_schema, row_group_id, stats_min_value, stats_max_value, stats_null_count, min_is_exact, max_is_exact FROM parquet_metadata('{path}')")
            .ToDictionary(row => (row[0]!, row[1]!), row => row[2..]);
        foreach (ParquetColumn column in table.Columns.Select(sample => sample.Column))
        {
            foreach (string?[] computed in Computed(path, column))
            {
                string?[] found = stored[(column.Name, computed[0]!)];
                Assert.Equal((column.Name, computed[3]), (column.Name, found[2]));
                if (HasBounds(column))
                {
                    Assert.Equal((column.Name, Finite(computed[1]), Finite(computed[2])), (column.Name, found[0], found[1]));

                    // Of floating point a bound of zero may have a sign that no value has.
                    string isExact = column.PhysicalType is PhysicalType.Float or PhysicalType.Double ? "false" : "true";
                    Assert.Equal((column.Name, isExact, isExact), (column.Name, found[3], found[4]));
                }
                else
                {
                    Assert.Equal((column.Name, null, null), (column.Name, found[0], found[1]));
                }
            }
        }
    }

    [FactNeeding(Needs.Node)]
    public void DuckDB_finds_each_value_in_its_bloom_filter_and_reads_files_with_page_indexes()
    {
        SampleTable table = new(rows: 600, seed: 6);
        string path = Path.Combine(_folder.FullName, "indexed.parquet");
        HashSet<string> filtered = ["int64", "text", "double"];
        table.Write(path, new ParquetWriterOptions { DataPageRows = 100, HasPageIndexes = true, BloomFilters = filtered }, groupRows: 600);
        string?[] named = [.. fixture.Oracle.Query($"SELECT path_in_schema FROM parquet_metadata('{path}') WHERE bloom_filter_offset IS NOT NULL ORDER BY 1").Select(row => row[0])];
        Assert.Equal("double int64 text", string.Join(" ", named));
        foreach (SampleColumn sample in table.Columns.Where(sample => filtered.Contains(sample.Column.Name)))
        {
            Assert.Equal(sample.Expected, DuckDbText.Read(fixture.Oracle, path, sample.Column));
        }

        foreach (string? value in table.Columns.Single(sample => sample.Column.Name == "int64").Expected.Distinct().Take(40))
        {
            Assert.Equal("false", fixture.Oracle.Scalar($"SELECT bloom_filter_excludes FROM parquet_bloom_probe('{path}', 'int64', ({value})::BIGINT)"));
        }

        int excluded = Enumerable.Range(0, 40).Count(i => fixture.Oracle.Scalar($"SELECT bloom_filter_excludes FROM parquet_bloom_probe('{path}', 'text', 'absent {i}')") == "true");
        Assert.InRange(excluded, 35, 40);
    }

    [FactNeeding(Needs.Node)]
    public void The_reader_finds_the_integer_bounds_that_DuckDB_wrote()
    {
        string path = Path.Combine(_folder.FullName, "duckdb.parquet");
        fixture.Oracle.Query(
            $"""
            COPY (SELECT (i * 37 % 1000 - 500)::INTEGER AS a, (i * 37 % 1000)::BIGINT << 40 AS b, DATE '1994-01-01' + (i % 9)::INTEGER AS c,
                         (i % 250)::UTINYINT AS d, ((i % 77) / 100.0 - 0.3)::DECIMAL(15,2) AS e, CASE WHEN i % 3 = 0 THEN i END AS f,
                         (18446744073709551615 - i)::UBIGINT AS g, i::DOUBLE AS h
                  FROM range(3000) t(i)) TO '{path}' (FORMAT parquet)
            """);
        using ParquetFile file = ParquetFile.Open(path);
        Dictionary<string, (long, long)?> expected = new(StringComparer.Ordinal)
        {
            ["a"] = (-500, 499), ["b"] = (0, 999L << 40), ["c"] = (8766, 8774), ["d"] = (0, 249), ["e"] = (-30, 46), ["f"] = (0, 2997), ["g"] = null, ["h"] = null,
        };
        foreach (ColumnChunk chunk in file.Metadata.RowGroups.Single().Chunks)
        {
            bool known = chunk.Statistics!.TryGetInt64Range(out long min, out long max);
            Assert.Equal((chunk.Column.Name, expected[chunk.Column.Name]), (chunk.Column.Name, known ? (min, max) : ((long, long)?)null));
            Assert.Equal((chunk.Column.Name, chunk.Column.Name == "f" ? 2000 : 0), (chunk.Column.Name, chunk.Statistics.NullCount));
        }
    }

    [Fact]
    public void Bounds_without_a_declared_order_are_only_those_that_need_none()
    {
        ReadOnlyMemory<byte> low = BitConverter.GetBytes(1L);
        ReadOnlyMemory<byte> high = BitConverter.GetBytes(9L);
        Footer.RawStatistics older = new() { SignedMin = low, SignedMax = high };
        Footer.RawStatistics newer = new() { Min = low, Max = high };
        Footer.RawStatistics swapped = new() { Min = high, Max = low };

        Assert.True(older.ForColumn(ParquetColumn.Int64("a"), Footer.ColumnOrder.Undefined, 5).TryGetInt64Range(out long min, out long max));
        Assert.Equal((1, 9), (min, max));
        Assert.Null(older.ForColumn(ParquetColumn.Integer("a", 64, signed: false), Footer.ColumnOrder.Undefined, 5).Min);
        Assert.Null(older.ForColumn(ParquetColumn.Text("a"), Footer.ColumnOrder.ByType, 5).Min);
        Assert.Null(newer.ForColumn(ParquetColumn.Int64("a"), Footer.ColumnOrder.Undefined, 5).Min);
        Assert.NotNull(newer.ForColumn(ParquetColumn.Int64("a"), Footer.ColumnOrder.ByType, 5).Min);
        Assert.Null(newer.ForColumn(ParquetColumn.Int32("a"), Footer.ColumnOrder.ByType, 5).Min);
        Assert.False(swapped.ForColumn(ParquetColumn.Int64("a"), Footer.ColumnOrder.ByType, 5).TryGetInt64Range(out _, out _));
    }

    [Fact]
    public void Bounds_of_text_are_those_of_its_declared_order_alone()
    {
        ReadOnlyMemory<byte> low = "PROM"u8.ToArray();
        ReadOnlyMemory<byte> high = "\u00e4"u8.ToArray();
        Footer.RawStatistics older = new() { SignedMin = low, SignedMax = high };
        Footer.RawStatistics newer = new() { Min = low, Max = high };
        Footer.RawStatistics signed = new() { Min = high, Max = low };

        Assert.True(newer.ForColumn(ParquetColumn.Text("a"), Footer.ColumnOrder.ByType, 5).TryGetBytesRange(out ReadOnlyMemory<byte> min, out ReadOnlyMemory<byte> max));
        Assert.Equal((low, high), (min, max));
        Assert.True(newer.ForColumn(ParquetColumn.Binary("a"), Footer.ColumnOrder.ByType, 5).TryGetBytesRange(out _, out _));
        Assert.False(older.ForColumn(ParquetColumn.Text("a"), Footer.ColumnOrder.ByType, 5).TryGetBytesRange(out _, out _));
        Assert.False(older.ForColumn(ParquetColumn.Text("a"), Footer.ColumnOrder.Undefined, 5).TryGetBytesRange(out _, out _));
        Assert.False(newer.ForColumn(ParquetColumn.Text("a"), Footer.ColumnOrder.Undefined, 5).TryGetBytesRange(out _, out _));
        Assert.False(signed.ForColumn(ParquetColumn.Text("a"), Footer.ColumnOrder.ByType, 5).TryGetBytesRange(out _, out _));
        Assert.False(newer.ForColumn(ParquetColumn.Decimal("a", 30, 2), Footer.ColumnOrder.ByType, 5).TryGetBytesRange(out _, out _));
    }

    [Fact]
    public void Bounds_of_floating_point_are_numbers()
    {
        Footer.RawStatistics Doubles(double low, double high) => new() { Min = BitConverter.GetBytes(low), Max = BitConverter.GetBytes(high) };
        Footer.RawStatistics floats = new() { Min = BitConverter.GetBytes(-1.5f), Max = BitConverter.GetBytes(float.PositiveInfinity) };

        Assert.True(Doubles(-0.0, 2).ForColumn(ParquetColumn.Double("a"), Footer.ColumnOrder.ByType, 5).TryGetFloat64Range(out double min, out double max));
        Assert.Equal((-0.0, 2), (min, max));
        Assert.True(floats.ForColumn(ParquetColumn.Float("a"), Footer.ColumnOrder.ByType, 5).TryGetFloat64Range(out min, out max));
        Assert.Equal((-1.5, double.PositiveInfinity), (min, max));
        Assert.False(Doubles(double.NaN, 2).ForColumn(ParquetColumn.Double("a"), Footer.ColumnOrder.ByType, 5).TryGetFloat64Range(out _, out _));
        Assert.False(Doubles(0, double.NaN).ForColumn(ParquetColumn.Double("a"), Footer.ColumnOrder.ByType, 5).TryGetFloat64Range(out _, out _));
        Assert.False(Doubles(3, 2).ForColumn(ParquetColumn.Double("a"), Footer.ColumnOrder.ByType, 5).TryGetFloat64Range(out _, out _));
    }

    // DuckDB's view of stored statistics leaves infinite bounds out.
    private static string? Finite(string? bound) => bound is "inf" or "-inf" ? null : bound;

    // Types whose order isn't defined or not kept, and bounds as long as the longest text here, are left out.
    private static bool HasBounds(ParquetColumn column) =>
        column is not ({ PhysicalType: PhysicalType.Int96 } or { LogicalType: LogicalType.Float16 or LogicalType.Interval })
        && !column.Name.StartsWith("long_text", StringComparison.Ordinal);

    private string?[][] Computed(string path, ParquetColumn column)
    {
        string name = $"\"{column.Name}\"";
        string present = column.Name.Contains("nan", StringComparison.Ordinal) ? $"FILTER (NOT isnan({name}))" : "";
        return fixture.Oracle.Query(
            $"""
            SELECT (file_row_number // {GroupRows.ToString(CultureInfo.InvariantCulture)})::BIGINT AS g, (min({name}) {present})::VARCHAR, (max({name}) {present})::VARCHAR, count(*) - count({name})
            FROM read_parquet('{path}', file_row_number = true) GROUP BY g ORDER BY g
            """);
    }
}
