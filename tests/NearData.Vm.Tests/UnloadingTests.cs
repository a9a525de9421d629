using System.Runtime.CompilerServices;
using NearData.Isa.Objects;
using NearData.Isa.Programs;
using NearData.TestSupport;
using NearData.Verifier;
using NearData.Vm.Compilation;
using NearData.Vm.Maps;
using NearData.Vm.Tests.Kernel.Generation;
using NearData.Vm.Vectors;

namespace NearData.Vm.Tests;

/// <summary>What a program takes is given back when nobody holds it any more.</summary>
public sealed class UnloadingTests
{
    private const int Seeds = 300;

    /// <summary>The runtime may keep the last ones in registers and stack slots that it doesn't know to be dead.</summary>
    private const int MostKept = 4;

    private const string Sum =
        """
        #include <neardata.h>
        struct row { __s64 x, y; };
        const volatile __s64 least;
        struct { __s64 total ND_SUM; } result SEC(".bss.results");
        SEC("filter") int keep(const struct row *r) { return r->x >= least; }
        SEC("reduce") int add(const struct row *r) { result.total += r->y; return 0; }
        """;

    [Fact]
    public void Programs_that_nobody_holds_are_collected_with_their_machine_code()
    {
        WeakReference[] loaded = [.. Enumerable.Range(1, Seeds).SelectMany(seed => LoadAndRun(seed))];
        Assert.True(loaded.Length > Seeds / 2, $"{loaded.Length} of {Seeds} programs and their methods were loaded");

        Assert.InRange(AliveAfterCollections(loaded, MostKept), 0, MostKept);
    }

    [FactNeeding(Needs.Clang19)]
    public void Code_for_parameters_goes_when_others_take_its_place_and_with_its_query()
    {
        WeakReference[] made = SpecializeOftenAndForget(QueryOf(Sum));

        Assert.InRange(AliveAfterCollections(made, MostKept), 0, MostKept);
    }

    [FactNeeding(Needs.Clang19)]
    public void Code_with_guards_and_code_that_is_made_when_it_is_first_run_go_with_their_query()
    {
        QueryProgram query = QueryOf(Sum);
        WeakReference[] made = [.. Enumerable.Range(0, 30).SelectMany(_ => CompileAndRun(query))];

        Assert.InRange(AliveAfterCollections(made, MostKept), 0, MostKept);
    }

    private static int AliveAfterCollections(WeakReference[] references, int expected)
    {
        for (int attempt = 0; attempt < 20 && references.Count(IsAlive) > expected; attempt++)
        {
            GC.GetTotalMemory(forceFullCollection: true);
        }

        return references.Count(IsAlive);
    }

    private static QueryProgram QueryOf(string source)
    {
        BpfObject read = BpfObject.Read(Clang.Compile(source));
        return new QueryProgram(ProgramVerifier.Verify(read.Filter!), ProgramVerifier.Verify(read.Reduce!), read.Parameters);
    }

    private static ParameterValues Bind(QueryProgram query, int least) =>
        ParameterValues.Bind(query, ParameterValue.Of(new Dictionary<string, Int128> { ["least"] = least }));

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference[] SpecializeOftenAndForget(QueryProgram query)
    {
        const int Sets = 60;
        Specializations kept = new((constants, _) => new VectorQuery(query, VectorTier.Vector256, constants, NarrowColumns.None));
        WeakReference[] made = [.. Enumerable.Range(0, Sets).SelectMany(least => Specialize(kept, query, least))];
        Assert.Equal(2 * Sets, made.Length);

        const int Most = 2 * Specializations.Most;
        Assert.InRange(AliveAfterCollections(made, Most), Most, Most + MostKept);
        GC.KeepAlive(kept);
        return made;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference[] Specialize(Specializations kept, QueryProgram query, int least)
    {
        VectorQuery made = kept.Find(Bind(query, least).ToArray(), NarrowColumns.None);
        return [new WeakReference(made.Filter!.Call), new WeakReference(made.Reduce!.Call)];
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference[] CompileAndRun(QueryProgram query)
    {
        CompiledQuery compiled = CompiledQuery.Compile(query);
        CompiledQuery guarded = compiled.WithGuards();
        using RecordBatch batch = new(query.Row, [0, 1], 100) { Count = 100 };
        foreach (CompiledQuery code in (CompiledQuery[])[compiled, guarded])
        {
            using QueryRunner runner = code.CreateRunner(Bind(query, 0), records: CompiledQuery.SpecializedRecords);
            Assert.Equal(100, runner.Filter(batch));
            runner.Reduce(batch);
        }

        return
        [
            .. new[] { compiled, guarded }.SelectMany(code => new object[] { code, code.Filter!.Call, code.FilterSelected!.Call, code.ReduceAll!.Call, code.ReduceSelected!.Call })
                .Select(target => new WeakReference(target)),
        ];
    }

    // Not inlined: the caller's frame must not hold what this one did.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference[] LoadAndRun(long seed)
    {
        Program program = GeneratedProgram.Make(seed).Program;
        if (program.Kind != ProgramKind.Memory || !ProgramVerifier.TryVerify(program, out VerifiedProgram? verified, out _))
        {
            return [];
        }

        using MapSet maps = new(program.Maps);
        CompiledMemoryProgram compiled = CompiledMemoryProgram.Compile(verified);
        compiled.Run(GeneratedMemory.Make(seed, input: 0), maps);
        CompiledMethod method = MethodCompiler.CompileCall(verified, CodeTrust.Proof);
        return [new WeakReference(compiled), new WeakReference(method.Call), .. method.Callbacks.Select(callback => new WeakReference(callback))];
    }

    private static bool IsAlive(WeakReference reference) => reference.IsAlive;
}
