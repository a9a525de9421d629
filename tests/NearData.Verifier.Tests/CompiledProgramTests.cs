using NearData.Isa.Objects;
using NearData.Isa.Programs;
using NearData.TestSupport;
using NearData.Verifier.Rejections;
using NearData.Verifier.Tests.Soundness;

namespace NearData.Verifier.Tests;

/// <summary>Natural C, compiled as authors compile it, is accepted; C whose answer would depend on the records' order is not.</summary>
public sealed class CompiledProgramTests
{
    private const string Header = """
        #include <neardata.h>
        struct row {
            __s64 x, y; __u64 ux; __s32 i; __u32 ui; __s16 h; __u8 b; _Bool flag;
            ND_NULLABLE(__s32) n;
            ND_NULLABLE(__s64) price;
        };
        struct {
            __s64 lo ND_MIN; __s64 hi ND_MAX; __u64 ulo ND_MIN; __u64 uhi ND_MAX;
            __s32 ilo ND_MIN; __s32 ihi ND_MAX; __u32 uilo ND_MIN; __u32 uihi ND_MAX;
            __s16 hlo ND_MIN; __u8 bhi ND_MAX;
            __s64 sum ND_SUM; __u64 rows ND_SUM;
            __u64 any ND_OR; __u64 all ND_AND; __u8 seen ND_OR; __u32 flags ND_OR; _Bool some ND_OR; _Bool every ND_AND;
        } result SEC(".bss.results");
        const volatile __s32 from, until;
        const volatile __s64 limit;

        """;

    private static readonly (string Name, string Body)[] Accepted =
    [
        ("sum", "result.sum += r->x; result.rows += 1;"),
        ("difference", "result.sum -= r->x * r->y;"),
        ("conditional sum", "if (r->x > 3) result.sum += r->y; result.sum += r->x;"),
        ("sums of both arms", "if (r->x > 3) result.rows++; else result.sum -= r->y;"),
        ("minimum", "if (r->x < result.lo) result.lo = r->x;"),
        ("minimum or equal", "if (r->x <= result.lo) result.lo = r->x;"),
        ("minimum, mirrored", "if (result.lo > r->x) result.lo = r->x;"),
        ("minimum by choice", "result.lo = r->x < result.lo ? r->x : result.lo;"),
        ("maximum", "if (r->x > result.hi) result.hi = r->x;"),
        ("maximum by choice", "result.hi = r->x > result.hi ? r->x : result.hi;"),
        ("unsigned extremes", "if (r->ux < result.ulo) result.ulo = r->ux; if (r->ux > result.uhi) result.uhi = r->ux;"),
        ("32-bit extremes", "if (r->i < result.ilo) result.ilo = r->i; if (r->i > result.ihi) result.ihi = r->i;"),
        ("32-bit extremes by choice", "result.ilo = r->i < result.ilo ? r->i : result.ilo; result.ihi = r->i < result.ihi ? result.ihi : r->i;"),
        ("unsigned 32-bit extremes", "if (r->ui < result.uilo) result.uilo = r->ui; if (r->ui > result.uihi) result.uihi = r->ui;"),
        ("unsigned 32-bit extremes by choice", "result.uilo = r->ui < result.uilo ? r->ui : result.uilo;"),
        ("narrow extremes", "if (r->h < result.hlo) result.hlo = r->h; if (r->b > result.bhi) result.bhi = r->b;"),
        ("narrow cast", "if ((short)r->i < result.hlo) result.hlo = (short)r->i;"),
        ("computed candidate", "__s32 v = r->i * 3; if (v < result.ilo) result.ilo = v;"),
        ("constant candidate", "if (100 < result.lo) result.lo = 100;"),
        ("both extremes of one value", "if (r->x < result.lo) result.lo = r->x; if (r->x > result.hi) result.hi = r->x; result.rows += 1;"),
        ("two candidates", "if (r->x < result.lo) result.lo = r->x; if (r->y < result.lo) result.lo = r->y;"),
        ("two 32-bit candidates", "if (r->i < result.ilo) result.ilo = r->i; if (r->n.value < result.ilo) result.ilo = r->n.value;"),
        ("guarded minimum", "if (r->b) { if (r->x < result.lo) result.lo = r->x; }"),
        ("conjunction with a minimum", "if (r->y > 3 && r->x < result.lo) result.lo = r->x;"),
        ("minimum of valid values", "if (r->n.valid && r->n.value < result.ilo) result.ilo = r->n.value;"),
        ("sum of valid values", "if (r->price.valid) { result.sum += r->price.value; result.rows++; }"),
        ("nulls read as zero", "result.sum += r->price.value;"),
        ("or", "result.any |= r->ux; result.flags |= 1u << (r->i & 31);"),
        ("conditional or", "if (r->x > 5) result.any |= 4;"),
        ("narrow or", "result.seen |= r->b;"),
        ("bool or", "result.some |= r->x > 5;"),
        ("bool and", "result.every &= r->x > 5;"),
        ("and", "result.all &= r->ux;"),
        ("parameter", "if (r->i >= from && r->i < until) result.sum += limit - r->x;"),
        ("atomic sum", "__sync_fetch_and_add(&result.sum, r->x);"),
        ("everything", """
            if (!r->flag) return 0;
            result.rows++; result.sum += r->x * r->y; result.any |= r->ux;
            if (r->x < result.lo) result.lo = r->x; if (r->x > result.hi) result.hi = r->x;
            if (r->i < result.ilo) result.ilo = r->i; if (r->i > result.ihi) result.ihi = r->i;
            """),
    ];

