using NearData.Isa;
using NearData.Isa.Objects;
using NearData.Isa.Programs;
using NearData.Isa.Text;
using NearData.TestSupport;
using NearData.Verifier;
using NearData.Vm.Introspection;
using NearData.Vm.Ir;
using Xunit.Abstractions;

namespace NearData.Vm.Tests;

/// <summary>The straight form means what the bytecode means, and has nothing in it that was known.</summary>
public sealed class StraightProgramTests(ITestOutputHelper output)
{
    private const int Records = 40;

    [Fact]
    public void The_straight_form_of_random_programs_selects_and_totals_as_the_interpreter_does()
    {
        Random random = new(5);
        int straight = 0;
        Dictionary<string, int> obstacles = [];
        for (int number = 0; number < 800; number++)
        {
            Program[] programs = [RandomProgram.Filter(random), RandomProgram.Reduce(random)];
            VerifiedProgram[] verified = [.. programs
                .Select(program => random.Next(2) == 0 ? program : program with { Code = BlockShuffle.Shuffle(program.Code, random) })
                .Select(program => ProgramVerifier.TryVerify(program, out VerifiedProgram? accepted, out _) ? accepted : null)
                .OfType<VerifiedProgram>()];
            if (verified.Length < 2)
            {
                continue;
            }

            try
            {
                Compare(verified[0], verified[1], random, number);
                straight++;
            }
            catch (NotStraightException reason)
            {
                obstacles[reason.Message] = obstacles.GetValueOrDefault(reason.Message) + 1;
            }
        }

        output.WriteLine($"{straight} straight; {string.Join(", ", obstacles)}");
        Assert.True(straight > 500 && obstacles.Values.Sum() < straight / 20, string.Join(", ", obstacles));
    }

