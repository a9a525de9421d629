using System.Buffers.Binary;
using System.Numerics;
using NearData.Isa.Objects;
using NearData.TestSupport;
using NearData.Verifier;
using NearData.Vm.Maps;

namespace NearData.Vm.Tests;

/// <summary>Groups by both engines against a dictionary of arbitrary-precision numbers.</summary>
public sealed class GroupTests
{
    private const string Source =
        """
        #include <neardata.h>
        struct row { __s64 k, x; __u64 u; __s32 i; };
        struct key { __s64 k; char parity[8]; };
        struct group { __s64 total ND_SUM; __u64 big ND_SUM; __s64 down ND_SUM; __u64 rows ND_SUM; __s64 low ND_MIN; __s32 high ND_MAX; __u32 any ND_OR; __u32 all ND_AND; };
        ND_GROUPS(by_key, struct key, struct group, 100000);
        struct count { __u64 rows ND_SUM; };
        ND_GROUPS(by_sign, __s32, struct count, 3);
        struct { __s64 total ND_SUM; } result SEC(".bss.results");
        const volatile __u64 least;
        SEC("reduce") int add(const struct row *r)
        {
            struct key key = { .k = r->k };
            __builtin_memcpy(key.parity, r->k & 1 ? "odd\0\0\0\0" : "even\0\0\0", 8);
            struct group *group = nd_group(&by_key, &key);
            group->total += r->x;
            group->big += r->u;
            group->down -= r->i;
            group->rows += 1;
            if (r->x < group->low) group->low = r->x;
            if (r->i > group->high) group->high = r->i;
            group->any |= r->i;
            group->all &= r->i;
            __s32 sign = r->x < 0 ? -1 : r->x > 0;
            struct count *count = nd_group(&by_sign, &sign);
            count->rows += 1;
            result.total += r->x;
            return 0;
        }
        SEC("emit/by_key") int send(const struct key *k, const struct group *g) { return g->rows >= least && k->parity[0] == 'o'; }
        """;

    private static readonly Lazy<QueryProgram> Query = new(() => Verify(Source));

    public static TheoryData<RunnerKind, int> Runners => new() { { RunnerKind.Interpreted, 7 }, { RunnerKind.Compiled, 7 }, { RunnerKind.Compiled, 30_000 }, { RunnerKind.Guarded, 30_000 } };

    [TheoryNeeding(Needs.Clang19)]
    [MemberData(nameof(Runners))]
    public void Groups_of_two_workers_are_what_a_dictionary_counts(RunnerKind kind, int keys)
    {
        Random random = new(keys);
        using QueryRunner first = RunnerKinds.Create(kind, Query.Value, Bind(0));
        using QueryRunner second = RunnerKinds.Create(kind, Query.Value, Bind(0));
        Dictionary<long, Expected> expected = [];
        BigInteger total = 0;
        using RecordBatch batch = new(Query.Value.Row, Enumerable.Range(0, 4), 5000);
        for (int round = 0; round < 12; round++)
        {
            batch.Count = random.Next(1, 5001);
            for (int record = 0; record < batch.Count; record++)
            {
                long k = random.Next(keys) - (keys / 2);
                long x = Extreme(random);
                (batch.Values<long>(0)[record], batch.Values<long>(1)[record]) = (k, x);
                ulong u = batch.Values<ulong>(2)[record] = (ulong)Extreme(random);
                int i = batch.Values<int>(3)[record] = (int)Extreme(random);
                Expected before = expected.GetValueOrDefault(k, new(0, 0, 0, 0, long.MaxValue, int.MinValue, 0, uint.MaxValue));
                expected[k] = new(
                    before.Total + x, before.Big + u, before.Down - i, before.Rows + 1, long.Min(before.Low, x), int.Max(before.High, i), before.Any | (uint)i, before.All & (uint)i);
                total += x;
            }

            QueryRunner runner = round % 2 == 0 ? first : second;
            runner.Filter(batch);
            runner.Reduce(batch);
        }

        Assert.Equal(total, (BigInteger)first.Totals[0] + (BigInteger)second.Totals[0]);
        first.AbsorbGroups([second], threads: 2);
        GroupMap groups = first.Groups[0];
        Assert.Equal(expected.Count, groups.Count);
        for (long group = 0; group < groups.Count; group++)
        {
            long k = BinaryPrimitives.ReadInt64LittleEndian(groups.Key(group));
            Assert.Equal((k & 1) != 0 ? "odd\0\0\0\0\0"u8 : "even\0\0\0\0"u8, groups.Key(group)[8..]);
            Assert.True(expected.Remove(k, out Expected? values));
            Assert.Equal(
                [values.Total, values.Big, values.Down, values.Rows, values.Low, values.High, values.Any, values.All],
                Enumerable.Range(0, 8).Select(field => (BigInteger)groups.Total(group, field)));
        }

        Assert.InRange(first.Groups[1].Count, 2, 3);
    }

