using System.Globalization;
using System.IO.Compression;
using System.Text;
using NearData.Engine.Binding;
using NearData.Engine.Datasets;
using NearData.Engine.Execution;
using NearData.Engine.Programs;
using NearData.Engine.Tracing;
using NearData.Formats;
using NearData.Formats.Streams;
using NearData.Storage;
using NearData.Storage.Faults;
using NearData.TestSupport;
using NearData.Vm;
using FaultKind = NearData.Storage.Faults.FaultKind;

namespace NearData.Engine.Tests;

/// <summary>Text files as datasets: through the reactors, cut into ranges or as streams.</summary>
public sealed class TextDatasetTests : IDisposable
{
    /// <summary>Rows of the large file: more than two blocks of 4 MiB.</summary>
    private const int Rows = 150_000;

    private const string SumOfKept =
        """
        #include <neardata.h>
        struct row { __s64 x; __s32 day; double ratio; struct nd_str name; };
        struct { __s64 total ND_SUM; __s64 days ND_SUM; __u64 rows ND_SUM; __u64 named ND_SUM; } result SEC(".bss.results");
        SEC("filter") int keep(const struct row *r) { return (__u64)r->x % 3 != 0; }
        SEC("reduce") int add(const struct row *r)
        {
            result.total += r->x;
            result.days += r->day;
            result.rows += 1;
            if (nd_str_contains(r->name, ND_TEXT("\n\"x")))
                result.named += 1;
            return 0;
        }
        """;

    private readonly ServedFolder _folder = new();
    private readonly Catalog _catalog;
    private TestReadPath _readPath = new(bytes: 256 << 20, cacheBytes: 64 << 20);

    public TextDatasetTests() => _catalog = new Catalog(new ServedRoot(_folder.Path));

    public void Dispose()
    {
        _readPath.Dispose();
        _folder.Dispose();
    }

    [TheoryNeeding(Needs.Clang19)]
    [InlineData("d.csv", 1)]
    [InlineData("d.csv", 2)]
    [InlineData("d.csv", 7)]
    [InlineData("d.ndjson", 1)]
    [InlineData("d.jsonl", 7)]
    [InlineData("d.csv.gz", 2)]
    [InlineData("d.ndjson.gz", 1)]
    public async Task Every_row_is_seen_once_whatever_the_format_and_the_number_of_workers(string file, int workers)
    {
        Write(file, Text(file));

        ExecutionAnswer answer = await RunAsync(workers);

        CheckRight(answer);
        Assert.Equal(Rows, answer.RowsScanned);
        Assert.Equal(0, _readPath.Pool.Rented - _readPath.Cache.Statistics.Bytes);
        Assert.Equal(["x", "day", "name"], answer.ColumnsRead.AsEnumerable());
        CheckRight(await RunAsync(workers));
    }

