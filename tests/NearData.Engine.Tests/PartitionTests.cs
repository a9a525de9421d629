using NearData.Engine.Datasets;
using NearData.Engine.Execution;
using NearData.Engine.Programs;
using NearData.TestSupport;

namespace NearData.Engine.Tests;

/// <summary>Folders named key=value as columns, held against DuckDB, which wrote most of them.</summary>
public sealed class PartitionTests : IDisposable
{
    private const string Row =
        """
        #include <neardata.h>
        struct row { __s64 x, n; __s32 day; ND_NULLABLE(struct nd_str) region; ND_NULLABLE(__s64) moment; };
        struct { __s64 total ND_SUM; __u64 rows ND_SUM; } result SEC(".bss.results");
        SEC("reduce") int add(const struct row *r) { result.total += r->x * r->n; result.rows += 1; return 0; }

        """;

    private readonly ServedFolder _folder = new();
    private readonly TestReadPath _readPath = new(reactors: 2);
    private readonly Catalog _catalog;

    public PartitionTests() => _catalog = new Catalog(new ServedRoot(_folder.Path));

    private string Files => $"read_parquet('{_folder.Path}/d/**/*.parquet', hive_partitioning=true)";

    public void Dispose()
    {
        _readPath.Dispose();
        _folder.Dispose();
    }

