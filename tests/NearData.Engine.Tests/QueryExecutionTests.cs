using NearData.Engine.Binding;
using NearData.Engine.Datasets;
using NearData.Engine.Execution;
using NearData.Engine.Programs;
using NearData.Isa;
using NearData.Isa.Objects;
using NearData.Isa.Programs;
using NearData.Isa.Text;
using NearData.Parquet;
using NearData.Storage;
using NearData.Storage.Faults;
using NearData.TestSupport;

namespace NearData.Engine.Tests;

public sealed class QueryExecutionTests : IDisposable
{
    private const string SumOfKept =
        """
        #include <neardata.h>
        struct row { __s64 x, y, unused; };
        const volatile __s64 least;
        struct { __s64 total ND_SUM; __s64 low ND_MIN; __s64 high ND_MAX; __u64 rows ND_SUM; } result SEC(".bss.results");
        SEC("filter") int keep(const struct row *r) { return r->x >= least; }
        SEC("reduce") int add(const struct row *r)
        {
            result.total += r->y;
            if (r->y < result.low) result.low = r->y;
            if (r->y > result.high) result.high = r->y;
            result.rows += 1;
            return 0;
        }
        """;

    private readonly ServedFolder _folder = new();
    private readonly Catalog _catalog;
    private TestReadPath _readPath = new();

    public QueryExecutionTests() => _catalog = new Catalog(new ServedRoot(_folder.Path));

