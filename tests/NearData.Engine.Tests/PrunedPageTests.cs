using NearData.Engine.Datasets;
using NearData.Engine.Execution;
using NearData.Engine.Formats.Parquet;
using NearData.Engine.Programs;
using NearData.Parquet;
using NearData.TestSupport;
using Xunit.Abstractions;

namespace NearData.Engine.Tests;

/// <summary>Pages that a filter is proven to drop are neither read nor decoded, whether or not they lie as those of other columns do.</summary>
public sealed class PrunedPageTests : IDisposable
{
    private const int Rows = 40_000;
    private const int PageRows = 1_000;

    private static readonly Lazy<LoadedProgram> Between = new(() => LoadedProgram.Load(Clang.Compile(
        """
        #include <neardata.h>
        struct row { __s64 day, amount; ND_NULLABLE(__s64) note; };
        const volatile __s64 from, until;
        struct { __s64 total ND_SUM; __s64 notes ND_SUM; } result SEC(".bss.results");
        SEC("filter") int keep(const struct row *r) { return r->day >= from && r->day < until; }
        SEC("reduce") int add(const struct row *r) { result.total += r->amount; result.notes += r->note.value; return 0; }
        """)));

    private readonly ITestOutputHelper _output;
    private readonly ServedFolder _folder = new();
    private readonly TestReadPath _readPath = new(cacheBytes: 16 << 20, reactors: 1);
    private readonly Catalog _catalog;

    public PrunedPageTests(ITestOutputHelper output)
    {
        _output = output;
        _catalog = new Catalog(new ServedRoot(_folder.Path));
    }

    public void Dispose()
    {
        _readPath.Dispose();
        _folder.Dispose();
    }

    [TheoryNeeding(Needs.Clang19)]
    [InlineData(Codec.Uncompressed, DictionaryUse.Never)]
    [InlineData(Codec.Snappy, DictionaryUse.WhereSmaller)]
    public async Task Only_pages_that_can_hold_kept_rows_are_read_of_all_columns(Codec codec, DictionaryUse dictionary)
    {
        Write("d", new ParquetWriterOptions { Codec = codec, Dictionary = dictionary, DataPageRows = PageRows, HasPageIndexes = true });

        ExecutionAnswer some = await RunAsync("d", 12_500, 14_500);
        ExecutionAnswer all = await RunAsync("d", 0, Rows);

        // Of three columns 40 pages each, of which 3 hold such rows.
        Check(some, 12_500, 14_500);
        Check(all, 0, Rows);
        Assert.Equal((3L * 37, 3L * PageRows), (some.PagesPruned, some.RowsScanned));
        Assert.Equal((0, Rows), (all.PagesPruned, all.RowsScanned));
        Assert.InRange((double)some.BytesRead / all.BytesRead, 0.02, dictionary == DictionaryUse.Never ? 0.1 : 0.5);
    }

    [FactNeeding(Needs.Clang19)]
    public async Task Pages_are_found_in_a_chunk_that_is_in_memory_and_do_not_keep_it_from_being_kept()
    {
        Write("d", new ParquetWriterOptions { DataPageRows = PageRows, HasPageIndexes = true });
        await Task.Delay(80);

        Check(await RunAsync("d", 5_500, 5_600), 5_500, 5_600);
        ExecutionAnswer same = await RunAsync("d", 5_500, 5_600);
        Check(same, 5_500, 5_600);
        Assert.Equal(0, same.BytesRead);

        ExecutionAnswer whole = await RunAsync("d", 0, Rows);
        Check(whole, 0, Rows);
        Assert.True(whole.BytesRead > 0);
        ExecutionAnswer again = await RunAsync("d", 0, Rows);
        ExecutionAnswer others = await RunAsync("d", 30_500, 30_700);
        Check(again, 0, Rows);
        Check(others, 30_500, 30_700);
        Assert.Equal((0, 0), (again.BytesRead, others.BytesRead));
    }

    [FactNeeding(Needs.Clang19)]
    public async Task A_page_index_that_contradicts_itself_is_refused_with_its_place()
    {
        Write("d", new ParquetWriterOptions { DataPageRows = PageRows, HasPageIndexes = true });
        string path = Path.Combine(_folder.Path, "d", "a.parquet");
        ColumnChunk chunk = ((ParquetContent)_catalog.Open("d").Files[0].Content).Metadata.RowGroups[0].Chunks[0];
        byte[] bytes = await File.ReadAllBytesAsync(path);

        // The second page's first row becomes another one: of all its numbers the last, before the next structure.
        FileRange index = chunk.OffsetIndex!.Value;
        Span<byte> span = bytes.AsSpan((int)index.Offset, (int)index.Length);
        int row = span.IndexOf(new byte[] { 0x16, 0xD0, 0x0F });
        span[row + 2] = 0x7F;
        await File.WriteAllBytesAsync(path, bytes);

        ParquetFormatException error = await Assert.ThrowsAsync<ParquetFormatException>(() => RunAsync("d", 5_500, 5_600));

        Assert.Contains("The offset index has a page at", error.Message, StringComparison.Ordinal);
        Assert.Contains("column day", error.Message, StringComparison.Ordinal);
        Assert.InRange(error.Offset, index.Offset, index.Offset + index.Length);

        // Where all rows are kept no index is looked at.
        Check(await RunAsync("d", 0, Rows), 0, Rows);
    }

