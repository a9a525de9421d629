using NearData.Engine.Datasets;
using NearData.Engine.Execution;
using NearData.Engine.Programs;
using NearData.Parquet;
using NearData.TestSupport;

namespace NearData.Engine.Tests;

/// <summary>Whatever isn't read, decoded or run: the answer is that of every row looked at.</summary>
public sealed class PrunedExecutionTests : IDisposable
{
    private const int Rows = 25_001;
    private const int Groups = 3;

    private readonly ServedFolder _folder = new();
    private readonly TestReadPath _readPath = new(reactors: 2);
    private readonly Catalog _catalog;

    public PrunedExecutionTests() => _catalog = new Catalog(new ServedRoot(_folder.Path));

    // Each filter in C and in C#; a null's value is zero in both.
    public static TheoryData<string> Filters => [.. Predicates.Keys];

    private static Dictionary<string, Func<long, long, long?, bool>> Predicates { get; } = new(StringComparer.Ordinal)
    {
        ["r->few >= 10 && r->few < 20 && r->many < 700"] = (few, many, _) => few is >= 10 and < 20 && many < 700,
        ["r->few == 3 || r->few == 40"] = (few, _, _) => few is 3 or 40,
        ["(__u64)r->few % 3 == 1"] = (few, _, _) => few % 3 == 1,
        ["r->few * r->many > 20000"] = (few, many, _) => few * many > 20_000,
        ["r->few + r->many == 500"] = (few, many, _) => few + many == 500,
        ["r->perhaps.valid && r->perhaps.value < 4"] = (_, _, perhaps) => perhaps < 4,
        ["!r->perhaps.valid"] = (_, _, perhaps) => perhaps is null,
        ["r->perhaps.value < 4 && r->few > 30"] = (few, _, perhaps) => (perhaps ?? 0) < 4 && few > 30,
        ["r->few > 1000"] = (few, _, _) => few > 1000,
        ["r->few >= 0"] = (few, _, _) => few >= 0,
        ["r->many >= 400 && r->many < 410 && r->few != 7"] = (few, many, _) => many is >= 400 and < 410 && few != 7,
    };

    public void Dispose()
    {
        _readPath.Dispose();
        _folder.Dispose();
    }

    [TheoryNeeding(Needs.Clang19)]
    [MemberData(nameof(Filters))]
    public async Task The_answer_is_that_of_every_row(string filter)
    {
        LoadedProgram program = LoadedProgram.Load(Clang.Compile(
            $$"""
            #include <neardata.h>
            struct row { __s64 few, many; ND_NULLABLE(__s64) perhaps; __s64 sum; };
            struct { __s64 total ND_SUM; __s64 fews ND_SUM; __u64 rows ND_SUM; } result SEC(".bss.results");
            SEC("filter") int keep(const struct row *r) { return {{filter}}; }
            SEC("reduce") int add(const struct row *r) { result.total += r->sum; result.fews += r->few; result.rows += 1; return 0; }
            """));
        ParquetWriterOptions[] files =
        [
            new(),
            new() { DataPageRows = 1_000 },
            // The dictionary is given up in the middle of a row group.
            new() { DataPageRows = 500, DictionaryBytes = 2_000 },
            new() { Dictionary = DictionaryUse.Never },
            new() { DataPageRows = 700, HasPageIndexes = true },
            new() { DataPageRows = 300, HasPageIndexes = true, DictionaryBytes = 2_000, Codec = Codec.Snappy },
        ];
        for (int file = 0; file < files.Length; file++)
        {
            foreach (bool isOrdered in (bool[])[false, true])
            {
                string name = $"{file}{isOrdered}";
                (long Few, long Many, long? Perhaps, long Sum)[] rows = Write($"{name}/a.parquet", files[file], isOrdered);
                (long, long, long?, long)[] kept = [.. rows.Where(row => Predicates[filter](row.Few, row.Many, row.Perhaps))];
                QueryExecution execution = new(
                    _catalog, _readPath.Reactors, program, _catalog.Open(name), new Dictionary<string, Int128>());

                ExecutionAnswer answer = await execution.RunAsync(file % 2 + 1, CancellationToken.None);

                Assert.Equal(
                    [kept.Sum(row => row.Item4), kept.Sum(row => row.Item1), kept.Length], answer.Results.Select(result => (long)result.Value));
                Assert.Equal(kept.Length, answer.RowsKept);
                Assert.Equal(Groups, answer.RowGroups + answer.RowGroupsPruned);
            }
        }
    }