    [TheoryNeeding(Needs.Clang19 | Needs.Node)]
    [InlineData("n < 5", "r->n < 5", 0)]
    [InlineData("n >= 3", "r->n >= 3", 36)]
    [InlineData("day = DATE '2024-01-01' AND x > 100", "r->day == 19723 && r->x > 100", 30)]
    [InlineData("n = 7", "r->n == 7", 60)]
    [InlineData("region IS NULL", "!r->region.valid", 40)]
    [InlineData("region = 'r 1/ö=%'", "r->region.valid && nd_str_eq(r->region.value, ND_TEXT(\"r 1/ö=%\"))", 40)]
    [InlineData("region LIKE 'r 2%' AND x > 50", "r->region.valid && nd_str_like(r->region.value, ND_TEXT(\"r 2%\")) && r->x > 50", 40)]
    [InlineData("region LIKE 'r 2%' OR x % 7 = 1", "(r->region.valid && nd_str_like(r->region.value, ND_TEXT(\"r 2%\"))) || (__u64)r->x % 7 == 1", 0)]
    [InlineData("moment::TIMESTAMP > TIMESTAMP '2024-01-01 10:00:00'", "r->moment.valid && r->moment.value > 1704103200000000", 30)]
    public async Task A_condition_over_partitions_keeps_the_rows_that_DuckDB_s_does(string sql, string c, int pruned)
    {
        using DuckDb duckDb = new();
        duckDb.Query(
            $"""
            COPY (
                SELECT i AS x, CASE WHEN i % 3 = 0 THEN null ELSE 'r ' || (i % 3) || '/ö=%' END AS region, DATE '2024-01-01' + (i // 8 % 2)::INT AS day,
                    i % 5 AS n, TIMESTAMP '2024-01-01 09:30:00.5' + INTERVAL 1 HOUR * (i // 4 % 2) AS moment
                FROM range(1000) t(i)
            ) TO '{_folder.Path}/d' (FORMAT parquet, PARTITION_BY (region, day, n, moment))
            """);

        ExecutionAnswer answer = await RunAsync($"{Row}SEC(\"filter\") int keep(const struct row *r) {{ return {c}; }}");

        string?[] expected = duckDb.Query($"SELECT coalesce(sum(x * n), 0)::BIGINT, count(*) FROM {Files} WHERE {sql}").Single();
        Assert.Equal(expected, answer.Results.Select(result => result.Value.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        Assert.Equal(60, answer.RowGroups + answer.RowGroupsPruned);
        Assert.Equal(pruned, answer.RowGroupsPruned);
        Assert.DoesNotContain("region", answer.ColumnsRead);
    }

    [TheoryNeeding(Needs.Node)]
    [InlineData("BIGINT", "INT64", "1", "-20", "0")]
    [InlineData("VARCHAR", "STRING", "1", "007")]
    [InlineData("VARCHAR", "STRING", "1", "x%zz+")]
    [InlineData("VARCHAR", "STRING", "1", "")]
    [InlineData("DATE", "DATE", "2024-02-29", "1969-12-31")]
    [InlineData("VARCHAR", "STRING", "2024-02-30", "2024-01-01")]
    [InlineData("TIMESTAMP", "TIMESTAMP(Microseconds)", "2024-01-01 10:00:00", "2024-01-01 10:00:00.5", "1969-12-31T23:59:59")]
    [InlineData("VARCHAR", "STRING", "2024-01-01", "5")]
    [InlineData("BIGINT", "INT64", "__HIVE_DEFAULT_PARTITION__", "5")]
    [InlineData("VARCHAR", "STRING", "99999999999999999999", "1")]
    public void A_column_has_the_type_that_DuckDB_infers(string expectedByDuckDb, string expected, params string[] values)
    {
        foreach (string value in values)
        {
            _folder.Write($"d/k={value}/a.parquet", 1, ("x", [1]));
        }

        DatasetColumn column = _catalog.Open("d").FindColumn("k")!;

        using DuckDb duckDb = new();
        Assert.Equal(expectedByDuckDb, duckDb.Scalar($"SELECT DISTINCT typeof(k) FROM {Files}"));
        Assert.Equal(expected, column.Type.ToString());
        Assert.Equal(values.Contains("__HIVE_DEFAULT_PARTITION__"), column.IsNullable);
        if (column.Range is { } range && column.Type.Kind == ColumnKind.Int64)
        {
            Assert.Equal(duckDb.Query($"SELECT min(k), max(k) FROM {Files}").Single(), new[] { $"{range.Minimum}", $"{range.Maximum}" });
        }
    }

    [FactNeeding(Needs.Clang19)]
    public async Task Files_whose_folder_proves_that_nothing_is_kept_are_not_opened()
    {
        _folder.Write("d/n=1/a.parquet", 1, ("x", [1, 2]));
        _folder.Write("d/n=2/a.parquet", 1, ("x", [3, 4]));
        Dataset dataset = _catalog.Open("d");
        File.Delete(Path.Combine(_folder.Path, "d/n=1/a.parquet"));

        ExecutionAnswer answer = await RunAsync(
            """
            #include <neardata.h>
            struct row { __s64 n; };
            struct { __u64 rows ND_SUM; } result SEC(".bss.results");
            SEC("filter") int keep(const struct row *r) { return r->n > 1; }
            SEC("reduce") int add(const struct row *r) { result.rows += r->n; return 0; }
            """,
            dataset);

        Assert.Equal(4, answer.Results[0].Value);
        Assert.Equal((1, 1, 0), (answer.RowGroups, answer.RowGroupsPruned, answer.BytesRead));
        Assert.Empty(answer.ColumnsRead);
    }

    [Fact]
    public void A_partition_s_column_goes_before_one_of_the_files()
    {
        _folder.Write("d/x=7/a.parquet", 1, ("x", [1]), ("y", [2]));

        Dataset dataset = _catalog.Open("d");

        Assert.Equal(["y", "x"], dataset.Columns.Select(column => column.Name));
        Assert.Equal((7, 7), dataset.FindColumn("x")!.Range);
        Assert.Equal("x=7/a.parquet", dataset.Files.Single().Name);
        Assert.Equal(["d"], _catalog.List().AsEnumerable());
    }

    [Theory]
    [InlineData("Dataset 'd': backup is no partition: its name isn't key=value, as those of others are.", "backup/a.parquet")]
    [InlineData("Dataset 'd': k=1/deep is no partition: its name isn't key=value, as those of others are.", "k=1/deep/a.parquet")]
    [InlineData("Dataset 'd': k=1/k=2 gives 'k' twice.", "k=1/k=2/a.parquet")]
    [InlineData("Dataset 'd': k=1/b.parquet lies in partitions of k, and a.parquet of nothing.", "a.parquet", "k=1/b.parquet")]
    [InlineData("Dataset 'd': k=2/m=1/a.parquet lies in partitions of k, m, and k=1/a.parquet of k.", "k=1/a.parquet", "k=2/m=1/a.parquet")]
    public void Folders_that_do_not_say_the_same_of_all_files_are_refused_by_name(string message, params string[] files)
    {
        foreach (string file in (string[])[.. files, .. files.Length == 1 ? ["k=0/a.parquet"] : Array.Empty<string>()])
        {
            _folder.Write($"d/{file}", 1, ("x", [1]));
        }

        Assert.Equal(message, Assert.Throws<DatasetSchemaException>(() => _catalog.Open("d")).Message);
    }

    [Fact]
    public void Hidden_folders_and_folders_beside_files_alone_are_passed_over()
    {
        _folder.Write("d/k=1/a.parquet", 1, ("x", [1]));
        _folder.Write("d/_temporary/a.parquet", 1, ("x", [1]));
        _folder.Write("d/k=1/.staging/a.parquet", 1, ("x", [1]));
        _folder.Write("e/a.parquet", 1, ("x", [1]));
        _folder.Write("e/old/a.parquet", 1, ("x", [1]));

        Assert.Single(_catalog.Open("d").Files);
        Assert.Single(_catalog.Open("e").Files);
    }

    [Fact]
    public void A_linked_partition_stays_under_the_root_and_a_circle_of_links_ends()
    {
        using ServedFolder outside = new();
        outside.Write("k=2/secret.parquet", 1, ("x", [1]));
        _folder.Write("d/k=1/a.parquet", 1, ("x", [1]));
        _folder.Write("elsewhere/a.parquet", 1, ("x", [1]));
        Directory.CreateSymbolicLink(Path.Combine(_folder.Path, "d/k=3"), Path.Combine(_folder.Path, "elsewhere"));
        Assert.Equal(2, _catalog.Open("d").RowCount);

        string link = Path.Combine(_folder.Path, "d/k=2");
        Directory.CreateSymbolicLink(link, Path.Combine(outside.Path, "k=2"));
        Assert.Throws<PathRefusedException>(() => _catalog.Open("d"));

        Directory.Delete(link);
        Directory.CreateSymbolicLink(link, Path.Combine(_folder.Path, "d"));
        Assert.Contains("gives 'k' twice", Assert.Throws<DatasetSchemaException>(() => _catalog.Open("d")).Message, StringComparison.Ordinal);
    }

    private Task<ExecutionAnswer> RunAsync(string source, Dataset? dataset = null) => new QueryExecution(
        _catalog, _readPath.Reactors, LoadedProgram.Load(Clang.Compile(source)), dataset ?? _catalog.Open("d"), new Dictionary<string, Int128>())
        .RunAsync(2, CancellationToken.None);
}