    private static readonly (string Name, string Body, string Code)[] Refused =
    [
        ("a count of improvements", "if (r->x < result.lo) { result.lo = r->x; result.rows += 1; }", "result-influence"),
        ("one extreme or the other", "if (r->x < result.lo) result.lo = r->x; else if (r->x > result.hi) result.hi = r->x;", "result-influence"),
        ("a sum up to a limit", "if (result.sum < 100) result.sum += r->x;", "result-influence"),
        ("the last value", "result.sum = r->x;", "result-update"),
        ("a doubled sum", "result.sum += result.sum;", "result-update"),
        ("one sum into another", "result.rows += result.sum;", "result-update"),
        ("a product", "result.sum *= r->x;", "result-update"),
        ("a sum for an or", "result.any += r->x;", "result-update"),
        ("a minimum where a maximum is tagged", "if (r->x < result.hi) result.hi = r->x;", "result-influence"),
        ("another value than the compared", "if (r->x < result.lo) result.lo = r->y;", "result-influence"),
        ("a minimum in the wrong order", "if (r->ux < (__u64)result.lo) result.lo = r->ux;", "result-influence"),
        ("an unsigned sum that falls", "result.rows -= r->x;", "result-update"),
        ("a returned result", "return result.sum > 5;", "result-influence"),
        ("a remembered outcome", "int better = r->x < result.lo; if (better) result.lo = r->x; result.rows += better;", "result-update"),
    ];

    // Each compiler lays these out with jumps back to a block that several cases share.
    private static readonly (string Name, string Section, string Body)[] Switches =
    [
        ("returns of comparisons", "filter", """
            switch (r->i) {
            case 1: return r->x == 1; case 3: return r->x != 4; case 7: return r->y == 2; case 100: return r->b == 3;
            case 4: return r->x > 3; case 5: return r->y < 5; case 6: return r->y != 9;
            }
            """),
        ("cases with conditions of their own", "filter", """
            int ok = 0;
            switch (r->i) {
            case 1: ok = r->x == 1; break;
            case 3: if (r->x != 4) ok = 1; break;
            case 7: ok = r->y >= 2 && r->y <= 10; break;
            case 100: ok = r->b == 3 || r->x < 0; break;
            case 4: ok = r->x > 3; break;
            case 5: return r->y < 5;
            case 6: ok = r->y != 9; break;
            }
            return ok && r->x != 77;
            """),
        ("a shared end", "filter", """
            if (__builtin_expect(r->i == 3, 0)) { if (r->x > 4) return 1; if (r->y == 9) goto out; return 0; }
            if (__builtin_expect(r->x < 0, 0)) { if (r->y > 100) goto out; return r->b != 0; }
            return r->y < 77;
            out: return r->b == 2;
            """),
        ("a minimum of what a case gives", "reduce", """
            __s64 v = 0;
            switch (r->i) {
            case 1: v = r->x == 1; break;
            case 3: if (r->x != 4) v = 1; break;
            case 7: v = r->y >= 2 && r->y <= 10; break;
            case 100: v = r->b == 3 || r->x < 0; break;
            case 4: v = r->x > 3; break;
            case 5: return 0;
            case 6: v = r->y != 9; break;
            }
            if (v < result.lo) result.lo = v;
            """),
    ];

    public static TheoryData<string, string, string> AcceptedCases() => ForAllCompilers(Accepted.Select(entry => entry.Name));

