using System.Collections.Immutable;
using NearData.Isa.Objects;
using NearData.Isa.Programs;
using NearData.TestSupport;
using NearData.Verifier.Analysis;
using NearData.Verifier.Rejections;
using NearData.Verifier.Tests.Corpus;
using NearData.Verifier.Tests.Soundness;
using NearData.Verifier.Tests.Soundness.Generation;
using Xunit.Abstractions;

namespace NearData.Verifier.Tests;

/// <summary>Global functions, which are proven once for all their callers where following each call would take too long.</summary>
public sealed class GlobalFunctionTests(ITestOutputHelper output)
{
    private const int Deep = 7;
    private const int Calls = 10;
    private const int Branches = 40;

    [Fact]
    public void A_tree_of_calls_is_proven_by_one_look_at_each_function()
    {
        Program program = CallTree("(number) number");
        int looks = 0;
        VerifiedProgram verified = ProgramVerifier.Verify(program, new VisitObserver((_, _) => looks++));

        // Of a function: itself, and what its calls cost; a branch is two instructions, of which both can run, and a call takes an argument.
        long cost = 0;
        for (int function = 0; function < Deep; function++)
        {
            cost = 3 + (2 * Branches) + (function == 0 ? 0 : Calls * (cost + 2));
        }

        Assert.Equal(cost + 3, verified.Facts.WorstCaseInstructions);
        Assert.InRange(looks, WorkBudget.FirstVisits, WorkBudget.FirstVisits + (4 * program.Code.Length));
    }

    [Fact]
    public void A_tree_of_calls_of_static_functions_is_refused()
    {
        Assert.False(ProgramVerifier.TryVerify(CallTree("static"), out _, out Rejection? rejection));
        Assert.Equal(RejectionCode.TooComplex, rejection.Code);
    }

    [Fact]
    public void A_tree_of_calls_is_proven_around_a_function_that_is_not_fit_for_all_arguments()
    {
        // The innermost one needs a small number, which each caller gives it: it is followed, and those around it are proven once.
        Program program = CallTree("(number) number", innermost: "r2 = r10\nr2 += -8\nr2 += r1\n*(u8 *)(r2+0) = 1\n");
        Assert.Throws<ProgramRejectedException>(() => ProgramVerifier.VerifyByGlobals(program));
        ProgramVerifier.Verify(program);
    }

    [Fact]
    public void What_following_refuses_is_refused_with_its_reason()
    {
        // Nothing proves the innermost function, whichever way.
        Program program = CallTree("(number) number", innermost: "r2 = *(u64 *)(r10-8)\n");
        Assert.False(ProgramVerifier.TryVerify(program, out _, out Rejection? rejection));
        Assert.Equal(RejectionCode.UnwrittenStack, rejection.Code);
    }

    [Fact]
    public void Prototypes_are_read_as_the_kernel_reads_them()
    {
        Program program = BpfObject.Read(Clang.Compile("""
            #include <linux/bpf.h>
            #include <bpf/bpf_helpers.h>
            struct pair { __u32 a; __u64 b; };
            struct hidden;
            enum color { RED };
            #define TAG(text) __attribute__((btf_decl_tag(text)))
            __attribute__((noinline)) int numbers(int a, __u8 b, enum color c, _Bool d, long e) { asm volatile(""); return a + b + c + d + e; }
            __attribute__((noinline)) void memory(struct pair *p, int *q TAG("arg:nonnull"), char (*r)[10]) { asm volatile(""); if (p) p->a = *q; if (r) (*r)[9] = 1; }
            __attribute__((noinline)) int context(struct xdp_md *c, void *d TAG("arg:ctx")) { asm volatile(""); return c->rx_queue_index + (d == 0); }
            __attribute__((noinline)) int unknown(void *p) { asm volatile(""); return p == 0; }
            __attribute__((noinline)) int incomplete(struct hidden *p) { asm volatile(""); return p == 0; }
            __attribute__((noinline)) struct pair *address(struct pair *p) { asm volatile(""); return p; }
            __attribute__((noinline, visibility("hidden"))) int hidden(int a) { asm volatile(""); return a; }
            static __attribute__((noinline)) int local(int a) { asm volatile(""); return a; }
            SEC("xdp") int run(struct xdp_md *c) {
                struct pair p = { 1, 2 };
                int q = 1;
                memory(&p, &q, 0);
                return numbers(1, 2, RED, 1, 3) + context(c, c) + unknown(&p) + incomplete((void *)c) + (address(&p) != 0) + hidden(1) + local(2);
            }
            """)).Programs.Single();
        Dictionary<string, FunctionPrototype?> found = program.Functions.ToDictionary(function => function.Name, function => function.Prototype);
        FunctionArgument number = new(FunctionArgumentKind.Number);
        Assert.Equal(Enumerable.Repeat(number, 5), found["numbers"]!.Arguments);
        Assert.True(found["numbers"]!.ReturnsNumber);
        Assert.Equal(
            [new(FunctionArgumentKind.MemoryOrNull, 16, "pair"), new(FunctionArgumentKind.Memory, 4), new(FunctionArgumentKind.MemoryOrNull, 10)],
            found["memory"]!.Arguments.ToArray());
        Assert.False(found["memory"]!.ReturnsNumber);
        Assert.Equal([new(FunctionArgumentKind.MemoryOrNull, 24, "xdp_md"), new(FunctionArgumentKind.Context)], found["context"]!.Arguments.ToArray());
        Assert.All(["unknown", "incomplete", "address", "hidden", "local"], name => Assert.Null(found[name]));
    }