    [FactNeeding(Needs.Clang19)]
    public void A_group_is_the_parts_of_its_key_and_updates_are_of_its_members()
    {
        BpfObject read = BpfObject.Read(Clang.Compile(
            """
            #include <neardata.h>
            struct row { struct nd_str s; __s64 x; __s32 d; };
            struct key { char s[3]; char one; __u32 two; };
            struct totals { __s64 sum ND_SUM; __s64 least ND_MIN; };
            ND_GROUPS(by_s, struct key, struct totals, 10);
            SEC("reduce") int add(const struct row *r)
            {
                struct key key = { .one = 1, .two = 2 };
                if (nd_str_copy(key.s, r->s) < 0 || r->d > 5) return 0;
                struct totals *g = nd_group(&by_s, &key);
                g->sum += r->x;
                if (r->d > 1 && r->x < g->least) g->least = r->x;
                return 0;
            }
            """));
        Assert.Equal(
            [
                "%0 = column s32 d ; [-2147483648..2147483647]",
                "%1 = %0 s< 6",
                "%2 = column u64 x",
                "%3 = %0 s< 2",
                "%4 = %3 ? 9223372036854775807 : %2",
                "group by_s [text3 s, u40 513] where %1",
                "sum sum += %2",
                "least min= %4",
            ],
            StraightForm.Of(ProgramVerifier.Verify(read.Reduce!), default).Lines.Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries))));
    }

    [TheoryNeeding(Needs.Clang19)]
    [InlineData("nd_str_copy(a, r->s); nd_group(&by_s, &a)->rows += 1;", null)]
    [InlineData("if (nd_str_copy(a, r->s) < 0) return 0; nd_group(&by_s, &a)->rows += 1;", null)]
    [InlineData("nd_str_copy(a, r->s); struct totals *g = nd_group(&by_s, &a); if (nd_str_copy(b, r->s) < 0) return 0; g->rows += 1;", "more than a part of a group's key")]
    [InlineData("nd_str_copy(a, r->s); nd_group(&by_s, &a)->rows += nd_str_copy(b, r->s) > 1;", "more than a part of a group's key")]
    [InlineData("nd_str_copy(a, r->s); struct totals *g = nd_group(&by_s, &a); g->rows += a[1];", "more than a part of a group's key")]
    [InlineData("nd_str_copy(a, r->s); nd_group(&by_s, &a)->rows += 1; nd_group(&by_s, &a)->rows += 1;", "another group")]
    [InlineData("if (r->s.len < 2) return 0; nd_str_copy_to(a, 4, r->s.data, 2); nd_group(&by_s, &a)->rows += 1;", "nd_str_copy")]
    [InlineData("nd_str_copy(a, r->s); result.rows += 1; nd_group(&by_s, &a)->rows += 1;", "beside its groups")]
    [InlineData("result.rows += nd_str_copy(a, r->s) >= 0;", "more than a part of a group's key")]
    public void A_text_is_known_to_fit_only_where_the_key_says_so(string body, string? obstacle)
    {
        BpfObject read = BpfObject.Read(Clang.Compile(
            $$"""
            #include <neardata.h>
            struct row { struct nd_str s, t; __s64 x; };
            struct totals { __u64 rows ND_SUM; };
            typedef struct { char c[4]; } text;
            ND_GROUPS(by_s, text, struct totals, 10);
            struct { __u64 rows ND_SUM; } result SEC(".bss.results");
            SEC("reduce") int add(const struct row *r) { char a[4], b[4]; (void)b; {{body}} return 0; }
            """));
        StraightForm form = StraightForm.Of(ProgramVerifier.Verify(read.Reduce!), default);
        Assert.Equal(obstacle is null, form.Obstacle is null);
        Assert.Contains(obstacle ?? "", form.Obstacle ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public void Paths_that_meet_again_leave_one_condition()
    {
        Assert.Equal(
            [
                "%0 = column s32 d ; [-2147483648..2147483647]",
                "%1 = %0 in [5 .. 10)",
                "keep where %1",
            ],
            Text(ProgramKind.Filter, """
                r0 = 0
                r2 = *(u32 *)(r1+28)
                if w2 s< 5 goto +3
                if w2 s> 9 goto +2
                r0 = 1
                goto +0
                exit
                """));
    }

    [Fact]
    public void Shift_pairs_are_extensions_and_loads_extend_by_themselves()
    {
        Assert.Equal(
            ["%0 = column s32 d ; [-2147483648..2147483647]", "%1 = %0 s< 7", "keep where %1"],
            Text(ProgramKind.Filter, """
                r2 = *(u32 *)(r1+28)
                r2 <<= 32
                r2 s>>= 32
                r0 = 1
                if r2 s< 7 goto +1
                r0 = 0
                exit
                """));
    }

    [Fact]
    public void Loops_are_unrolled_and_what_ranges_decide_is_gone()
    {
        Assert.Equal(
            ["%0 = column u8 i ; [0..255]", "%1 = %0 << 2 ; [0..1020]", "%2 = %1 s< 100", "keep where %2"],
            Text(ProgramKind.Filter, """
                r2 = *(u8 *)(r1+41)
                r0 = 1
                r3 = 0
                r3 += 1
                r2 += r2
                if r3 < 2 goto -3
                if r2 > 5000 goto +1
                if r2 < 100 goto +1
                r0 = 0
                exit
                """));
    }

    [Fact]
    public void Updates_carry_their_condition()
    {
        Assert.Equal(
            [
                "%0 = column u64 a",
                "%1 = column s32 d ; [-2147483648..2147483647]",
                "%2 = %1 s< 4",
                "sum sum += %0 where !%2",
                "least min= %0 where !%2",
                "count sum += 1",
            ],
            Text(ProgramKind.Reduce, """
                r2 = *(u64 *)(r1+0)
                r3 = *(u32 *)(r1+28)
                r9 = map[0][0]+0
                if w3 s<= 3 goto +6
                r4 = *(u64 *)(r9+0)
                r4 += r2
                *(u64 *)(r9+0) = r4
                r4 = *(u64 *)(r9+24)
                if r4 s<= r2 goto +1
                *(u64 *)(r9+24) = r2
                r4 = *(u64 *)(r9+16)
                r4 += 1
                *(u64 *)(r9+16) = r4
                r0 = 0
                exit
                """));
    }

    [Fact]
    public void A_program_that_calls_a_helper_says_so()
    {
        VerifiedProgram verified = ProgramVerifier.Verify(SampleQuery.Filter(Assembler.Assemble(
            """
            r1 = 1
            r2 = 10
            r3 = 10
            r4 = 0
            r0 = 0
            r5 = *(u32 *)(r10-4)
            exit
            """.Replace("r5 = *(u32 *)(r10-4)\n", "", StringComparison.Ordinal), [])));
        Assert.Null(StraightForm.Of(verified, default).Obstacle);
        VerifiedProgram budgeted = ProgramVerifier.Verify(SampleQuery.Filter(Assembler.Assemble(
            """
            r0 = 0
            r0 += 1
            may_goto +1
            goto -3
            exit
            """, [])));
        Assert.Contains("may_goto", StraightForm.Of(budgeted, default).Obstacle, StringComparison.Ordinal);
    }

    private static string[] Text(ProgramKind kind, string code)
    {
        Program sample = kind == ProgramKind.Filter ? SampleQuery.Filter([Instruction.Exit]) : SampleQuery.Reduce([Instruction.Exit]);
        StraightForm form = StraightForm.Of(ProgramVerifier.Verify(sample with { Code = Assembler.Assemble(code, sample.Maps) }), default);
        Assert.Null(form.Obstacle);
        return [.. form.Lines.Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries)))];
    }

    private static void Compare(VerifiedProgram filter, VerifiedProgram reduce, Random random, int number)
    {
        QueryProgram query = new(filter, reduce, []);
        StraightProgram keep = Flattener.Flatten(filter, default, NarrowColumns.None);
        StraightProgram update = Flattener.Flatten(reduce, default, NarrowColumns.None);
        using InterpretedRunner runner = new(query, SampleQuery.NoParameters(query));
        using RecordBatch batch = SampleRow.Batch(random, Records, Records);
        runner.Filter(batch);
        runner.Reduce(batch);
        Int128[] totals = [.. SampleQuery.Results.Select(field => field.Merge.Identity(field.Type))];
        List<int> kept = [];
        IrEvaluator filtering = new(keep, []);
        IrEvaluator reducing = new(update, []);
        for (int record = 0; record < Records; record++)
        {
            if (filtering.Run(batch, record)[keep.Keeps!] == 0)
            {
                continue;
            }

            kept.Add(record);
            Dictionary<IrNode, long> values = reducing.Run(batch, record);
            foreach (IrUpdate change in update.Updates.Where(change => values[change.Condition] != 0))
            {
                ResultField field = SampleQuery.Results[change.Result];
                Int128 value = field.Type.IsSigned() ? values[change.Value] : (ulong)values[change.Value];
                totals[change.Result] = field.Merge.Merge(totals[change.Result], value);
            }
        }

        Assert.True(runner.Selection.SequenceEqual(kept.ToArray()), $"program {number}");
        Assert.True(runner.Totals.SequenceEqual(totals), $"program {number}: {string.Join(' ', runner.Totals.ToArray())} is not {string.Join(' ', totals)}");
    }
}
