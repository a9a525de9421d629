using System.Globalization;
using NearData.Isa.Programs;
using NearData.Verifier.Explanations;
using NearData.Verifier.Rejections;
using NearData.Verifier.Tests.Corpus;

namespace NearData.Verifier.Tests;

/// <summary>Programs made to take a verifier's time: each is refused as too complex, or proven, within bounded work.</summary>
public sealed class AdversarialProgramTests
{
    [Fact]
    public void Paths_that_leave_different_addresses_in_each_register_are_not_multiplied()
    {
        // Each branch leaves another kind of address in one of three registers: 2^300 paths, of which 16 are kept apart at a place.
        string branches = string.Concat(Enumerable.Range(0, 300).Select(number =>
            $"if r9 == {number} goto a{number}\nr{6 + (number % 3)} = r10\ngoto b{number}\na{number}: r{6 + (number % 3)} = *(u32 *)(r1+0)\nb{number}: r0 = 0\n"));
        Program program = Fixtures.Make(ProgramKind.Xdp, "addresses", $"r9 = *(u32 *)(r1+12)\nr6 = 0\nr7 = 0\nr8 = 0\n{branches}r2 = r6\nr3 = r7\nr4 = r8\nr0 = 0\nexit");
        Assert.InRange(ProgramVerifier.Verify(program).Facts.WorstCaseInstructions, 300, 2000);
    }

    [Fact]
    public void Functions_that_call_the_next_again_and_again_are_refused()
    {
        string functions = string.Concat(Enumerable.Range(1, 7).Select(function =>
            $"f{function}: {(function == 7 ? "" : string.Concat(Enumerable.Repeat($"call f{function + 1}\n", 10)))}r0 = 0\nexit\n"));
        Program program = Fixtures.Make(ProgramKind.Memory, "calls", $"call f1\nr0 = 0\nexit\n{functions}");
        Rejected(program, "too-complex", "calls lead here again and again");
    }

    [Fact]
    public void Loops_inside_each_other_are_refused_with_the_loop_named()
    {
        string open = string.Concat(Enumerable.Range(6, 4).Select(register => $"r{register} = 1\nl{register}: r0 = 0\n"));
        string close = string.Concat(Enumerable.Range(6, 4).Reverse().Select(register => $"r{register} *= 3\nif r{register} < 1000000000 goto l{register}\n"));
        Program program = Fixtures.Make(ProgramKind.Memory, "loops", $"{open}{close}exit");
        Assert.InRange(ProgramVerifier.Verify(program).Facts.WorstCaseInstructions, 19 * 19 * 19 * 19, 1_000_000);
        string deeper = $"*(u64 *)(r10-8) = 1\nmore: r0 = 0\n{open}{close}r1 = *(u64 *)(r10-8)\nr1 *= 3\n*(u64 *)(r10-8) = r1\nif r1 < 1000000000 goto more\nexit";
        Rejected(Fixtures.Make(ProgramKind.Memory, "deeper", deeper), "too-complex", "execution goes back from");
    }

    [Fact]
    public void Reserved_records_that_differ_by_path_are_refused()
    {
        string reserves = string.Concat(Enumerable.Range(0, 6).Select(number => string.Create(CultureInfo.InvariantCulture, $"""
            if r9 & {1 << number} goto s{number}
            r1 = map[ring]
            r2 = 8
            r3 = 0
            call 131
            s{number}: r0 = 0

            """)));
        Program program = Fixtures.Make(ProgramKind.Xdp, "records", "exit");
        program = program with { Maps = [.. program.Maps, new MapDefinition("ring", MapRole.Declared, MapType.RingBuffer, 0, 0, 4096, [])] };
        program = program with { Code = Isa.Text.Assembler.Assemble($"r9 = *(u32 *)(r1+12)\n{reserves}exit", program.Maps) };
        Rejected(program, "too-complex", "hold different records or locks meet here");
    }

    [Fact]
    public void A_way_out_of_each_of_many_turns_is_explained_without_a_record_of_them_all()
    {
        // Looks at the packet byte by byte, as far as packets go: what leaves the loop has 65,535 origins.
        Program program = Fixtures.Make(
            ProgramKind.Xdp,
            "bytes",
            "r2 = *(u32 *)(r1+0)\nr3 = *(u32 *)(r1+4)\nr0 = 0\nmore: r4 = r2\nr4 += 1\nif r4 > r3 goto out\nr5 = *(u8 *)(r2+0)\nr0 += r5\nr2 = r4\ngoto more\nout: r0 = *(u8 *)(r2+0)\nexit");
        Explanation explanation = Assert.Single(ProgramVerifier.Explain(program));
        Assert.Equal("pointer-arithmetic", explanation.Rejection.Code.Text);
    }

    private static void Rejected(Program program, string code, string says)
    {
        Assert.False(ProgramVerifier.TryVerify(program, out _, out Rejection? rejection));
        Assert.Equal(code, rejection.Code.Text);
        Assert.Contains(says, rejection.Message, StringComparison.Ordinal);
    }
}