    [TheoryNeeding(Needs.Clang19)]
    [InlineData(RunnerKind.Interpreted)]
    [InlineData(RunnerKind.Compiled)]
    [InlineData(RunnerKind.Guarded)]
    public void Emit_chooses_groups_by_key_and_value(RunnerKind kind)
    {
        using QueryRunner runner = RunnerKinds.Create(kind, Query.Value, Bind(2));
        Run(runner, [1, 1, 2, 2, 3, 4, 5, 5, 5], x: 1);
        GroupMap groups = runner.Groups[0];
        Assert.Equal(
            [1, 5],
            Enumerable.Range(0, (int)groups.Count).Where(group => runner.Emits(groups, group)).Select(group => BinaryPrimitives.ReadInt64LittleEndian(groups.Key(group))));
        Assert.True(runner.Emits(runner.Groups[1], 0));
    }

    [TheoryNeeding(Needs.Clang19)]
    [InlineData(RunnerKind.Interpreted)]
    [InlineData(RunnerKind.Compiled)]
    [InlineData(RunnerKind.Guarded)]
    public void Emit_is_not_shown_a_sum_that_it_would_see_a_part_of(RunnerKind kind)
    {
        using QueryRunner runner = RunnerKinds.Create(kind, Query.Value, Bind(1));
        Run(runner, [1, 1], x: long.MaxValue);
        Assert.Equal((Int128)long.MaxValue * 2, runner.Groups[0].Total(0, 0));
        GroupLimitException refused = Assert.Throws<GroupLimitException>(() => runner.Emits(runner.Groups[0], 0));
        Assert.Equal((GroupLimit.Sum, "by_key"), (refused.Limit, refused.Map));
        Assert.Contains("Sum total of a group is 18446744073709551614", refused.Message);
    }

    [TheoryNeeding(Needs.Clang19)]
    [InlineData(RunnerKind.Interpreted)]
    [InlineData(RunnerKind.Compiled)]
    [InlineData(RunnerKind.Guarded)]
    public void One_group_more_than_declared_ends_the_run_with_the_map_and_the_limit(RunnerKind kind)
    {
        QueryProgram query = Verify(Source.Replace("by_key, struct key, struct group, 100000", "by_key, struct key, struct group, 100", StringComparison.Ordinal));
        using QueryRunner runner = RunnerKinds.Create(kind, query, Bind(query, 0));
        Run(runner, [.. Enumerable.Range(0, 100)], x: 1);
        Assert.Equal(100, runner.Groups[0].Count);
        GroupLimitException refused = Assert.Throws<GroupLimitException>(() => Run(runner, [99, 100, 101], x: 1));
        Assert.Equal(GroupLimit.Groups, refused.Limit);
        Assert.Equal("Map by_key: There are more than 100 groups, the number that it was declared with.", refused.Message);
    }

    [FactNeeding(Needs.Clang19)]
    public void Workers_with_too_many_groups_together_give_no_answer()
    {
        QueryProgram query = Verify(Source.Replace("by_key, struct key, struct group, 100000", "by_key, struct key, struct group, 100", StringComparison.Ordinal));
        using QueryRunner first = RunnerKinds.Create(RunnerKind.Compiled, query, Bind(query, 0));
        using QueryRunner second = RunnerKinds.Create(RunnerKind.Compiled, query, Bind(query, 0));
        Run(first, [.. Enumerable.Range(0, 60)], x: 1);
        Run(second, [.. Enumerable.Range(50, 60)], x: 1);
        Assert.Throws<GroupLimitException>(() => first.AbsorbGroups([second], threads: 2));
    }

