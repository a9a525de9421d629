using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using NearData.Engine.Datasets;
using NearData.Engine.Execution;
using NearData.Engine.Programs;
using NearData.Engine.Reactors;
using NearData.Isa;
using NearData.Isa.Objects;
using NearData.Isa.Programs;
using NearData.TestSupport;
using NearData.Verifier;
using NearData.Vm;
using NearData.Vm.Guards;
using NearData.Vm.Maps;

namespace NearData.Engine.Tests;

/// <summary>Executions of tenants that aren't trusted.</summary>
public sealed class GuardedExecutionTests : IDisposable
{
    private const int Turns = 100;

    private static readonly string Source =
        $$"""
        #include <neardata.h>
        struct row { __s64 k, x; };
        struct group { __s64 total ND_SUM; };
        ND_GROUPS(by_k, __s64, struct group, 5000);
        struct { __u64 total ND_SUM; } result SEC(".bss.results");
        SEC("reduce") int add(const struct row *r)
        {
            __s64 k = r->k;
            __u64 n = 0;
            struct group *g = nd_group(&by_k, &k);
            g->total += r->x;
            _Pragma("clang loop unroll(disable)") for (int i = 0; i < {{Turns}}; i++) { n += r->x; asm volatile("" : "+r"(n)); }
            result.total += n;
            return 0;
        }
        """;

    private static readonly Tenant Untrusted = new("stranger") { Trust = CodeTrust.Guards };

    private readonly ServedFolder _folder = new();
    private readonly Catalog _catalog;
    private readonly TestReadPath _readPath = new(reactors: 2);

    public GuardedExecutionTests()
    {
        _catalog = new Catalog(new ServedRoot(_folder.Path));
        long?[] numbers = [.. Enumerable.Range(0, 5000).Select(number => (long?)number)];
        _folder.Write("d/a.parquet", 4, ("k", numbers), ("x", numbers));
    }

    public void Dispose()
    {
        _readPath.Dispose();
        _folder.Dispose();
    }

    [FactNeeding(Needs.Clang19)]
    public async Task What_the_verifier_took_wrongly_ends_its_execution_and_nothing_else()
    {
        using LoadedProgram right = LoadedProgram.Load(Clang.Compile(Source));
        using LoadedProgram wrong = WithoutAnEnd(right);
        GuardTrippedException tripped = await Assert.ThrowsAsync<GuardTrippedException>(() => RunAsync(wrong));
        Assert.Equal((GuardKind.Turns, "add"), (tripped.Kind, tripped.Program));

        // The reactors, their memory and the program's own good code are as before.
        Assert.Equal((ulong)Turns * 5000 * 4999 / 2 * 4, (ulong)await RunAsync(right));
    }

    private async Task<Int128> RunAsync(LoadedProgram program)
    {
        using QueryExecution execution = new(_catalog, _readPath.Reactors, program, _catalog.Open("d"), new Dictionary<string, Int128>(), Untrusted);
        ExecutionAnswer answer = await execution.RunAsync(2, CancellationToken.None);
        return answer.Results.Single().Value;
    }

    /// <summary>The program with the end of its loop far beyond the one that was proven.</summary>
    private static LoadedProgram WithoutAnEnd(LoadedProgram program)
    {
        VerifiedProgram proven = program.Programs.Single();
        ImmutableArray<Instruction> code = proven.Program.Code;

        // Where the counter starts, or ends.
        int bound = Enumerable.Range(0, code.Length).First(slot => int.Abs(code[slot].Immediate) == Turns);
        Instruction further = code[bound] with { Immediate = int.Sign(code[bound].Immediate) * int.MaxValue };
        VerifiedProgram wrong = Prove(proven.Program with { Code = code.SetItem(bound, further) }, proven.Facts);
        return Load(program.Object, [wrong], new QueryProgram(null, wrong, program.Query.Parameters), null);
    }

    [UnsafeAccessor(UnsafeAccessorKind.Constructor)]
    private static extern VerifiedProgram Prove(Program program, ProgramFacts facts);

    [UnsafeAccessor(UnsafeAccessorKind.Constructor)]
    private static extern LoadedProgram Load(BpfObject source, ImmutableArray<VerifiedProgram> programs, QueryProgram query, MemoryBudget? mapMemory);
}