    [FactNeeding(Needs.Clang19)]
    public async Task A_page_with_other_rows_than_its_index_says_is_refused()
    {
        Write("d", new ParquetWriterOptions { DataPageRows = PageRows, HasPageIndexes = true, Dictionary = DictionaryUse.Never });
        string path = Path.Combine(_folder.Path, "d", "a.parquet");
        ColumnChunk chunk = ((ParquetContent)_catalog.Open("d").Files[0].Content).Metadata.RowGroups[0].Chunks[1];
        byte[] bytes = await File.ReadAllBytesAsync(path);
        FileRange index = chunk.OffsetIndex!.Value;
        Span<byte> span = bytes.AsSpan((int)index.Offset, (int)index.Length);

        // Zigzag varints of 6000 and 5999.
        int row = span.IndexOf(new byte[] { 0x16, 0xE0, 0x5D });
        span[row + 1] = 0xDE;
        await File.WriteAllBytesAsync(path, bytes);

        ParquetFormatException error = await Assert.ThrowsAsync<ParquetFormatException>(() => RunAsync("d", 6_500, 6_600));

        Assert.Contains("Column amount: A page of 1000 values has 1001 in the chunk's offset index", error.Message, StringComparison.Ordinal);
    }

    [FactNeeding(Needs.Clang19)]
    public async Task Q6_over_lines_in_order_of_their_dates_reads_a_years_share()
    {
        const int Lines = 600_000;
        Random random = new(6);
        int[] days = [.. Enumerable.Range(0, Lines).Select(_ => 8036 + random.Next(2526)).Order()];
        Directory.CreateDirectory(Path.Combine(_folder.Path, "lineitem"));
        using (FileStream stream = File.Create(Path.Combine(_folder.Path, "lineitem", "a.parquet")))
        {
            using ParquetWriter writer = new(
                stream,
                ParquetSchema.Of(ParquetColumn.Date("l_shipdate"), ParquetColumn.Decimal("l_quantity", 15, 2), ParquetColumn.Decimal("l_extendedprice", 15, 2), ParquetColumn.Decimal("l_discount", 15, 2)),
                new ParquetWriterOptions { DataPageRows = 4_000, HasPageIndexes = true });
            foreach (int[] group in days.Chunk(20_000))
            {
                RowGroupWriter target = writer.StartRowGroup(group.Length);
                target.Write<int>(0, group);
                target.Write<long>(1, [.. group.Select(_ => 100L * random.Next(1, 51))]);
                target.Write<long>(2, [.. group.Select(_ => random.NextInt64(90_000, 10_500_000))]);
                target.Write<long>(3, [.. group.Select(_ => random.NextInt64(11))]);
            }

            writer.Finish();
        }

        LoadedProgram q6 = LoadedProgram.Load(Clang.Compile(await File.ReadAllTextAsync(Path.Combine(Ground.Repository, "queries/programs/q6.c"))));
        QueryExecution execution = new(_catalog, _readPath.Reactors, q6, _catalog.Open("lineitem"), new Dictionary<string, Int128>());
        ExecutionAnswer answer = await execution.RunAsync(1, CancellationToken.None);

        // 1994 is one of seven years: 86,700 lines, in 5 or 6 row groups of 30, of which the pages at both ends are dropped.
        int inYear = days.Count(day => day is >= 8766 and < 9131);
        double bytes = (double)answer.BytesRead / new FileInfo(Path.Combine(_folder.Path, "lineitem", "a.parquet")).Length;
        _output.WriteLine($"{answer.RowGroups} of 30 row groups, {answer.PagesPruned} pages of them pruned, {answer.RowsScanned} rows for {inYear} in the year, {bytes:P1} of the file");
        Assert.InRange(answer.RowGroups, 5, 6);
        Assert.InRange(answer.RowsScanned, inYear, inYear + 2 * 4_000);
        Assert.InRange(answer.PagesPruned, 1, 4 * 2 * 5);
        Assert.InRange(bytes, 0.12, 0.18);
    }

    private static void Check(ExecutionAnswer answer, long from, long until)
    {
        long[] kept = [.. Enumerable.Range(0, Rows).Select(row => (long)row).Where(row => row >= from && row < until)];
        Assert.Equal([kept.Sum(row => row * 7), kept.Sum(row => row % 3 == 0 ? 0 : row % 11)], answer.Results.Select(result => (long)result.Value));
        Assert.Equal(kept.Length, answer.RowsKept);
    }

    private Task<ExecutionAnswer> RunAsync(string dataset, long from, long until) => new QueryExecution(
        _catalog, _readPath.Reactors, Between.Value, _catalog.Open(dataset), new Dictionary<string, Int128> { ["from"] = from, ["until"] = until }).RunAsync(1, CancellationToken.None);

    private void Write(string name, ParquetWriterOptions options)
    {
        Directory.CreateDirectory(Path.Combine(_folder.Path, name));
        using FileStream stream = File.Create(Path.Combine(_folder.Path, name, "a.parquet"));
        using ParquetWriter writer = new(
            stream, ParquetSchema.Of(ParquetColumn.Int64("day"), ParquetColumn.Int64("amount"), ParquetColumn.Int64("note").Nullable()), options);
        long[] rows = [.. Enumerable.Range(0, Rows).Select(row => (long)row)];
        RowGroupWriter group = writer.StartRowGroup(Rows);
        group.Write<long>(0, rows);
        group.Write<long>(1, [.. rows.Select(row => row * 7)]);
        group.Write<long>(2, [.. rows.Select(row => row % 3 == 0 ? 0 : row % 11)], [.. rows.Select(row => (byte)(row % 3 == 0 ? 0 : 1))]);
        writer.Finish();
    }
}
