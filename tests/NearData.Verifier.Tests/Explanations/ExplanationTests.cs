using NearData.Isa.Programs;
using NearData.Verifier.Explanations;
using NearData.Verifier.Rejections;
using NearData.Verifier.Tests.Corpus;

namespace NearData.Verifier.Tests.Explanations;

/// <summary>What is told of programs that can't be proven, besides the one rejection that ends a verification.</summary>
public sealed class ExplanationTests
{
    [Fact]
    public void An_accepted_program_has_nothing_to_explain()
    {
        Program program = Fixtures.Make(ProgramKind.Filter, "keep", "r0 = 1\nexit");
        Assert.Empty(ProgramVerifier.Explain(program));
        Assert.Empty(ProgramVerifier.Explain(program, FindingCount.All));
    }

    [Fact]
    public void A_slice_holds_only_what_leads_there_with_the_values_on_the_way()
    {
        Explanation explanation = Explain("""
            r2 = *(u32 *)(r1+0)
            r3 = *(u32 *)(r1+4)
            r6 = 1
            r4 = r2
            r6 += 2
            r4 += 14
            r0 = 2
            if r4 > r3 goto end
            r7 = r6
            r0 = *(u16 *)(r2+13)
            end: exit
            """);
        Assert.Equal([0, 1, 3, 5, 7, 9], explanation.Slice.Select(step => step.Instruction));
        Assert.Contains(new KnownValue("r4", "address in the packet, offset 14"), explanation.Slice[3].After);
        Assert.Contains(new KnownValue("packet", "14 bytes from data are proven to be there"), explanation.Slice[4].After);
        Assert.Equal("compare `data + 15` with `data_end` before this load: `if (data + 15 > data_end) return ...;`", explanation.Hint);
        Assert.Contains(new KnownValue("r2", "address in the packet, offset 0"), explanation.Subject);
    }

    [Fact]
    public void Of_paths_that_meet_the_slice_follows_the_one_that_is_at_fault()
    {
        Explanation explanation = Explain("""
            r2 = *(u32 *)(r1+12)
            if r2 == 0 goto set
            r3 = 5
            r3 += 1
            goto use
            set: r4 = 7
            use: r0 = r3
            exit
            """);
        Assert.Equal("unusable-register", explanation.Rejection.Code.Text);
        Assert.DoesNotContain(explanation.Slice, step => step.Instruction is 2 or 3);
        Assert.Contains("is declared", explanation.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public void A_slice_leads_through_stack_slots_and_calls()
    {
        Explanation explanation = Explain("""
            r6 = *(u32 *)(r1+12)
            *(u64 *)(r10-8) = r6
            r1 = r10
            r1 += -8
            call read
            exit
            read: r2 = *(u64 *)(r1+0)
            r3 = 0
            r0 = *(u8 *)(r2+0)
            exit
            """);
        Assert.Equal(("not-an-address", 8), (explanation.Rejection.Code.Text, explanation.Rejection.Instruction));
        Assert.Equal([0, 1, 2, 3, 4, 6, 8], explanation.Slice.Select(step => step.Instruction));
    }

    [Fact]
    public void All_findings_tell_each_cause_once()
    {
        string loads = string.Concat(Enumerable.Range(0, 500).Select(offset => $"r4 = *(u8 *)(r2+{offset})\n"));
        Program program = Packet($"""
            r2 = *(u32 *)(r1+0)
            {loads}
            r5 = r9
            r5 = r9
            r6 = r9
            r0 = 0
            exit
            """);
        Assert.Equal(
            ["out-of-bounds 1", "unusable-register 501"],
            ProgramVerifier.Explain(program, FindingCount.All).Select(found => $"{found.Rejection.Code} {found.Rejection.Instruction}"));
    }

    [Fact]
    public void What_follows_from_a_finding_is_not_told_again()
    {
        Program program = Packet("""
            r2 = *(u32 *)(r1+12)
            r3 = *(u64 *)(r2+0)
            r4 = *(u64 *)(r3+0)
            *(u64 *)(r10-8) = r4
            r5 = *(u64 *)(r10-8)
            r0 = *(u64 *)(r5+0)
            again: if r0 != 0 goto again
            r0 += r5
            exit
            """);
        Explanation found = Assert.Single(ProgramVerifier.Explain(program, FindingCount.All));
        Assert.Equal(1, found.Rejection.Instruction);
    }

    [Fact]
    public void A_missing_check_for_null_is_one_finding_and_what_lies_behind_is_judged()
    {
        Program program = Packet("""
            *(u64 *)(r10-8) = 0
            r1 = map[flows]
            r2 = r10
            r2 += -8
            call 1
            r3 = *(u64 *)(r0+0)
            r4 = *(u64 *)(r0+8)
            r5 = *(u64 *)(r0+16)
            r0 = 0
            exit
            """);
        Assert.Equal(
            ["null-address 6", "out-of-bounds 8"],
            ProgramVerifier.Explain(program, FindingCount.All).Select(found => $"{found.Rejection.Code} {found.Rejection.Instruction}"));
    }

    [Fact]
    public void No_more_findings_are_told_than_anybody_reads()
    {
        string faults = string.Concat(Enumerable.Range(0, 20_000).Select(_ => "r5 = 1\nr5 <<= 64\n"));
        Assert.Equal(100, ProgramVerifier.Explain(Packet($"{faults}r0 = 0\nexit"), FindingCount.All).Length);
    }

    [Fact]
    public void Explaining_a_program_of_many_paths_takes_time_in_its_length()
    {
        string diamonds = string.Concat(Enumerable.Range(0, 3000).Select(number => $"if r2 > {number} goto +1\nr3 += r2\n"));
        Explanation explanation = Explain($"r2 = *(u32 *)(r1+12)\nr3 = r2\n{diamonds}r0 = *(u8 *)(r3+0)\nexit");
        Assert.Equal("not-an-address", explanation.Rejection.Code.Text);
        Assert.InRange(explanation.Slice.Length, 2, 64);
        Assert.True(explanation.IsCut);
    }

    [Fact]
    public void Every_code_has_a_hint_that_its_author_can_act_on()
    {
        IEnumerable<RejectionCode> silent = CorpusCase.All
            .Where(entry => entry.Value.Rejected is not null and not "too-complex")
            .SelectMany(entry => ProgramVerifier.Explain(Fixtures.Make(entry.Value.Kind, entry.Key, entry.Value.Code)))
            .Where(explanation => explanation.Hint is null)
            .Select(explanation => explanation.Rejection.Code);
        Assert.Empty(silent.Except(Hints.WithoutHint));
    }

    [Fact]
    public void The_log_shows_every_look_with_what_is_known_and_ends_where_the_program_fails()
    {
        List<LogEntry> log = [];
        Program program = Fixtures.Make(ProgramKind.Filter, "keep", "r2 = *(u64 *)(r1+0)\nr3 = 0\nagain: r3 += 1\nif r3 != 3 goto again\nr0 = *(u8 *)(r2+0)\nexit");
        Assert.Throws<ProgramRejectedException>(() => ProgramVerifier.Log(program, log.Add));
        Assert.Equal([0, 1, 2, 3, 2, 3, 2, 3, 4], log.Select(entry => entry.Instruction));
        Assert.Equal(new KnownValue("r1", "address of x in the row, offset 0"), log[0].Before[0]);
        Assert.Contains(new KnownValue("r3", "number 3"), log[^1].Before);
    }

    private static Program Packet(string code) => Fixtures.Make(ProgramKind.Xdp, "run", code);

    private static Explanation Explain(string code) => Assert.Single(ProgramVerifier.Explain(Packet(code)));
}
