using NearData.Engine.Datasets;
using NearData.Engine.Execution;
using NearData.Engine.Programs;
using NearData.Parquet;
using NearData.TestSupport;

namespace NearData.Engine.Tests;

/// <summary>Row groups whose bloom filters deny every value that a filter wants a column to equal aren't read.</summary>
public sealed class BloomPruningTests : IDisposable
{
    private const int Groups = 20;
    private const int GroupRows = 500;

    private readonly ServedFolder _folder = new();
    private readonly TestReadPath _readPath = new(reactors: 2);
    private readonly Catalog _catalog;
    private readonly (long Key, int Short, long? Maybe, long Sum)[] _rows;

    public BloomPruningTests()
    {
        _catalog = new Catalog(new ServedRoot(_folder.Path));
        Random random = new(5);

        // Keys from everywhere in every row group: their bounds decide nothing.
        _rows = [.. Enumerable.Range(0, Groups * GroupRows).Select(row => (
            random.NextInt64(long.MinValue / 2, long.MaxValue / 2), random.Next(int.MinValue, int.MaxValue), random.Next(4) == 0 ? (long?)null : random.NextInt64(1L << 50), (long)row))];
    }

    public void Dispose()
    {
        _readPath.Dispose();
        _folder.Dispose();
    }

    public static TheoryData<string, bool> Filters => new()
    {
        { "r->key == a", true },
        { "r->key == a || r->key == b", true },
        { "r->key * 1 == a && r->sum >= 0", true },
        { "(r->key ^ 5) == (a ^ 5)", true },
        { "r->brief == (__s32)a", true },
        { "r->maybe.valid && r->maybe.value == a", true },
        { "r->maybe.value == a", true },
        { "r->key == a || r->sum == b", false },
        { "r->key >= a && r->key < a + 100000", false },
        { "r->key != a", false },
    };

    [TheoryNeeding(Needs.Clang19)]
    [MemberData(nameof(Filters))]
    public async Task The_answer_is_that_of_every_row_and_few_row_groups_are_read(string filter, bool isEquality)
    {
        Write("d");
        LoadedProgram program = LoadedProgram.Load(Clang.Compile(
            $$"""
            #include <neardata.h>
            struct row { __s64 key; __s32 brief; ND_NULLABLE(__s64) maybe; __s64 sum; };
            const volatile __s64 a, b;
            struct { __s64 total ND_SUM; __u64 rows ND_SUM; } result SEC(".bss.results");
            SEC("filter") int keep(const struct row *r) { return {{filter}}; }
            SEC("reduce") int add(const struct row *r) { result.total += r->sum; result.rows += 1; return 0; }
            """));
        foreach (int place in (int[])[3, 4_321, 9_999, -1])
        {
            long a = place < 0 ? 77
                : filter.Contains("brief", StringComparison.Ordinal) ? _rows[place].Short
                : filter.Contains("maybe", StringComparison.Ordinal) ? _rows[place].Maybe ?? 5
                : _rows[place].Key;
            long b = _rows[7_000].Key;
            (long, int, long?, long Sum)[] kept = [.. _rows.Where(row => Keeps(filter, row, a, b))];
            ExecutionAnswer answer = await new QueryExecution(
                _catalog, _readPath.Reactors, program, _catalog.Open("d"), new Dictionary<string, Int128> { ["a"] = a, ["b"] = b }).RunAsync(2, CancellationToken.None);

            Assert.Equal([kept.Sum(row => row.Sum), kept.Length], answer.Results.Select(result => (long)result.Value));
            Assert.Equal(Groups, answer.RowGroups + answer.RowGroupsPruned);

            // One in a hundred filters is wrong about a value that isn't there.
            Assert.InRange(answer.RowGroups, isEquality ? 0 : Groups, isEquality ? 4 : Groups);
        }
    }

    private static bool Keeps(string filter, (long Key, int Short, long? Maybe, long Sum) row, long a, long b) => filter switch
    {
        "r->key == a || r->key == b" => row.Key == a || row.Key == b,
        "r->brief == (__s32)a" => row.Short == (int)a,
        "r->maybe.valid && r->maybe.value == a" => row.Maybe == a,
        "r->maybe.value == a" => (row.Maybe ?? 0) == a,
        "r->key == a || r->sum == b" => row.Key == a || row.Sum == b,
        "r->key >= a && r->key < a + 100000" => row.Key >= a && row.Key < a + 100_000,
        "r->key != a" => row.Key != a,
        _ => row.Key == a,
    };

    private void Write(string name)
    {
        Directory.CreateDirectory(Path.Combine(_folder.Path, name));
        using FileStream stream = File.Create(Path.Combine(_folder.Path, name, "a.parquet"));
        using ParquetWriter writer = new(
            stream,
            ParquetSchema.Of(ParquetColumn.Int64("key"), ParquetColumn.Int32("brief"), ParquetColumn.Int64("maybe").Nullable(), ParquetColumn.Int64("sum")),
            new ParquetWriterOptions { BloomFilters = new HashSet<string> { "key", "brief", "maybe" } });
        foreach ((long Key, int Short, long? Maybe, long Sum)[] group in _rows.Chunk(GroupRows))
        {
            RowGroupWriter target = writer.StartRowGroup(group.Length);
            target.Write<long>(0, [.. group.Select(row => row.Key)]);
            target.Write<int>(1, [.. group.Select(row => row.Short)]);
            target.Write<long>(2, [.. group.Select(row => row.Maybe ?? 0)], [.. group.Select(row => (byte)(row.Maybe is null ? 0 : 1))]);
            target.Write<long>(3, [.. group.Select(row => row.Sum)]);
        }

        writer.Finish();
    }
}
