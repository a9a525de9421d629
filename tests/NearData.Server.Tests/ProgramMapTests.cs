using System.Buffers.Binary;
using NearData.Client;
using NearData.Client.Grpc;
using NearData.Contracts;
using NearData.Contracts.V1;
using NearData.TestSupport;
using Int128 = System.Int128;

namespace NearData.Server.Tests;

/// <summary>Maps that clients fill, as programs, clients and other clients see them.</summary>
public sealed class ProgramMapTests(NodeFixture node) : IClassFixture<NodeFixture>
{
    private static readonly Dictionary<string, Int128> NoParameters = new(StringComparer.Ordinal);

    [FactNeeding(Needs.Clang19)]
    public async Task Executions_look_up_what_clients_have_put_into_hashes_arrays_and_tries()
    {
        LoadedProgram program = await LoadAsync("lookups");
        IReadOnlyList<ProgramMap> maps = await program.ListMapsAsync();

        ExecutionAnswer empty = await program.ExecuteAsync("numbers", NoParameters);
        await Map(maps, "wanted").UpdateAsync(Enumerable.Range(10, 5).Select(x => KeyValuePair.Create(Number(x), Number(100 * x))));
        await Map(maps, "weights").UpdateAsync([KeyValuePair.Create<byte[], byte[]>([1, 0, 0, 0], Number(3))]);
        await Map(maps, "ranges").UpdateAsync([KeyValuePair.Create<byte[], byte[]>([6, 0, 0, 0, 8, 0, 0, 0], Number(1000))]);
        ExecutionAnswer filled = await program.ExecuteAsync("numbers", NoParameters);

        // 4 row groups with x from 0 to 999. The trie has 000010, the first bits of 8 to 11.
        Assert.Equal(0, empty["total"]);
        Assert.Equal(4 * Enumerable.Range(10, 5).Sum(x => (100 * x) + 3), filled["total"]);
        Assert.Equal(4 * 2 * 1000, filled["in_range"]);
        Assert.Equal(["wanted", "weights", "ranges"], maps.Where(map => map.Contents == MapContents.Input).Select(map => map.Definition.Name).Except([".bss.results"]));
    }

    [FactNeeding(Needs.Clang19)]
    public async Task A_filter_keeps_what_a_map_says_whatever_its_columns_ranges_and_dictionaries_are()
    {
        LoadedProgram program = await node.Client.LoadAsync(Clang.Compile(
            """
            #include <neardata.h>
            struct row { __s64 x, y; };
            struct { __uint(type, ND_MAP_HASH); __uint(max_entries, 16); __type(key, __s64); __type(value, __s64); } wanted SEC(".maps");
            struct { __s64 total ND_SUM; } result SEC(".bss.results");
            SEC("filter") int keep(const struct row *r)
            {
                __s64 x = r->x, *found = bpf_map_lookup_elem(&wanted, &x);
                return found && *found == 7;
            }
            SEC("reduce") int add(const struct row *r) { result.total += r->y; return 0; }
            """));
        ProgramMap map = Map(await program.ListMapsAsync(), "wanted");

        ExecutionAnswer empty = await program.ExecuteAsync("numbers", NoParameters);
        await map.UpdateAsync([KeyValuePair.Create(Number(5), Number(7)), KeyValuePair.Create(Number(6), Number(8)), KeyValuePair.Create(Number(900), Number(7))]);
        ExecutionAnswer filled = await program.ExecuteAsync("numbers", NoParameters);

        Assert.Equal((0, 0UL), (empty["total"], empty.Counters.RowsKept));
        Assert.Equal((4 * 905, 8UL), (filled["total"], filled.Counters.RowsKept));
    }

    [FactNeeding(Needs.Clang19)]
    public async Task Entries_are_read_page_by_page_looked_up_changed_and_deleted()
    {
        LoadedProgram program = await LoadAsync("paged");
        ProgramMap map = Map(await program.ListMapsAsync(), "wanted");

        await map.UpdateAsync(Enumerable.Range(0, 10_000).Select(x => KeyValuePair.Create(Number(x), Number(x * 2))));
        await map.UpdateAsync([KeyValuePair.Create(Number(5), Number(-1))], UpdateRule.Exist);
        await map.DeleteAsync(Enumerable.Range(100, 9_000).Select(x => Number(x)));
        Dictionary<long, long> read = [];
        await foreach (MapEntry entry in map.ReadAsync())
        {
            read.Add(BinaryPrimitives.ReadInt64LittleEndian(entry.Key.Span), BinaryPrimitives.ReadInt64LittleEndian(entry.Value.Span));
        }

        Assert.Equal(Enumerable.Range(0, 100).Concat(Enumerable.Range(9_100, 900)).Select(x => (long)x), read.Keys.Order());
        Assert.Equal(-1, read[5]);
        Assert.Equal(Number(18_400), await map.LookupAsync(Number(9_200)));
        Assert.Null(await map.LookupAsync(Number(100)));
    }

