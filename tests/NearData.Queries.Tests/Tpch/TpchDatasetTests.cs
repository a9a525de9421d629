using System.Collections.Concurrent;
using NearData.Parquet;
using NearData.Queries.Tpch;
using NearData.TestSupport;

namespace NearData.Queries.Tests.Tpch;

public sealed class TpchDatasetTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("neardata-tpch-").FullName;

    [TheoryNeeding(Needs.Node)]
    [InlineData(Codec.Uncompressed, 1_000)]
    [InlineData(Codec.Snappy, 7_777)]
    [InlineData(Codec.Gzip, 20_000)]
    [InlineData(Codec.Zstd, 200_000)]
    public async Task Neither_codec_nor_row_group_size_changes_a_row(Codec codec, int rowGroupRows)
    {
        using DuckDb duckDb = new();
        string reference = Path.Combine(_folder, "reference");
        string other = Path.Combine(_folder, "other");
        await TpchDataset.WriteAsync(new TpchOptions { Folder = reference, ScaleFactor = 0.01 });
        await TpchDataset.WriteAsync(
            new TpchOptions { Folder = other, ScaleFactor = 0.01, Codec = codec, RowGroupRows = rowGroupRows });

        foreach (TpchTable table in Enum.GetValues<TpchTable>())
        {
            Assert.Equal(Hash(duckDb, TpchFiles.PathOf(reference, table)), Hash(duckDb, TpchFiles.PathOf(other, table)));
        }

        string file = TpchFiles.PathOf(other, TpchTable.LineItem);
        Assert.Equal(
            $"{codec}".ToUpperInvariant(), duckDb.Scalar($"SELECT DISTINCT compression FROM parquet_metadata('{file}')"));
        Assert.Equal(
            $"{Math.Min(rowGroupRows, new TpchData(new TpchScale(0.01)).RowsOf(TpchTable.LineItem))}",
            duckDb.Scalar($"SELECT max(row_group_num_rows) FROM parquet_metadata('{file}')"));
    }

    [Fact]
    public async Task Only_the_tables_asked_for_are_written_and_nothing_else_stays()
    {
        await TpchDataset.WriteAsync(
            new TpchOptions { Folder = _folder, ScaleFactor = 0.01, Tables = [TpchTable.Nation, TpchTable.Part] });

        Assert.Equal(
            [TpchFiles.PathOf(_folder, TpchTable.Nation), TpchFiles.PathOf(_folder, TpchTable.Part)],
            Directory.EnumerateFiles(_folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal));
    }

    [FactNeeding(Needs.Node)]
    public async Task A_file_of_the_same_name_is_replaced()
    {
        string file = TpchFiles.PathOf(_folder, TpchTable.Region);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        await File.WriteAllTextAsync(file, "no Parquet");

        await TpchDataset.WriteAsync(new TpchOptions { Folder = _folder, ScaleFactor = 0.01, Tables = [TpchTable.Region] });

        using DuckDb duckDb = new();
        Assert.Equal("5", duckDb.Scalar($"SELECT count(*) FROM '{file}'"));
    }

    [Fact]
    public async Task Progress_rises_row_group_by_row_group_to_the_table_s_rows()
    {
        Reports reports = new();

        await TpchDataset.WriteAsync(
            new TpchOptions { Folder = _folder, ScaleFactor = 0.01, Tables = [TpchTable.Orders], RowGroupRows = 4_000 }, reports);

        Assert.Equal([4_000, 8_000, 12_000, 15_000], reports.All.Select(report => report.RowsWritten));
        Assert.All(reports.All, report => Assert.Equal((TpchTable.Orders, 15_000), (report.Table, report.RowsTotal)));
    }

    [Fact]
    public async Task Cancelling_leaves_no_file_behind()
    {
        using CancellationTokenSource source = new();
        Reports reports = new() { Then = source.Cancel };
        TpchOptions options = new() { Folder = _folder, ScaleFactor = 0.1, Tables = [TpchTable.LineItem], RowGroupRows = 10_000 };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => TpchDataset.WriteAsync(options, reports, source.Token));

        Assert.Single(reports.All);
        Assert.Empty(Directory.EnumerateFiles(_folder, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task A_folder_that_is_a_file_is_an_IO_error()
    {
        string file = Path.Combine(_folder, "taken");
        await File.WriteAllTextAsync(file, "");

        await Assert.ThrowsAnyAsync<IOException>(
            () => TpchDataset.WriteAsync(new TpchOptions { Folder = file, ScaleFactor = 0.01 }));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(-1, 1)]
    [InlineData(1_000_001, 1)]
    [InlineData(1, -0.5)]
    public async Task Options_outside_their_range_are_refused_before_anything_is_written(int rowGroupRows, double scaleFactor)
    {
        TpchOptions options = new()
        {
            Folder = Path.Combine(_folder, "new"),
            RowGroupRows = rowGroupRows,
            ScaleFactor = scaleFactor,
        };

        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => TpchDataset.WriteAsync(options));

        Assert.False(Directory.Exists(options.Folder));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    // The rows' order counts too: each row is hashed with its number.
    private static string? Hash(DuckDb duckDb, string file) =>
        duckDb.Scalar($"SELECT bit_xor(hash(numbered)) FROM (FROM read_parquet('{file}', file_row_number = true)) numbered");

    private sealed class Reports : IProgress<TpchProgress>
    {
        public ConcurrentQueue<TpchProgress> All { get; } = new();

        public Action Then { get; init; } = () => { };

        public void Report(TpchProgress value)
        {
            All.Enqueue(value);
            Then();
        }
    }
}
