using System.Text;
using NearData.Engine.Datasets;
using NearData.Engine.Execution;
using NearData.Engine.Groups;
using NearData.Engine.Programs;
using NearData.Engine.Reactors;
using NearData.Isa.Programs;
using NearData.TestSupport;
using NearData.Vm;
using NearData.Vm.Maps;

namespace NearData.Engine.Tests;

/// <summary>Groups over several workers, emit, order and stages.</summary>
public sealed class GroupExecutionTests : IDisposable
{
    private const string ByKey =
        """
        #include <neardata.h>
        struct row { __s64 k, x; };
        const volatile __s64 least = 1;
        struct group { __s64 total ND_SUM; __s64 high ND_MAX; __u64 rows ND_SUM; };
        ND_GROUPS(by_k, __s64, struct group, 5000);
        struct { __u64 rows ND_SUM; } result SEC(".bss.results");
        SEC("reduce") int add(const struct row *r)
        {
            __s64 k = r->k;
            struct group *g = nd_group(&by_k, &k);
            g->total += r->x;
            if (r->x > g->high) g->high = r->x;
            g->rows += 1;
            result.rows += 1;
            return 0;
        }
        SEC("emit") int send(const __s64 *k, const struct group *g) { (void)k; return g->total >= least; }
        """;

    private const string Looking =
        """
        #include <neardata.h>
        struct row { __s64 id, y; };
        struct group { __s64 total ND_SUM; __s64 high ND_MAX; __u64 rows ND_SUM; };
        ND_FROZEN_GROUPS(by_k, __s64, struct group);
        struct { __s64 weighted ND_SUM; __u64 found ND_SUM; } result SEC(".bss.results");
        SEC("reduce") int add(const struct row *r)
        {
            __s64 id = r->id;
            struct group *g = bpf_map_lookup_elem(&by_k, &id);
            if (!g) return 0;
            result.weighted += g->total * r->y;
            result.found += 1;
            return 0;
        }
        """;

    private readonly ServedFolder _folder = new();
    private readonly Catalog _catalog;
    private readonly TestReadPath _readPath = new();
    private readonly MemoryBudget _maps = new();

    public GroupExecutionTests() => _catalog = new Catalog(new ServedRoot(_folder.Path));

    public void Dispose()
    {
        _readPath.Dispose();
        _folder.Dispose();
    }

    [TheoryNeeding(Needs.Clang19)]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Groups_of_all_workers_are_merged_and_emit_chooses_among_them(int workers)
    {
        (long[] k, long[] x) = WriteRows();

        using StagedExecution execution = Prepare((ByKey, "d", [("least", 0)]));
        ExecutionAnswer answer = await execution.RunAsync(workers, CancellationToken.None);

        Dictionary<long, long[]> expected = k.Zip(x).GroupBy(row => row.First, row => row.Second)
            .Where(group => group.Sum() >= 0)
            .ToDictionary(group => group.Key, group => new[] { 4 * group.Sum(), group.Max(), 4 * group.Count() });
        GroupAnswer groups = Assert.Single(answer.Groups);
        Assert.Equal(["key", "total", "high", "rows"], groups.Columns.Select(column => column.Name));
        GroupSelection selection = groups.Select(order: null, CancellationToken.None);
        Assert.Equal(expected.Count, selection.Count);
        Assert.InRange(expected.Count, 100, 1999);
        foreach (long[] row in Rows(groups, selection))
        {
            Assert.Equal(expected[row[0]], row[1..]);
        }

        Assert.Equal(4 * k.Length, (long)answer.Results[0].Value);
    }

    [FactNeeding(Needs.Clang19)]
    public async Task The_first_groups_of_an_order_are_the_first_of_all_sorted()
    {
        (long[] k, long[] x) = WriteRows();
        using StagedExecution execution = Prepare((ByKey, "d", [("least", long.MinValue)]));
        GroupAnswer groups = (await execution.RunAsync(2, CancellationToken.None)).Groups[0];

        GroupSelection best = groups.Select(
            new GroupOrder("by_k", [new("rows", SortDirection.Descending), new("total", SortDirection.Ascending)], 17), CancellationToken.None);
        GroupSelection all = groups.Select(new GroupOrder("by_k", [new("key", SortDirection.Descending)], null), CancellationToken.None);
        GroupSelection few = groups.Select(new GroupOrder("by_k", [], 3), CancellationToken.None);
        GroupSelection none = groups.Select(new GroupOrder("by_k", [new("key", SortDirection.Ascending)], 0), CancellationToken.None);

        long[] expected = [.. k.Zip(x).GroupBy(row => row.First, row => row.Second)
            .OrderByDescending(group => group.Count()).ThenBy(group => group.Sum()).ThenBy(group => group.Key).Select(group => group.Key)];
        Assert.Equal(expected[..17], Rows(groups, best).Select(row => row[0]));
        Assert.Equal(expected.OrderDescending(), Rows(groups, all).Select(row => row[0]));
        Assert.Equal((3, 0), (few.Count, none.Count));
        Assert.Throws<GroupOrderException>(() => groups.Select(new GroupOrder("by_k", [new("nothing", SortDirection.Ascending)], 1), CancellationToken.None));
    }

