using System.Runtime.CompilerServices;
using NearData.Engine.Datasets;
using NearData.Engine.Execution;
using NearData.Engine.Programs;
using NearData.Engine.Reactors;
using NearData.TestSupport;
using NearData.Vm;
using NearData.Vm.Maps;

namespace NearData.Engine.Tests;

/// <summary>What executions and programs leave behind in a node that goes on: nothing.</summary>
[Collection("alone")]
public sealed class LeftBehindTests : IDisposable
{
    private const string Groups =
        """
        #include <neardata.h>
        struct row { __s64 x, y; };
        const volatile __s64 least;
        struct total { __s64 sum ND_SUM; };
        ND_GROUPS(totals, __s64, struct total, 4096);
        SEC("filter") int keep(const struct row *r) { return r->y >= least; }
        SEC("reduce") int add(const struct row *r) { __s64 key = r->x; nd_group(&totals, &key)->sum += r->y; return 0; }
        """;

    private const string Lookups =
        """
        #include <neardata.h>
        struct row { __s64 x, y; };
        struct total { __s64 sum ND_SUM; };
        ND_FROZEN_GROUPS(totals, __s64, struct total);
        struct { __u64 found ND_SUM; } result SEC(".bss.results");
        SEC("reduce") int add(const struct row *r) { __s64 key = r->x; if (bpf_map_lookup_elem(&totals, &key)) result.found += 1; return 0; }
        """;

    /// <summary>Reactors and the runtime may keep the last ones in registers and stack slots that they don't know to be dead.</summary>
    private const int MostKept = 8;

    private static readonly Dictionary<string, ParameterValue> Least = new(StringComparer.Ordinal) { ["least"] = (Int128)3 };

    private readonly ServedFolder _folder = new();
    private readonly TestReadPath _path = new(cacheBytes: 32 << 20, reactors: 2);
    private readonly Catalog _catalog;

    public LeftBehindTests()
    {
        long?[] numbers = [.. Enumerable.Range(0, 1000).Select(i => (long?)i)];
        _folder.Write("d.parquet", 4, ("x", numbers), ("y", numbers));
        _catalog = new Catalog(new ServedRoot(_folder.Path));
    }

    public void Dispose()
    {
        _path.Dispose();
        _folder.Dispose();
    }

    [FactNeeding(Needs.Clang19)]
    public async Task Programs_that_were_run_in_stages_with_and_without_guards_are_collected_when_they_are_unloaded()
    {
        List<WeakReference> loaded = [];
        for (int i = 0; i < 30; i++)
        {
            loaded.AddRange(await LoadAndRunAsync());
        }

        for (int attempt = 0; attempt < 20 && loaded.Count(reference => reference.IsAlive) > MostKept; attempt++)
        {
            GC.GetTotalMemory(forceFullCollection: true);
        }

        Assert.Equal(150, loaded.Count);
        Assert.InRange(loaded.Count(reference => reference.IsAlive), 0, MostKept);
    }

    [FactNeeding(Needs.Clang19)]
    public async Task Executions_leave_no_memory_behind()
    {
        using LoadedProgram groups = LoadedProgram.Load(Clang.Compile(Groups));
        using LoadedProgram lookups = LoadedProgram.Load(Clang.Compile(Lookups));
        await RunAsync(groups, lookups, CodeTrust.Proof, times: 50);
        long before = GC.GetTotalMemory(forceFullCollection: true);

        await RunAsync(groups, lookups, CodeTrust.Proof, times: 1_000);

        // 300 bytes of each execution would be more; the runtime's own 100 KiB or so come and go.
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 300_000);
    }

    // Not inlined: the caller's frame must not hold what this one did.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private async Task<WeakReference[]> LoadAndRunAsync()
    {
        using LoadedProgram groups = LoadedProgram.Load(Clang.Compile(Groups));
        using LoadedProgram lookups = LoadedProgram.Load(Clang.Compile(Lookups));
        await RunAsync(groups, lookups, CodeTrust.Proof, times: 1);
        await RunAsync(groups, lookups, CodeTrust.Guards, times: 1);
        return [.. new object[] { groups, lookups, groups.Compiled, lookups.Compiled, groups.CompiledFor(CodeTrust.Guards) }.Select(target => new WeakReference(target))];
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private async Task RunAsync(LoadedProgram groups, LoadedProgram lookups, CodeTrust trust, int times)
    {
        Dataset dataset = _catalog.Open("d");
        for (int i = 0; i < times; i++)
        {
            using StagedExecution execution = new(
                _catalog, _path.Reactors, new Tenant("t") { Trust = trust }, new MemoryBudget(1 << 30),
                new ExecutionStage(groups, dataset, Least), new ExecutionStage(lookups, dataset, new Dictionary<string, ParameterValue>(StringComparer.Ordinal)));
            ExecutionAnswer answer = await execution.RunAsync(2, CancellationToken.None);
            Assert.Equal(4 * 997, (long)answer.Results[0].Value);
        }
    }
}