    [FactNeeding(Needs.Clang19)]
    public void Groups_take_their_memory_from_the_budget_as_they_grow_and_give_it_back()
    {
        MemoryBudget budget = new(limit: 1 << 20);
        CompiledQuery compiled = CompiledQuery.Compile(Query.Value);
        using (QueryRunner runner = compiled.CreateRunner(Bind(0), new RunnerMaps(budget)))
        {
            Run(runner, [1], x: 1);
            long used = budget.Used;
            Run(runner, [.. Enumerable.Range(0, 2000)], x: 1);
            Assert.InRange(budget.Used, used + (2000 * 64), 1 << 20);
            GroupLimitException refused = Assert.Throws<GroupLimitException>(() => Run(runner, [.. Enumerable.Range(0, 50_000)], x: 1));
            Assert.Equal(GroupLimit.Memory, refused.Limit);
            Assert.InRange(budget.Used, 1, 1 << 20);
        }

        Assert.Equal(0, budget.Used);
    }

    [TheoryNeeding(Needs.Clang19)]
    [InlineData(RunnerKind.Interpreted)]
    [InlineData(RunnerKind.Compiled)]
    [InlineData(RunnerKind.Guarded)]
    public void A_later_query_looks_up_the_groups_of_an_earlier_one(RunnerKind kind)
    {
        QueryProgram later = Verify(
            """
            #include <neardata.h>
            struct row { __s64 k, x; };
            struct count { __u64 rows ND_SUM; };
            ND_FROZEN_GROUPS(by_sign, __s32, struct count);
            struct { __s64 total ND_SUM; } result SEC(".bss.results");
            SEC("filter") int keep(const struct row *r) { __s32 k = r->k; return bpf_map_lookup_elem(&by_sign, &k) != 0; }
            SEC("reduce") int add(const struct row *r)
            {
                __s32 k = r->k;
                struct count *count = bpf_map_lookup_elem(&by_sign, &k);
                if (count) result.total += (__s64)(count->rows & 0xffff) * r->x;
                return 0;
            }
            """);
        using QueryRunner earlier = RunnerKinds.Create(kind, Query.Value, Bind(0));
        Run(earlier, [1, 2, 3], x: 5);
        Run(earlier, [4, 5], x: -1);
        RunnerMaps maps = new(Frozen: new Dictionary<string, GroupMap> { ["by_sign"] = earlier.Groups[1] });
        ParameterValues none = ParameterValues.Bind(later, new Dictionary<string, Int128>());
        using QueryRunner runner = RunnerKinds.Create(kind, later, none, maps);
        using RecordBatch batch = new(later.Row, [0, 1], 8) { Count = 4 };
        new long[] { 1, -1, 0, 7 }.CopyTo(batch.Values<long>(0));
        new long[] { 10, 100, 1000, 10_000 }.CopyTo(batch.Values<long>(1));
        Assert.Equal(2, runner.Filter(batch));
        runner.Reduce(batch);
        Assert.Equal((3 * 10) + (2 * 100), runner.Totals[0]);
        Assert.Throws<MapMemoryException>(() => CompiledQuery.Compile(later).CreateRunner(none, new RunnerMaps(Frozen: new Dictionary<string, GroupMap>())));
    }

    private static void Run(QueryRunner runner, long[] keys, long x)
    {
        using RecordBatch batch = new(runner.Query.Row, Enumerable.Range(0, 4), keys.Length) { Count = keys.Length };
        keys.CopyTo(batch.Values<long>(0));
        batch.Values<long>(1).Fill(x);
        runner.Filter(batch);
        runner.Reduce(batch);
    }

    private static void Run(QueryRunner runner, int[] keys, long x) => Run(runner, [.. keys.Select(key => (long)key)], x);

    private static QueryProgram Verify(string source)
    {
        BpfObject read = BpfObject.Read(Clang.Compile(source));
        return new QueryProgram(
            read.Filter is { } filter ? ProgramVerifier.Verify(filter) : null,
            ProgramVerifier.Verify(read.Reduce!),
            read.Parameters,
            [.. read.Emits.Select(ProgramVerifier.Verify)]);
    }

    private static ParameterValues Bind(Int128 least) => Bind(Query.Value, least);

    private static ParameterValues Bind(QueryProgram query, Int128 least) =>
        ParameterValues.Bind(query, new Dictionary<string, Int128> { ["least"] = least });

    private static long Extreme(Random random) => random.Next(5) switch
    {
        0 => long.MinValue,
        1 => long.MaxValue,
        2 => random.Next(-9, 10),
        _ => random.NextInt64(long.MinValue, long.MaxValue),
    };

    private sealed record Expected(BigInteger Total, BigInteger Big, BigInteger Down, long Rows, long Low, int High, uint Any, uint All);
}