    [TheoryNeeding(Needs.Clang19)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_later_stage_looks_up_the_groups_that_an_earlier_one_kept(int workers)
    {
        (long[] k, long[] x) = WriteRows();
        long?[] ids = [.. Enumerable.Range(-10, 3000).Select(id => (long?)id)];
        long?[] y = [.. Enumerable.Range(0, 3000).Select(i => (long?)(i % 7))];
        _folder.Write("e/a.parquet", 2, ("id", ids), ("y", y));

        using StagedExecution execution = Prepare((ByKey, "d", [("least", 100)]), (Looking, "e", []));
        ExecutionAnswer answer = await execution.RunAsync(workers, CancellationToken.None);

        Dictionary<long, long> totals = k.Zip(x).GroupBy(row => row.First, row => row.Second)
            .Select(group => (group.Key, Total: 4 * group.Sum())).Where(group => group.Total >= 100).ToDictionary();
        (long?, long?)[] found = [.. ids.Zip(y).Where(row => totals.ContainsKey(row.First!.Value))];
        Assert.Equal([2 * found.Sum(row => totals[row.Item1!.Value] * row.Item2!.Value), 2 * found.Length], answer.Results.Select(result => (long)result.Value));
        Assert.Equal((4 * k.Length) + 6000, answer.RowsScanned);
        Assert.Empty(answer.Groups);
        execution.Dispose();
        Assert.Equal(0, _maps.Used);
    }

    [FactNeeding(Needs.Clang19)]
    public async Task Too_many_groups_end_the_execution_with_the_map_and_the_limit()
    {
        WriteRows();
        using StagedExecution execution = Prepare((ByKey.Replace("5000", "100", StringComparison.Ordinal), "d", []));

        GroupLimitException error = await Assert.ThrowsAsync<GroupLimitException>(() => execution.RunAsync(2, CancellationToken.None));

        Assert.Equal(("by_k", GroupLimit.Groups), (error.Map, error.Limit));
        Assert.Equal(0, _maps.Used);
        Assert.Equal(0, _readPath.Pool.Rented);
    }

    [FactNeeding(Needs.Clang19)]
    public void A_stage_whose_groups_nobody_makes_is_refused_before_anything_is_read()
    {
        WriteRows();
        _folder.Write("e/a.parquet", 1, ("id", [1]), ("y", [1]));

        Assert.Equal(
            "Stage 1 looks up groups of map 'by_k', which no stage before it makes; those make none.",
            Assert.Throws<StageException>(() => Prepare((Looking, "e", []))).Message);
        Assert.Contains("with another key or other members", Assert.Throws<StageException>(() => Prepare(
            (ByKey, "d", []), (Looking.Replace("high", "highest", StringComparison.Ordinal), "e", []))).Message);
        Assert.Contains("names are unique", Assert.Throws<StageException>(() => Prepare((ByKey, "d", []), (ByKey, "d", []))).Message);
    }

    private (long[] K, long[] X) WriteRows()
    {
        Random random = new(5);
        long[] k = [.. Enumerable.Range(0, 9001).Select(_ => (long)random.Next(2000))];
        long[] x = [.. Enumerable.Range(0, 9001).Select(_ => (long)random.Next(-1000, 1000))];
        _folder.Write("d/a.parquet", 4, ("x", [.. x.Select(value => (long?)value)]), ("k", [.. k.Select(value => (long?)value)]));
        return (k, x);
    }

    private StagedExecution Prepare(params (string Source, string Dataset, (string Name, Int128 Value)[] Parameters)[] stages) => new(
        _catalog, _readPath.Reactors, Tenant.Anonymous, _maps, [.. stages.Select(stage => new ExecutionStage(
            LoadedProgram.Load(Clang.Compile(stage.Source)), _catalog.Open(stage.Dataset), ParameterValue.Of(stage.Parameters.ToDictionary(it => it.Name, it => it.Value))))]);

    private static IEnumerable<long[]> Rows(GroupAnswer groups, GroupSelection selection)
    {
        byte[][] columns = [.. Enumerable.Range(0, groups.Columns.Length).Select(column => selection.Copy(column, 0, selection.Count))];
        for (int row = 0; row < selection.Count; row++)
        {
            yield return [.. columns.Select(column => BitConverter.ToInt64(column, row * sizeof(long)))];
        }
    }
}