    [Fact]
    public void Every_moment_of_the_corpus_lies_in_what_is_known_of_global_functions()
    {
        IEnumerable<Program> programs = CorpusCase.All.Values
            .Where(entry => entry.Functions is not null && entry.Rejected is null)
            .Select(entry => FunctionText.Declare(Fixtures.Make(entry.Kind, entry.Name, entry.Code), entry.Functions!));
        Assert.All(programs, program => Assert.NotNull(WatchedRuns.WatchGlobals(program, seed: 1, inputs: 8, alsoCompiled: false)));
    }

    [Fact]
    public void Every_moment_of_generated_programs_lies_in_what_is_known_of_global_functions()
    {
        const int Programs = 3000;
        int accepted = 0;
        int alone = 0;
        Parallel.For(0, Programs, seed =>
        {
            Program program = WithPrototypes(GeneratedSoundnessProgram.Make(seed), new Random(seed));
            if (program.Functions.IsEmpty)
            {
                return;
            }

            if (WatchedRuns.WatchGlobals(program, seed, inputs: 2, alsoCompiled: seed % 20 == 0) is not null)
            {
                Interlocked.Increment(ref accepted);
                Interlocked.Add(ref alone, IsProvenAlone(program) ? 1 : 0);
            }
        });

        output.WriteLine($"{accepted} programs with functions are accepted; in {alone} some are proven on their own");
        Assert.InRange(alone, 100, accepted);
    }

    [TheoryNeeding(Needs.Clang19)]
    [InlineData("v3")]
    [InlineData("v4")]
    public void A_reduction_takes_the_row_to_its_functions(string cpu)
    {
        BpfObject read = BpfObject.Read(Clang.Compile("""
            #include <neardata.h>
            struct order { __s64 price; __s32 discount; __s32 unused; };
            const volatile __s32 limit;
            struct { __s64 total ND_SUM; __u64 rows ND_SUM; } result SEC(".bss.results");
            __attribute__((noinline)) long cents(const struct order *row, int factor)
            { return row ? (row->price & 0xffff) * (factor & 3) : 0; }
            __attribute__((noinline)) void count(int by)
            { if (by > limit) result.rows += 1; }
            SEC("reduce") int add(const struct order *row)
            { result.total += cents(row, row->discount); count(row->discount); count(7); return 0; }
            """, cpu: cpu));
        ProgramFacts facts = ProgramVerifier.VerifyByGlobals(read.Reduce!).Facts;
        Assert.Equal(["price", "discount"], facts.LoadedFields.Select(field => read.Reduce!.Row.Fields[field].Name));
        Assert.Equal([new SumBound(0, 0, 3 * 0xffff), new SumBound(1, 0, 2)], facts.Sums.ToArray());
        Assert.Equal(ProgramEffects.Results, facts.Effects);
    }

    /// <summary>The program calls a function, which calls the next ten times, and so on; each has many branches.</summary>
    private static Program CallTree(string prototype, string innermost = "")
    {
        string branches = string.Concat(Enumerable.Range(0, Branches).Select(branch => $"if r1 == {branch + 100} goto l#_{branch}\nr0 += 1\nl#_{branch}: "));
        IEnumerable<string> functions = Enumerable.Range(1, Deep).Select(function =>
        {
            string calls = string.Concat(Enumerable.Range(0, Calls).Select(call => $"r1 = {call % 8}\ncall f{function + 1}\n"));
            return $"f{function}: r0 = 0\n{(function == Deep ? innermost : "")}{branches.Replace("#", $"{function}")}r0 = 0\n{(function == Deep ? "" : calls)}exit\n";
        });
        return FunctionText.Declare(
            Fixtures.Make(ProgramKind.Memory, "tree", $"r1 = 1\ncall f1\nexit\n{string.Concat(functions)}"), [.. Enumerable.Repeat(prototype, Deep)]);
    }

    /// <summary>Declares a program's functions as global, mostly with what the generator calls them with.</summary>
    private static Program WithPrototypes(Program program, Random random)
    {
        string[] prototypes = ["(memory 16, number) number", "(memory 16, number) number", "(memory 24, number)", "(number, number) number", "(context, number) number", "static"];
        int functions = FunctionText.Count(program);
        return functions == 0 ? program : FunctionText.Declare(program, random.GetItems(prototypes, functions));
    }

    private static bool IsProvenAlone(Program program)
    {
        bool isAlone = false;
        ProgramVerifier.VerifyByGlobals(program, new VisitObserver((_, state) => isAlone |= state.IsAlone));
        return isAlone;
    }
}