    [FactNeeding(Needs.Clang19)]
    public async Task What_a_map_refuses_is_named_with_the_kernel_s_reason()
    {
        LoadedProgram program = await LoadAsync("refused");
        IReadOnlyList<ProgramMap> maps = await program.ListMapsAsync();
        ProgramMap map = Map(maps, "weights");

        await FailsAsync(map.UpdateAsync([KeyValuePair.Create<byte[], byte[]>([0, 0, 0, 0], Number(1)), KeyValuePair.Create<byte[], byte[]>([9, 0, 0, 0], Number(1))]), ErrorCode.MapRefused, "09000000: E2BIG", "Entry 1 of 2");
        await FailsAsync(map.DeleteAsync([[0, 0, 0, 0]]), ErrorCode.MapRefused, "EINVAL");
        await FailsAsync(Map(maps, "wanted").UpdateAsync([KeyValuePair.Create(Number(1), Number(1))], UpdateRule.Exist), ErrorCode.MapRefused, "ENOENT");
        await FailsAsync(map.UpdateAsync([KeyValuePair.Create<byte[], byte[]>([0], Number(1))]), ErrorCode.InvalidArgument, "keys of 4 bytes, not 1");
        await FailsAsync(Map(maps, ".bss.results").LookupAsync(new byte[4]), ErrorCode.MapRefused, "each execution's own");
        await FailsAsync(Map(maps, ".rodata").UpdateAsync([KeyValuePair.Create<byte[], byte[]>([0, 0, 0, 0], Number(1))]), ErrorCode.MapRefused, "EPERM");
        Assert.Equal(Number(42), (await Map(maps, ".rodata").LookupAsync(new byte[4]))![..8]);
    }

    [FactNeeding(Needs.Clang19)]
    public async Task A_program_with_filled_maps_is_kept_until_it_is_unloaded_and_its_executions_say_so()
    {
        LoadedProgram program = await LoadAsync("unloaded");
        ProgramMap map = Map(await program.ListMapsAsync(), "wanted");
        await map.UpdateAsync([KeyValuePair.Create(Number(1), Number(1))]);
        Assert.Contains(await node.Client.ListProgramsAsync(), it => it.ProgramId == program.Id && it is { MapsVersion: 1, MapBytes: > 0 });

        await node.Client.UnloadProgramAsync(program.Id);

        Assert.DoesNotContain(await node.Client.ListProgramsAsync(), it => it.ProgramId == program.Id);
        await FailsAsync(program.ExecuteAsync("numbers", NoParameters), ErrorCode.ProgramNotFound, program.Id);
        await FailsAsync(map.LookupAsync(Number(1)), ErrorCode.ProgramNotFound, program.Id);
    }

    [FactNeeding(Needs.Clang19)]
    public async Task Runs_are_counted_and_timed_only_while_that_is_on()
    {
        LoadedProgram program = await LoadAsync("counted");
        await node.Client.SetStatisticsAsync(enabled: false, program.Id);
        await program.ExecuteAsync("numbers", NoParameters);
        ProgramRuns[] off = await RunsAsync(program);
        await node.Client.SetStatisticsAsync(enabled: true, program.Id);
        await program.ExecuteAsync("numbers", NoParameters);
        await program.ExecuteAsync("numbers", NoParameters);
        ProgramRuns[] on = await RunsAsync(program);
        await node.Client.SetStatisticsAsync(enabled: false, program.Id);
        await program.ExecuteAsync("numbers", NoParameters);

        Assert.All(off, it => Assert.Equal((0UL, 0UL), (it.RunCount, it.RunTimeNanoseconds)));
        Assert.Equal([8000UL], on.Select(it => it.RunCount));
        Assert.All(on, it => Assert.InRange(it.RunTimeNanoseconds, 1UL, 60_000_000_000UL));
        Assert.Equal(on, await RunsAsync(program));
    }

    /// <summary>A program of its own for each test: all who load the same object share its maps.</summary>
    private Task<LoadedProgram> LoadAsync(string name) => node.Client.LoadAsync(Clang.Compile(
        $$"""
        #include <neardata.h>
        struct row { __s64 x; };
        struct prefix { __u32 length; __u8 bytes[4]; };
        struct { __uint(type, ND_MAP_HASH); __uint(max_entries, 16384); __type(key, __s64); __type(value, __s64); } wanted SEC(".maps");
        struct { __uint(type, ND_MAP_ARRAY); __uint(max_entries, 4); __type(key, __u32); __type(value, __s64); } weights SEC(".maps");
        struct { __uint(type, ND_MAP_LPM_TRIE); __uint(max_entries, 4); __uint(map_flags, 1); __type(key, struct prefix); __type(value, __s64); } ranges SEC(".maps");
        const volatile __s64 always = 42;
        struct { __s64 total ND_SUM; __s64 in_range ND_SUM; } result SEC(".bss.results");
        SEC("reduce") int {{name}}(const struct row *r)
        {
            __s64 x = r->x, *found = bpf_map_lookup_elem(&wanted, &x);
            if (!found || always != 42)
                return 0;
            __u32 one = 1;
            __s64 *weight = bpf_map_lookup_elem(&weights, &one);
            struct prefix prefix = { 32, { x } };
            __s64 *range = bpf_map_lookup_elem(&ranges, &prefix);
            result.total += *found + (weight ? *weight : 0);
            result.in_range += range ? *range : 0;
            return 0;
        }
        """));

    private async Task<ProgramRuns[]> RunsAsync(LoadedProgram program) =>
        [.. (await node.Client.ListProgramsAsync()).Single(it => it.ProgramId == program.Id).Programs];

    private static ProgramMap Map(IReadOnlyList<ProgramMap> maps, string name) => maps.Single(map => map.Definition.Name == name);

    private static byte[] Number(long value) => BitConverter.GetBytes(value);

    private static async Task FailsAsync(Task call, ErrorCode code, params string[] words)
    {
        NearDataRpcException error = await Assert.ThrowsAsync<NearDataRpcException>(() => call);
        Assert.Equal(code.Name, error.ErrorCode);
        Assert.All(words, word => Assert.Contains(word, error.Detail));
    }
}