    public void Dispose()
    {
        _readPath.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void A_program_that_can_take_too_long_over_a_record_is_not_admitted()
    {
        byte[] elf = new ObjectBuilder(new RowLayout("row", 8, [new RowField("x", 0, FieldType.Int64)]), [], [])
            .Add("keep", ProgramKind.Filter, Assembler.Assemble(
                """
                r0 = *(u64 *)(r1 + 0x0)
                again: may_goto end
                r0 ^= 1
                goto again
                end: exit
                """))
            .Build();
        ProgramCostException refused = Assert.Throws<ProgramCostException>(() => LoadedProgram.Load(elf));
        Assert.Equal($"keep can take {refused.Instructions} instructions a record; 1000000 are admitted.", refused.Message);
        Assert.True(refused.Instructions > 3 * IterationBudget.PerFunction);
    }

    [TheoryNeeding(Needs.Clang19)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    public async Task A_filter_and_a_reduction_see_every_row_once_whatever_the_number_of_workers(int workers)
    {
        // Longer than a batch, and no multiple of one.
        long?[] x = [.. Enumerable.Range(0, 10_007).Select(i => (long?)((i * 7919L) % 1000))];
        long?[] y = [.. Enumerable.Range(0, 10_007).Select(i => (long?)((i * 104_729L) % 100_003) - 50_000)];
        _folder.Write("d/a.parquet", 3, ("x", x), ("y", y));
        _folder.Write("d/b.parquet", 2, ("y", y), ("x", x));

        ExecutionAnswer answer = await RunAsync(SumOfKept, "d", workers, ("least", 500));

        long[] kept = [.. x.Zip(y).Where(row => row.First >= 500).Select(row => row.Second!.Value)];
        Assert.Equal(
            [5 * kept.Sum(), kept.Min(), kept.Max(), 5 * kept.Length],
            answer.Results.Select(result => (long)result.Value));
        Assert.Equal(5 * 10_007, answer.RowsScanned);
        Assert.Equal(5 * kept.Length, answer.RowsKept);
        Assert.Equal(5, answer.RowGroups);
        Assert.Equal(Math.Min(workers, 5), answer.Workers);
        Assert.Equal(["x", "y"], answer.ColumnsRead.AsEnumerable());
        Assert.Equal(0, _readPath.Pool.Rented);
    }

    [FactNeeding(Needs.Clang19)]
    public async Task What_one_dataset_taught_of_a_filter_holds_for_others_and_not_for_other_parameters()
    {
        using LoadedProgram program = Load(SumOfKept);
        long?[] wide = [.. Enumerable.Range(0, 200_000).Select(i => (long?)(i * 7919L % 40 * 100))];
        long?[] narrow = [.. wide.Select(value => 500 + (value / 100) - 20)];
        _folder.Write("wide/a.parquet", 1, ("x", wide), ("y", wide));
        _folder.Write("narrow/a.parquet", 1, ("x", narrow), ("y", narrow));
        foreach ((string name, long?[] values) in new[] { ("wide", wide), ("narrow", narrow), ("wide", wide) })
        {
            foreach (long least in (long[])[3000, 505, 500, 505])
            {
                using QueryExecution execution = new(_catalog, _readPath.Reactors, program, _catalog.Open(name), Parameters(("least", least)));
                ExecutionAnswer answer = await execution.RunAsync(2, CancellationToken.None);
                Assert.Equal(values.Where(value => value >= least).Sum(), (long)answer.Results[0].Value);
            }
        }

        Assert.NotEmpty(program.Guards.Of(BitConverter.GetBytes(500L), _ => throw new InvalidOperationException("Nothing was kept.")).Numbers);
    }

    [FactNeeding(Needs.Clang19)]
    public async Task Only_the_chunks_of_columns_that_verified_code_loads_are_read()
    {
        long?[] values = [.. Enumerable.Range(0, 1000).Select(i => (long?)i)];
        _folder.Write("d/a.parquet", 2, ("x", values), ("huge", values), ("y", values));

        ExecutionAnswer answer = await RunAsync(SumOfKept, "d", 1, ("least", 0));

        Dataset dataset = _catalog.Open("d");
        long expected = Metadata.Of(dataset.Files[0]).RowGroups
            .SelectMany(group => group.Chunks)
            .Where(chunk => chunk.Column.Name is "x" or "y")
            .Sum(chunk => chunk.CompressedLength);
        Assert.Equal(expected, answer.BytesRead);
    }

    [FactNeeding(Needs.Clang19)]
    public async Task A_sum_beyond_64_bits_is_exact()
    {
        long?[] values = [.. Enumerable.Repeat((long?)long.MaxValue, 5000)];
        _folder.Write("d/a.parquet", 2, ("x", values), ("y", values));

        ExecutionAnswer answer = await RunAsync(SumOfKept, "d", 2, ("least", 0));

        Assert.Equal((Int128)long.MaxValue * 10_000, answer.Results[0].Value);
    }

    [FactNeeding(Needs.Clang19)]
    public async Task Without_a_kept_row_every_result_is_its_merges_identity()
    {
        _folder.Write("d/a.parquet", 1, ("x", [1, 2]), ("y", [3, 4]));

        ExecutionAnswer answer = await RunAsync(SumOfKept, "d", 1, ("least", 1000));

        Assert.All(answer.Results, result => Assert.True(result.IsIdentity));
        Assert.Equal([0, long.MaxValue, long.MinValue, 0], answer.Results.Select(result => (long)result.Value));
        Assert.Equal(0, answer.RowsKept);
    }

    [FactNeeding(Needs.Clang19)]
    public async Task A_dataset_without_rows_gives_identities()
    {
        _folder.Write("d/a.parquet", 0, ("x", [1]), ("y", [1]));

        ExecutionAnswer answer = await RunAsync(SumOfKept, "d", 2, ("least", 0));

        Assert.Equal(0, answer.RowsScanned);
        Assert.All(answer.Results, result => Assert.True(result.IsIdentity));
    }

    [FactNeeding(Needs.Clang19)]
    public async Task Nulls_are_seen_through_nullable_fields_in_files_with_and_without_them()
    {
        const string source =
            """
            #include <neardata.h>
            struct row { ND_NULLABLE(__s64) x; };
            struct { __s64 total ND_SUM; __u64 present ND_SUM; } result SEC(".bss.results");
            SEC("reduce") int add(const struct row *r)
            {
                if (r->x.valid) { result.total += r->x.value; result.present += 1; }
                return 0;
            }
            """;
        // The file without nulls last: what the one before it left in the batch must not show through.
        _folder.Write("d/a.parquet", 2, ("x", [1, null, 3, null]));
        _folder.Write("d/b.parquet", 1, ("x", [10, 20, 30, 40]));

        ExecutionAnswer answer = await RunAsync(source, "d", 1);

        Assert.Equal([108, 8], answer.Results.Select(result => (long)result.Value));
    }

    [FactNeeding(Needs.Clang19)]
    public async Task A_plain_field_may_show_an_optional_column_that_has_no_nulls()
    {
        _folder.Write("d/a.parquet", [ParquetColumn.Int64("x").Nullable(), ParquetColumn.Int64("y")], 2, 1, (writer, column) =>
            writer.Write<long>(column, [4, 5], column == 0 ? [1, 1] : []));

        ExecutionAnswer answer = await RunAsync(SumOfKept, "d", 1, ("least", 0));

        Assert.Equal(9, (long)answer.Results[0].Value);
    }

    [FactNeeding(Needs.Clang19)]
    public async Task A_plain_field_may_not_show_a_column_with_nulls()
    {
        _folder.Write("d/a.parquet", 1, ("x", [1, null]), ("y", [1, 2]));

        BindingException error = await Assert.ThrowsAsync<BindingException>(() => RunAsync(SumOfKept, "d", 1, ("least", 0)));

        Assert.Equal(BindingFault.NullableColumn, error.Fault);
        Assert.Equal(
            "Field 'x' of struct row is a plain __s64, but column 'x' of dataset 'd' has 1 nulls: declare it ND_NULLABLE(__s64).",
            error.Message);
    }

    [FactNeeding(Needs.Clang19)]
    public async Task A_field_without_a_column_is_named_with_the_columns_that_there_are()
    {
        _folder.Write("d/a.parquet", 1, ("x", [1]), ("z", [1]));

        BindingException error = await Assert.ThrowsAsync<BindingException>(() => RunAsync(SumOfKept, "d", 1, ("least", 0)));

        Assert.Equal(BindingFault.ColumnMissing, error.Fault);
        Assert.Equal("Field 'y' of struct row has no column: dataset 'd' has x, z.", error.Message);
    }

    [FactNeeding(Needs.Clang19)]
    public async Task A_field_of_the_wrong_type_is_named_with_both_types()
    {
        _folder.Write("d/a.parquet", [ParquetColumn.Text("x"), ParquetColumn.Int64("y")], 1, 1, (writer, column) =>
        {
            if (column == 0)
            {
                ByteArrayBatch texts = new();
                texts.Add("one"u8);
                writer.WriteBytes(0, texts);
            }
            else
            {
                writer.Write<long>(1, [1]);
            }
        });

        BindingException error = await Assert.ThrowsAsync<BindingException>(() => RunAsync(SumOfKept, "d", 1, ("least", 0)));

        Assert.Equal(BindingFault.TypeMismatch, error.Fault);
        Assert.Equal(
            "Field 'x' of struct row is __s64, but column 'x' of dataset 'd' is STRING: declare it struct nd_str or wider.",
            error.Message);
    }

    [FactNeeding(Needs.Clang19)]
    public async Task A_corrupt_page_fails_the_execution_with_the_file_and_the_offset()
    {
        long?[] values = [.. Enumerable.Range(0, 5000).Select(i => (long?)(i * 7919L))];
        _folder.Write("d/a.parquet", 2, ("x", values), ("y", values));
        Dataset dataset = _catalog.Open("d");
        ColumnChunk chunk = Metadata.Of(dataset.Files[0]).RowGroups[1].Chunks[1];
        Overwrite(dataset.Files[0], chunk.Offset, new byte[16]);

        ParquetFormatException error = await Assert.ThrowsAsync<ParquetFormatException>(() => RunAsync(SumOfKept, "d", 2, ("least", 0)));

        Assert.Contains("a.parquet", error.Message);
        Assert.InRange(error.Offset, chunk.Offset, chunk.Offset + chunk.CompressedLength);
        Assert.Equal(0, _readPath.Pool.Rented);
    }

    [FactNeeding(Needs.Clang19)]
    public async Task A_cancelled_execution_ends_without_an_answer_and_gives_its_buffers_back()
    {
        long?[] values = [.. Enumerable.Range(0, 10_000).Select(i => (long?)i)];
        _folder.Write("d/a.parquet", 50, ("x", values), ("y", values));
        using CancellationTokenSource cancel = new();
        QueryExecution execution = Prepare(SumOfKept, "d", ("least", 0));
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => execution.RunAsync(2, cancel.Token));

        Assert.True(execution.Progress.RowsScanned < execution.Progress.RowsTotal);
        Assert.Equal(0, _readPath.Pool.Rented);
    }

    [FactNeeding(Needs.Clang19)]
    public async Task A_row_group_larger_than_the_nodes_memory_is_refused_with_both_numbers()
    {
        long?[] values = [.. Enumerable.Range(0, 10_000).Select(i => (long?)(i * 6_700_417L))];
        _folder.Write("d/a.parquet", 1, ("x", values), ("y", values));
        using TestReadPath small = new(bytes: 64 << 10);
        QueryExecution execution = new(_catalog, small.Reactors, Load(SumOfKept), _catalog.Open("d"), Parameters(("least", 0)));

        BufferLimitException error = await Assert.ThrowsAsync<BufferLimitException>(() => execution.RunAsync(1, CancellationToken.None));

        Assert.Equal(64 << 10, error.Limit);
    }

    [FactNeeding(Needs.Clang19)]
    public async Task A_file_overwritten_in_place_since_it_was_planned_fails_the_execution()
    {
        _folder.Write("d/a.parquet", 1, ("x", [1]), ("y", [1]));
        QueryExecution execution = Prepare(SumOfKept, "d", ("least", 0));
        Overwrite(_catalog.Open("d").Files[0], 4, [1]);

        await Assert.ThrowsAsync<DatasetChangedException>(() => execution.RunAsync(1, CancellationToken.None));
    }

    /// <summary>Every error ends in a retry that succeeds or in one typed failure, never in a wrong answer.</summary>
    [FactNeeding(Needs.Clang19)]
    public async Task Reads_that_go_wrong_end_in_the_right_answer_or_in_a_storage_error()
    {
        long?[] values = [.. Enumerable.Range(0, 3_000).Select(i => (long?)(i * 31L % 997))];
        _folder.Write("d/a.parquet", 12, ("x", values), ("unused", values), ("y", values));
        long[] right = [.. (await RunAsync(SumOfKept, "d", 2, ("least", 400))).Results.Select(result => (long)result.Value)];
        int failures = 0;
        for (int seed = 0; seed < 150; seed++)
        {
            FaultScript script = FaultScript.Random(
                seed, oneIn: seed % 3 + 2, FaultKind.TransientError, FaultKind.PermanentError, FaultKind.Short, FaultKind.Delay, FaultKind.TransientError, FaultKind.Delay);
            Use(new TestReadPath(new FaultDevices(new FileDevices(FileReading.PageCache, _ => { }), script)));
            try
            {
                ExecutionAnswer answer = await RunAsync(SumOfKept, "d", 2, ("least", 400));
                Assert.Equal(right, answer.Results.Select(result => (long)result.Value));
            }
            catch (StorageException error)
            {
                Assert.Contains("The script says", error.Message);
                failures++;
            }

            Assert.Equal(0, _readPath.Pool.Rented);
        }

        Assert.InRange(failures, 10, 140);
    }

    /// <summary>The same answer whichever way the bytes come.</summary>
    [TheoryNeeding(Needs.Clang19)]
    [InlineData(FileReading.PageCache)]
    [InlineData(FileReading.Direct)]
    public async Task Every_way_of_reading_gives_the_same_answer(FileReading reading)
    {
        long?[] values = [.. Enumerable.Range(0, 30_000).Select(i => (long?)(i * 104_729L))];
        _folder.Write("d/a.parquet", 3, ("x", values), ("unused", values), ("y", values));
        Use(new TestReadPath(new FileDevices(reading, _ => { })));

        ExecutionAnswer answer = await RunAsync(SumOfKept, "d", 2, ("least", 0));

        Assert.Equal(3 * values.Sum()!.Value, (long)answer.Results[0].Value);
    }

    private static LoadedProgram Load(string source) => LoadedProgram.Load(Clang.Compile(source));

    private static Dictionary<string, Int128> Parameters((string Name, Int128 Value)[] given) =>
        given.ToDictionary(parameter => parameter.Name, parameter => parameter.Value, StringComparer.Ordinal);

    private static Dictionary<string, Int128> Parameters((string Name, Int128 Value) given) => Parameters([given]);

    private static void Overwrite(DatasetFile file, long offset, byte[] bytes)
    {
        using FileStream stream = File.OpenWrite(file.Path);
        stream.Position = offset;
        stream.Write(bytes);
    }

    private void Use(TestReadPath readPath)
    {
        _readPath.Dispose();
        _readPath = readPath;
    }

    private QueryExecution Prepare(string source, string dataset, params (string Name, Int128 Value)[] parameters) =>
        new(_catalog, _readPath.Reactors, Load(source), _catalog.Open(dataset), Parameters(parameters));

    private Task<ExecutionAnswer> RunAsync(string source, string dataset, int workers, params (string Name, Int128 Value)[] parameters) =>
        Prepare(source, dataset, parameters).RunAsync(workers, CancellationToken.None);
}