    public static TheoryData<string, string, string> SwitchCases() => ForAllCompilers(Switches.Select(entry => entry.Name));

    public static TheoryData<string, string> RefusedCases()
    {
        TheoryData<string, string> cases = [];
        foreach ((string name, _, _) in Refused)
        {
            cases.Add(name, "v1");
            cases.Add(name, "v4");
        }

        return cases;
    }

    [TheoryNeeding(Needs.Clang14 | Needs.Clang19)]
    [MemberData(nameof(AcceptedCases))]
    public void Natural_reductions_are_accepted(string name, string compiler, string cpu)
    {
        string body = Accepted.Single(entry => entry.Name == name).Body;
        Program reduce = Compile(body, compiler, cpu);
        bool isAccepted = ProgramVerifier.TryVerify(reduce, out _, out Rejection? rejection);
        Assert.True(isAccepted, rejection?.Message);
        Assert.True(WatchedRuns.Watch(reduce, seed: 1, inputs: 8, alsoCompiled: false) > 0);
    }

    [TheoryNeeding(Needs.Clang14 | Needs.Clang19)]
    [MemberData(nameof(SwitchCases))]
    public void Switches_laid_out_with_jumps_back_are_accepted(string name, string compiler, string cpu)
    {
        (_, string section, string body) = Switches.Single(entry => entry.Name == name);
        BpfObject compiled = Compile(section, body, compiler, cpu);
        Program program = compiled.Filter ?? compiled.Reduce!;
        Assert.True(BlockShuffle.GoesBack(program.Code), "this compiler's layout has no jump back, so it shows nothing");
        Assert.True(ProgramVerifier.TryVerify(program, out _, out Rejection? rejection), rejection?.Message);
    }

    [TheoryNeeding(Needs.Clang19)]
    [MemberData(nameof(RefusedCases))]
    public void Reductions_that_depend_on_order_are_rejected(string name, string cpu)
    {
        (_, string body, string code) = Refused.Single(entry => entry.Name == name);
        Program reduce = Compile(body, "clang-19", cpu);
        ProgramRejectedException rejected = Assert.Throws<ProgramRejectedException>(() => ProgramVerifier.Verify(reduce));
        Assert.Equal(code, rejected.Code.Text);
        Assert.NotNull(rejected.Line);
    }

    [TheoryNeeding(Needs.Clang14 | Needs.Clang19)]
    [InlineData("clang-14", "v1")]
    [InlineData("clang-14", "v3")]
    [InlineData("clang-19", "v1")]
    [InlineData("clang-19", "v2")]
    [InlineData("clang-19", "v3")]
    [InlineData("clang-19", "v4")]
    public void Query_6_is_accepted_and_loads_four_columns(string compiler, string cpu)
    {
        string source = File.ReadAllText(Path.Combine(Ground.Repository, "queries/programs/q6.c"));
        BpfObject program = BpfObject.Read(Clang.Compile(source, compiler, cpu));
        ProgramFacts filter = ProgramVerifier.Verify(program.Filter!).Facts;
        ProgramFacts reduce = ProgramVerifier.Verify(program.Reduce!).Facts;
        Assert.Equal(["l_discount", "l_quantity", "l_shipdate"], Names(program.Filter!, filter).Order(StringComparer.Ordinal));
        Assert.Equal(["l_discount", "l_extendedprice"], Names(program.Reduce!, reduce).Order(StringComparer.Ordinal));
        Assert.Equal(2, reduce.Sums.Length);
        Assert.InRange(filter.WorstCaseInstructions, 5, 60);
    }

    private static IEnumerable<string> Names(Program program, ProgramFacts facts) =>
        facts.LoadedFields.Select(field => program.Row.Fields[field].Name);

    private static TheoryData<string, string, string> ForAllCompilers(IEnumerable<string> names)
    {
        TheoryData<string, string, string> cases = [];
        foreach (string name in names)
        {
            foreach (string cpu in (string[])["v1", "v2", "v3"])
            {
                cases.Add(name, "clang-14", cpu);
                cases.Add(name, "clang-19", cpu);
            }

            cases.Add(name, "clang-19", "v4");
        }

        return cases;
    }

    private static Program Compile(string body, string compiler, string cpu) => Compile("reduce", body, compiler, cpu).Reduce!;

    private static BpfObject Compile(string section, string body, string compiler, string cpu) =>
        BpfObject.Read(Clang.Compile($"{Header}SEC(\"{section}\") int run(const struct row *r) {{ (void)r; {body} return 0; }}", compiler, cpu));
}