    [FactNeeding(Needs.Clang19)]
    public async Task Row_groups_whose_statistics_prove_that_nothing_is_kept_are_not_read()
    {
        long?[] rows = [.. Enumerable.Range(0, 1000).Select(row => (long?)row)];
        _folder.Write("d/a.parquet", 1, ("x", rows));
        _folder.Write("d/b.parquet", 1, ("x", [.. rows.Select(row => row + 1000)]));
        _folder.Write("d/c.parquet", 1, ("x", [.. rows.Select(row => row + 2000)]));
        LoadedProgram program = LoadedProgram.Load(Clang.Compile(
            """
            #include <neardata.h>
            struct row { __s64 x; };
            const volatile __s64 from, until;
            struct { __s64 total ND_SUM; } result SEC(".bss.results");
            SEC("filter") int keep(const struct row *r) { return r->x * 2 >= from && r->x * 2 < until; }
            SEC("reduce") int add(const struct row *r) { result.total += r->x; return 0; }
            """));
        Dataset dataset = _catalog.Open("d");
        QueryExecution execution = new(
            _catalog, _readPath.Reactors, program, dataset,
            new Dictionary<string, Int128> { ["from"] = 2000, ["until"] = 4000 });

        ExecutionAnswer answer = await execution.RunAsync(1, CancellationToken.None);

        Assert.Equal(Enumerable.Range(1000, 1000).Sum(), (long)answer.Results[0].Value);
        Assert.Equal((1, 2), (answer.RowGroups, answer.RowGroupsPruned));
        Assert.Equal(1000, answer.RowsScanned);
        Assert.Equal(Metadata.Of(dataset.Files[1]).RowGroups[0].Chunks[0].CompressedLength, answer.BytesRead);
    }

    [TheoryNeeding(Needs.Clang19)]
    [InlineData(DictionaryUse.Never)]

    // Codes end in the midst of a batch.
    [InlineData(DictionaryUse.WhereSmaller)]
    public async Task A_column_of_which_a_batch_was_left_out_after_it_was_asked_for_codes_stays_in_step(DictionaryUse dictionary)
    {
        const int Count = 4 * ExecutionWorker.BatchRows;
        long[] numbers = [.. Enumerable.Range(0, Count).Select(row => row < 5_000 ? row % 1_000 * 60L : row * 7919L % 100_003)];
        long[] batches = [.. Enumerable.Range(0, Count).Select(row => (long)row / ExecutionWorker.BatchRows)];
        Directory.CreateDirectory(Path.Combine(_folder.Path, "d"));
        using (FileStream stream = File.Create(Path.Combine(_folder.Path, "d/a.parquet")))
        {
            using ParquetWriter writer = new(
                stream,
                ParquetSchema.Of(ParquetColumn.Int64("number"), ParquetColumn.Int64("batch")),
                new ParquetWriterOptions { DataPageRows = 1_000, Dictionary = dictionary, DictionaryBytes = 20_000 });
            RowGroupWriter group = writer.StartRowGroup(Count);
            group.Write<long>(0, numbers);
            group.Write<long>(1, batches);
            writer.Finish();
        }

        LoadedProgram program = LoadedProgram.Load(Clang.Compile(
            """
            #include <neardata.h>
            struct row { __s64 number, batch; };
            struct { __s64 total ND_SUM; } result SEC(".bss.results");
            SEC("filter") int keep(const struct row *r) { return r->number > 50000 && r->batch == 2; }
            SEC("reduce") int add(const struct row *r) { result.total += r->number; return 0; }
            """));
        QueryExecution execution = new(_catalog, _readPath.Reactors, program, _catalog.Open("d"), new Dictionary<string, Int128>());

        ExecutionAnswer answer = await execution.RunAsync(1, CancellationToken.None);

        Assert.Equal(numbers.Where((number, row) => number > 50_000 && batches[row] == 2).Sum(), (long)answer.Results[0].Value);
    }

    private (long Few, long Many, long? Perhaps, long Sum)[] Write(string file, ParquetWriterOptions options, bool isOrdered)
    {
        Random random = new(file.Length);
        (long Few, long Many, long? Perhaps, long Sum)[] rows =
        [
            .. Enumerable.Range(0, Groups * Rows).Select(_ => ((long)random.Next(50), (long)random.Next(1000), random.Next(5) == 0 ? null : (long?)random.Next(9), random.NextInt64(1L << 40))),
        ];
        if (isOrdered)
        {
            rows = [.. rows.OrderBy(row => row.Many)];
        }

        ParquetSchema schema = ParquetSchema.Of(
            ParquetColumn.Int64("few"), ParquetColumn.Int64("many").Nullable(), ParquetColumn.Int64("perhaps").Nullable(), ParquetColumn.Int64("sum"));
        string path = Path.Combine(_folder.Path, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using FileStream stream = File.Create(path);
        using ParquetWriter writer = new(stream, schema, options);
        foreach ((long Few, long Many, long? Perhaps, long Sum)[] group in rows.Chunk(Rows))
        {
            RowGroupWriter target = writer.StartRowGroup(group.Length);
            target.Write<long>(0, [.. group.Select(row => row.Few)]);
            target.Write<long>(1, [.. group.Select(row => row.Many)]);
            target.Write<long>(2, [.. group.Select(row => row.Perhaps ?? 0)], [.. group.Select(row => (byte)(row.Perhaps is null ? 0 : 1))]);
            target.Write<long>(3, [.. group.Select(row => row.Sum)]);
        }

        writer.Finish();
        return rows;
    }
}
