using NearData.Isa;
using NearData.Isa.Programs;
using NearData.Verifier.Analysis;
using NearData.Verifier.Rejections;
using NearData.Verifier.Tests.Corpus;

namespace NearData.Verifier.Tests;

/// <summary>Loops of more turns than are followed one by one: a counter proves that they end, or they are refused.</summary>
public sealed class LongLoopTests
{
    [Theory]
    [InlineData("up to a bound", 20_000_008, """
        r6 = 0
        head: r6 += 1
        if r6 < 10000000 goto head
        """)]
    [InlineData("to an end that is met", 20_000_008, """
        r6 = 0
        head: r6 += 1
        if r6 != 10000000 goto head
        """)]
    [InlineData("down to zero", 20_000_008, """
        r6 = 10000000
        head: r6 += -1
        if r6 != 0 goto head
        """)]
    [InlineData("in 32 bits", 20_000_008, """
        w6 = 0
        head: w6 += 1
        if w6 != 10000000 goto head
        """)]
    [InlineData("signed, in steps", 6_666_675, """
        r6 = -5000000
        head: r6 += 3
        if r6 s< 5000000 goto head
        """)]
    [InlineData("in a slot of the stack", 40_000_020, """
        *(u64 *)(r10-8) = 0
        head: r1 = *(u64 *)(r10-8)
        r1 += 1
        *(u64 *)(r10-8) = r1
        if r1 < 10000000 goto head
        """)]
    [InlineData("up to a bounded number", 20_000_008, """
        r7 = *(u32 *)(r1+0)
        r6 = 0
        if r7 > 10000000 goto end
        head: r6 += 1
        if r6 < r7 goto head
        end: r6 = 0
        """)]
    public void A_counter_proves_that_a_loop_ends(string name, long turnsCost, string loop)
    {
        Program program = Fixtures.Make(ProgramKind.Memory, name, $"{loop}\nr0 = 0\nexit");
        long worst = Verify(program).Facts.WorstCaseInstructions;
        Assert.InRange(worst, turnsCost - 20, turnsCost + 20_000);
    }

    [Fact]
    public void Ten_million_turns_are_proven_within_the_work_of_any_proof()
    {
        Program program = Fixtures.Make(ProgramKind.Memory, "long", """
            r6 = r1
            r0 = 0
            r7 = 0
            head: r8 = r7
            r8 &= 63
            r1 = r6
            r1 += r8
            r2 = *(u8 *)(r1+0)
            r0 += r2
            r7 += 1
            if r7 != 10000000 goto head
            exit
            """);
        Assert.InRange(ProgramVerifier.Verify(program).Facts.WorstCaseInstructions, 80_000_000, 81_000_000);
    }

    [Fact]
    public void Long_loops_in_each_other_multiply()
    {
        Program program = Fixtures.Make(ProgramKind.Memory, "nested", """
            r6 = 0
            outer: r7 = 0
            inner: r7 += 1
            if r7 < 50000 goto inner
            r6 += 1
            if r6 < 70000 goto outer
            r0 = 0
            exit
            """);
        Assert.InRange(Verify(program).Facts.WorstCaseInstructions, 2L * 50_000 * 70_000, 3L * 50_000 * 70_000);
    }

    [Theory]
    [InlineData("a step that misses its end", """
        r6 = 0
        head: r6 += 3
        if r6 != 10000000 goto head
        """)]
    [InlineData("a counter that starts again", """
        r7 = *(u64 *)(r1+0)
        r6 = 0
        head: r6 += 1
        if r6 != r7 goto on
        r6 = 0
        on: r7 *= 5
        if r6 < 10000000 goto head
        """)]
    [InlineData("a counter that wraps", """
        w6 = 0
        head: w6 += 1
        if w6 <= -1 goto head
        """)]
    public void What_no_counter_proves_is_refused(string name, string loop)
    {
        Program program = Fixtures.Make(ProgramKind.Memory, name, $"{loop}\nr0 = 0\nexit");
        ProgramRejectedException rejected = Assert.Throws<ProgramRejectedException>(() => Verify(program));
        Assert.True(rejected.Code == RejectionCode.TooComplex || rejected.Code == RejectionCode.UnboundedLoop, rejected.Message);
    }

    [Fact]
    public void Loops_of_one_function_share_the_budget_of_may_goto()
    {
        Program program = Fixtures.Make(ProgramKind.Memory, "budgeted", """
            r6 = *(u64 *)(r1+0)
            outer: may_goto end
            inner: may_goto next
            r6 *= 3
            if r6 != 7 goto inner
            next: r6 *= 5
            if r6 != 9 goto outer
            end: r0 = 0
            exit
            """);
        Assert.InRange(Verify(program).Facts.WorstCaseInstructions, IterationBudget.PerFunction, 20L * IterationBudget.PerFunction);
    }

    private static VerifiedProgram Verify(Program program) => ProgramVerifier.Verify(program, observer: null, WorkBudget.ForSaving(5000));
}
