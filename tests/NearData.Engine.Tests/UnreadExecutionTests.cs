using System.Globalization;
using NearData.Engine.Datasets;
using NearData.Engine.Execution;
using NearData.Engine.Programs;
using NearData.TestSupport;

namespace NearData.Engine.Tests;

/// <summary>Counts and extremes out of what files that DuckDB wrote say of their columns, held against DuckDB.</summary>
public sealed class UnreadExecutionTests : IDisposable
{
    private const int Groups = 5;

    private readonly ServedFolder _folder = new();
    private readonly TestReadPath _readPath = new(reactors: 2);
    private readonly Catalog _catalog;

    public UnreadExecutionTests() => _catalog = new Catalog(new ServedRoot(_folder.Path));

    public void Dispose()
    {
        _readPath.Dispose();
        _folder.Dispose();
    }

    // The number of row groups that have to be read: a filter drops some of one's rows, or a reduction looks at them.
    [TheoryNeeding(Needs.Clang19 | Needs.Node)]
    [InlineData("count(*)", "result.a += 1;", "1", "true", 0)]
    [InlineData("count(*)", "result.a += 1;", "r->i >= 2048", "i >= 2048", 0)]
    [InlineData("count(*)", "result.a += 1;", "r->i >= 3000", "i >= 3000", 1)]
    [InlineData("count(*)", "result.a += 1;", "r->i >= 3000 && r->i < 9000", "i >= 3000 AND i < 9000", 2)]
    [InlineData("count(n)", "if (r->n.valid) result.a += 1;", "1", "true", 0)]
    [InlineData("max(i) - min(i)", "if (r->i > result.high) result.high = r->i; if (r->i < result.low) result.low = r->i;", "1", "true", 0)]
    [InlineData("max(n) - min(n)", "if (r->n.valid) { if (r->n.value > result.high) result.high = r->n.value; if (r->n.value < result.low) result.low = r->n.value; }", "1", "true", 0)]
    [InlineData("max(day) - min(day)", "if (r->day > result.high) result.high = r->day; if (r->day < result.low) result.low = r->day;", "r->i < 4096", "i < 4096", 0)]
    [InlineData("sum(i)", "result.a += r->i;", "1", "true", 5)]
    public async Task Rows_that_needn_t_be_seen_are_not_read(string sql, string reduce, string c, string where, int read)
    {
        using DuckDb duckDb = new();
        duckDb.Query(
            $"""
            COPY (
                SELECT i, CASE WHEN i % 10 = 3 OR i // 2048 = 2 THEN null ELSE (i * 7919) % 10007 - 5000 END AS n, DATE '2024-01-01' + (i % 700)::INT AS day
                FROM range({Groups * 2048}) t(i)
            ) TO '{_folder.Path}/d.parquet' (FORMAT parquet, ROW_GROUP_SIZE 2048)
            """);
        using LoadedProgram program = LoadedProgram.Load(Clang.Compile(
            $$"""
            #include <neardata.h>
            struct row { __s64 i; ND_NULLABLE(__s64) n; __s32 day; };
            struct { __s64 a ND_SUM; __s64 low ND_MIN, high ND_MAX; } result SEC(".bss.results");
            SEC("filter") int keep(const struct row *r) { (void)r; return {{c}}; }
            SEC("reduce") int add(const struct row *r) { (void)r; {{reduce}} return 0; }
            """));
        using QueryExecution execution = new(_catalog, _readPath.Reactors, program, _catalog.Open("d"), new Dictionary<string, Int128>());

        ExecutionAnswer answer = await execution.RunAsync(2, CancellationToken.None);

        Int128 value = answer.Results[1].IsIdentity ? answer.Results[0].Value : answer.Results[2].Value - answer.Results[1].Value;
        string from = $"FROM '{_folder.Path}/d.parquet' WHERE {where}";
        Assert.Equal(duckDb.Scalar($"SELECT {sql} {from}"), value.ToString(CultureInfo.InvariantCulture));
        Assert.Equal(duckDb.Scalar($"SELECT count(*) {from}"), answer.RowsKept.ToString(CultureInfo.InvariantCulture));
        Assert.Equal((read, Groups), (answer.RowGroups, answer.RowGroups + answer.RowGroupsPruned + answer.RowGroupsUnread));
        Assert.Equal(read > 0, answer.BytesRead > 0);
    }
}