    [FactNeeding(Needs.Clang19)]
    public async Task Ranges_are_found_out_once_and_kept_in_the_cache()
    {
        Write("d.csv", Text("d.csv"));
        // Bytes of a file that was changed just now are not kept.
        File.SetLastWriteTimeUtc(Path.Combine(_folder.Path, "d.csv"), new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        while (!_catalog.Open("d").Files[0].Stamp.IsSettled(TimeProvider.System.GetUtcNow()))
        {
            await Task.Delay(1);
        }

        long length = _catalog.Open("d").Length;
        Assert.Equal(2 * length, (await RunAsync(2)).BytesRead);
        ExecutionAnswer again = await RunAsync(2);
        Assert.Equal(0, again.BytesRead);
        CheckRight(again);
    }

    [FactNeeding(Needs.Clang19)]
    public async Task Reads_that_go_wrong_end_in_the_right_answer_or_in_a_storage_error()
    {
        Write("d.csv", Text("d.csv"));
        Write("e.csv.gz", Text("e.csv"));
        int failures = 0;
        for (int seed = 0; seed < 30; seed++)
        {
            FaultScript script = FaultScript.Random(
                seed, oneIn: (seed % 3) + 2, FaultKind.TransientError, FaultKind.PermanentError, FaultKind.Short, FaultKind.Delay, FaultKind.TransientError, FaultKind.Delay);
            Use(new TestReadPath(new FaultDevices(new FileDevices(FileReading.PageCache, _ => { }), script), bytes: 256 << 20));
            try
            {
                CheckRight(await RunAsync(2, seed % 2 == 0 ? "d" : "e"));
            }
            catch (StorageException error)
            {
                Assert.Contains("The script says", error.Message, StringComparison.Ordinal);
                failures++;
            }

            Assert.Equal(0, _readPath.Pool.Rented);
        }

        Assert.InRange(failures, 3, 27);
    }

    [TheoryNeeding(Needs.Clang19)]
    [InlineData("d.csv")]
    [InlineData("d.csv.gz")]
    public async Task Direct_reads_give_the_same_answer(string file)
    {
        Write(file, Text(file));
        Use(new TestReadPath(new FileDevices(FileReading.Direct, _ => { }), bytes: 256 << 20));

        CheckRight(await RunAsync(2));
    }

    [FactNeeding(Needs.Clang19)]
    public async Task A_wrong_value_far_into_the_file_is_named_with_its_line()
    {
        byte[] text = Text("d.csv");
        int line = text.AsSpan().Count((byte)'\n') + 1;
        Write("d.csv", [.. text, .. "oops,2020-01-01,1.5,n\n"u8]);

        TextFormatException error = await Assert.ThrowsAsync<TextFormatException>(() => RunAsync(2));

        Assert.Equal(new TextPlace(text.Length, line), error.Place);
        Assert.StartsWith($"d.csv, line {line}, offset {text.Length}: Column 'x' has 'oops', which is no INT64", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, _readPath.Pool.Rented - _readPath.Cache.Statistics.Bytes);
    }

    [FactNeeding(Needs.Clang19)]
    public async Task A_stream_that_is_cut_off_fails_the_execution()
    {
        Write("d.csv.gz", Text("d.csv"));
        string path = Path.Combine(_folder.Path, "d.csv.gz");
        byte[] whole = await File.ReadAllBytesAsync(path);
        await File.WriteAllBytesAsync(path, whole[..^10]);

        StreamFormatException error = await Assert.ThrowsAsync<StreamFormatException>(() => RunAsync(1));

        Assert.Contains("cut off", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, _readPath.Pool.Rented);
    }

    [FactNeeding(Needs.Clang19)]
    public async Task A_file_that_is_replaced_or_overwritten_fails_the_execution_that_was_planned_before()
    {
        Write("d.csv", "x,day,ratio,name\n1,2020-01-01,1.5,a\n"u8);
        QueryExecution replaced = Prepare(SumOfKept, "d");
        Write("d.csv", "x,day,ratio,name\n22,2020-01-01,1.5,a\n"u8);
        await Assert.ThrowsAsync<DatasetChangedException>(() => replaced.RunAsync(1, CancellationToken.None));

        QueryExecution removed = Prepare(SumOfKept, "d");
        File.Delete(Path.Combine(_folder.Path, "d.csv"));
        await Assert.ThrowsAsync<DatasetChangedException>(() => removed.RunAsync(1, CancellationToken.None));
    }

    [FactNeeding(Needs.Clang19)]
    public async Task A_stream_that_expands_without_end_can_be_cancelled()
    {
        // 16 GiB of blank lines in 16 MiB.
        using MemoryStream member = new();
        using (GZipStream stream = new(member, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            byte[] lines = new byte[1 << 20];
            lines.AsSpan().Fill((byte)'\n');
            for (int i = 0; i < 256; i++)
            {
                stream.Write(lines);
            }
        }

        Gzip("d.csv.gz", "x,day,ratio,name\n1,2020-01-01,1.5,a\n"u8, [.. Enumerable.Repeat(member.ToArray(), 64)]);
        using CancellationTokenSource cancel = new(TimeSpan.FromMilliseconds(300));
        long start = TimeProvider.System.GetTimestamp();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Prepare(SumOfKept, "d").RunAsync(1, cancel.Token));

        Assert.InRange(TimeProvider.System.GetElapsedTime(start), TimeSpan.Zero, TimeSpan.FromMinutes(1));
        Assert.Equal(0, _readPath.Pool.Rented);
    }

    [FactNeeding(Needs.Clang19)]
    public async Task Files_of_a_folder_are_one_dataset_with_columns_that_hold_all_of_them()
    {
        Write("d/1.csv", "x,v\n1,10\n2,20\n"u8);
        Write("d/2.tsv", "x\tv\n3\t0.5\n"u8);
        Gzip("d/3.csv.gz", "x;v\n4;\n"u8);

        Assert.Equal(
            [("x", "INT64", false), ("v", "DOUBLE", true)],
            _catalog.Open("d").Columns.Select(column => (column.Name, column.Type.ToString(), column.IsNullable)));
        ExecutionAnswer answer = await Prepare(
            """
            #include <neardata.h>
            struct row { __s64 x; ND_NULLABLE(double) v; };
            struct { __s64 total ND_SUM; __u64 present ND_SUM; } result SEC(".bss.results");
            SEC("reduce") int add(const struct row *r)
            {
                result.total += r->x;
                if (r->v.valid) result.present += 1;
                return 0;
            }
            """, "d").RunAsync(2, CancellationToken.None);
        Assert.Equal([10, 3], answer.Results.Select(result => (long)result.Value));
    }

    [FactNeeding(Needs.Clang19)]
    public async Task A_schema_file_gives_the_types_and_a_new_one_takes_effect()
    {
        const string source =
            """
            #include <neardata.h>
            struct row { __s64 price; };
            struct { __s64 total ND_SUM; } result SEC(".bss.results");
            SEC("reduce") int add(const struct row *r) { result.total += r->price; return 0; }
            """;
        Write("d.csv", "1|2.50\n2|3.5\n"u8);
        Assert.Equal(["column0", "column1"], _catalog.Open("d").Columns.Select(column => column.Name));

        Write("d.schema.json", """{"columns": [{"name": "id", "type": "INT32"}, {"name": "price", "type": "DECIMAL(15,2)"}]}"""u8);
        Assert.Equal([600L], (await Prepare(source, "d").RunAsync(1, CancellationToken.None)).Results.Select(result => (long)result.Value));

        Write("d.schema.json", """{"columns": [{"name": "id", "type": "INT32"}, {"name": "price", "type": "DECIMAL(15,3)"}]}"""u8);
        Assert.Equal([6000L], (await Prepare(source, "d").RunAsync(1, CancellationToken.None)).Results.Select(result => (long)result.Value));

        Write("d.schema.json", "{"u8);
        Assert.Equal("d.schema.json", Assert.Throws<TextFormatException>(() => _catalog.Open("d")).File);
    }

    [FactNeeding(Needs.Clang19)]
    public async Task A_column_with_nulls_in_its_sample_needs_a_field_that_shows_them_and_a_later_null_is_an_error()
    {
        const string source =
            """
            #include <neardata.h>
            struct row { __s64 v; };
            struct { __s64 total ND_SUM; } result SEC(".bss.results");
            SEC("reduce") int add(const struct row *r) { result.total += r->v; return 0; }
            """;
        Write("d.csv", "v,w\n1,2\n,3\n"u8);
        Assert.Equal(BindingFault.NullableColumn, Assert.Throws<BindingException>(() => Prepare(source, "d")).Fault);

        string ones = string.Concat(Enumerable.Repeat("1,2\n", (TextLimits.SampleLength / 4) + 1000));
        Write("e.csv", Encoding.UTF8.GetBytes($"v,w\n{ones},3\n"));
        TextFormatException error = await Assert.ThrowsAsync<TextFormatException>(() => Prepare(source, "e").RunAsync(1, CancellationToken.None));
        Assert.Contains("Column 'v' has a null, and is read as INT64 without nulls", error.Message, StringComparison.Ordinal);
    }

    [FactNeeding(Needs.Clang19)]
    public void Records_of_a_text_file_can_be_traced()
    {
        Write("d.csv", Text("d.csv"));
        TraceExecution trace = new(
            _catalog, _readPath.Reactors.Devices, LoadedProgram.Load(Clang.Compile(SumOfKept)), _catalog.Open("d"),
            new Dictionary<string, ParameterValue>(StringComparer.Ordinal), new TraceOptions(FirstRow: 140_000, RowCount: 2));

        // The filter drops the second.
        Assert.Equal([140_000L, 140_000, 140_001], trace.Run(CancellationToken.None).Select(run => run.Row));
    }

    [Fact]
    public void A_dataset_says_the_most_rows_that_it_can_have()
    {
        Write("d.csv", "a,b\n1,2\n"u8);
        Dataset dataset = _catalog.Open("d");
        Assert.Null(dataset.RowCount);
        Assert.InRange(dataset.MostRows, 2, 8);
        Assert.Equal(["d"], _catalog.List().AsEnumerable());
    }

    private static byte[] Text(string file)
    {
        StringBuilder text = new();
        bool isCsv = file.Contains(".csv", StringComparison.Ordinal);
        text.Append(isCsv ? "x,day,ratio,name\n" : "");
        for (int row = 0; row < Rows; row++)
        {
            // What is quoted looks like a record, to whoever starts in the middle of it.
            string name = row % 5 == 0 ? "p\n7,2020-01-01,1,\n\"x" : "plain text of some length, to have more than two blocks of them";
            string day = DateOnly.FromDayNumber(700_000 + (row % 1000)).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
            text.Append(isCsv
                ? $"{row},{day},{row % 7}.5,\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"\n"
                : $"{{\"x\": {row}, \"day\": \"{day}\", \"ratio\": {row % 7}.5, \"name\": {System.Text.Json.JsonSerializer.Serialize(name)}}}\n");
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static void CheckRight(ExecutionAnswer answer)
    {
        int[] kept = [.. Enumerable.Range(0, Rows).Where(row => row % 3 != 0)];
        Assert.Equal(
            [kept.Sum(row => (long)row), kept.Sum(row => 700_000L + (row % 1000) - 719_162), kept.Length, kept.Count(row => row % 5 == 0)],
            answer.Results.Select(result => (long)result.Value));
        Assert.Equal(kept.Length, answer.RowsKept);
    }

    private void Write(string file, ReadOnlySpan<byte> text)
    {
        if (file.EndsWith(".gz", StringComparison.Ordinal))
        {
            Gzip(file, text);
            return;
        }

        string path = Path.Combine(_folder.Path, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, text);
    }

    private void Gzip(string file, ReadOnlySpan<byte> text, params byte[][] members)
    {
        string path = Path.Combine(_folder.Path, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using FileStream target = File.Create(path);
        using (GZipStream stream = new(target, CompressionLevel.Fastest, leaveOpen: true))
        {
            stream.Write(text);
        }

        foreach (byte[] member in members)
        {
            target.Write(member);
        }
    }

    private void Use(TestReadPath readPath)
    {
        _readPath.Dispose();
        _readPath = readPath;
    }

    private QueryExecution Prepare(string source, string dataset) => new(
        _catalog, _readPath.Reactors, LoadedProgram.Load(Clang.Compile(source)), _catalog.Open(dataset), new Dictionary<string, Int128>(StringComparer.Ordinal));

    private Task<ExecutionAnswer> RunAsync(int workers, string dataset = "d") => Prepare(SumOfKept, dataset).RunAsync(workers, CancellationToken.None);
}
