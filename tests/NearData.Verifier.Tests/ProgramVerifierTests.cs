using System.Collections.Immutable;
using NearData.Isa;
using NearData.Isa.Helpers;
using NearData.Isa.Programs;
using NearData.Verifier.Rejections;
using NearData.Verifier.Tests.Corpus;

namespace NearData.Verifier.Tests;

/// <summary>What the corpus' text can't state: programs that no decoder made, and how rejections read.</summary>
public sealed class ProgramVerifierTests
{
    private static readonly Program Good = Fixtures.Make(ProgramKind.Reduce, "good", "r0 = 0\nexit");

    [Fact]
    public void A_rejection_names_program_instruction_line_register_value_and_need()
    {
        Program program = Fixtures.Make(ProgramKind.Filter, "keep", "r2 = 8\nr0 = *(u64 *)(r2+0)\nexit") with
        {
            Lines = [new SourceLine(0, "q6.c", 13, 1, "int *p = 8;"), new SourceLine(1, "q6.c", 14, 9, "return *p;")],
        };
        ProgramRejectedException rejected = Assert.Throws<ProgramRejectedException>(() => ProgramVerifier.Verify(program));
        Assert.Equal("keep, instruction 1 (q6.c:14): r2 is number 8; an address of memory is needed.", rejected.Message);
        Assert.Equal(("not-an-address", "keep", 1, 14), (rejected.Code.Text, rejected.ProgramName, rejected.Instruction, rejected.Line?.Line));
    }

    [Fact]
    public void Undefined_instructions_are_rejected_whoever_made_the_program() =>
        AssertRejected("undefined-instruction", Good with { Code = [new Instruction(new Opcode(0xef), default, default, 0, 0), Instruction.Exit] });

    [Fact]
    public void Each_helper_that_calls_back_is_one_whose_callbacks_are_proven() =>
        Assert.Equal(
            [ControlHelpers.ForEachElement, ControlHelpers.Loop],
            HelperTable.All.Where(helper => helper.Arguments.Contains(ArgumentKind.Callback)).OrderBy(helper => helper.Number));

    [Fact]
    public void An_empty_program_is_rejected() => AssertRejected("undefined-instruction", Good with { Code = [] });

    [Fact]
    public void A_jump_into_a_wide_load_is_rejected()
    {
        (Instruction first, Instruction second) = Instruction.LoadNumber(Register.R0, 1L << 40);
        AssertRejected("undefined-instruction", Good with { Code = [Instruction.Goto(1), first, second, Instruction.Exit] });
    }

    [Fact]
    public void A_call_by_register_is_rejected() => AssertRejected(
        "indirect-call",
        Good with { Code = [new Instruction(Opcode.Jump(InstructionClass.Jump, JumpOperation.Call, fromRegister: true), default, default, 0, 0), Instruction.Exit] });

    [Fact]
    public void A_program_beyond_the_limit_is_rejected()
    {
        Instruction nothing = Instruction.Alu64(AluOperation.Move, Register.R0, 0);
        ImmutableArray<Instruction> longest = [.. Enumerable.Repeat(nothing, 999_999), Instruction.Exit];
        Assert.Equal(1_000_000, ProgramVerifier.Verify(Good with { Code = longest }).Facts.WorstCaseInstructions);
        AssertRejected("too-long", Good with { Code = [nothing, .. longest] });
    }

    [Fact]
    public void A_filter_is_called_with_a_row() =>
        AssertRejected("invalid-program", Good with { Kind = ProgramKind.Filter, Context = new ProgramContext.Memory(8) });

    [Fact]
    public void A_memory_program_is_not_called_with_a_row() => AssertRejected("invalid-program", Good with { Kind = ProgramKind.Memory });

    [Fact]
    public void Memory_has_no_negative_length() => AssertRejected(
        "invalid-program", Good with { Kind = ProgramKind.Memory, Context = new ProgramContext.Memory(-1) });

    [Theory]
    [InlineData(0, FieldType.Int64, 4, FieldType.Int64)]
    [InlineData(36, FieldType.Int64, 0, FieldType.Int32)]
    [InlineData(int.MaxValue, FieldType.Int64, 0, FieldType.Int32)]
    [InlineData(-4, FieldType.Int64, 8, FieldType.Int32)]
    public void Fields_of_a_row_lie_inside_and_apart(int first, FieldType firstType, int second, FieldType secondType) => AssertRejected(
        "invalid-program",
        Good with { Context = new ProgramContext.Row(new RowLayout("row", 40, [new("a", first, firstType), new("b", second, secondType)])) });

    [Fact]
    public void Result_fields_lie_apart() => AssertRejected(
        "invalid-program", Good with { Results = [new("a", 0, FieldType.Int64, MergeRule.Sum), new("b", 4, FieldType.Int64, MergeRule.Max)] });

    [Fact]
    public void Sums_are_64_bits_wide() =>
        AssertRejected("invalid-program", Good with { Results = [new("a", 0, FieldType.Int32, MergeRule.Sum)] });

    [Fact]
    public void A_memory_program_of_no_bytes_gets_zeros()
    {
        Program program = Fixtures.Make(ProgramKind.Memory, "none", "r0 = r1\nr0 += r2\nexit") with { Context = new ProgramContext.Memory(0) };
        Assert.Equal(3, ProgramVerifier.Verify(program).Facts.WorstCaseInstructions);
    }

    [Fact]
    public void Many_paths_take_time_in_the_length_of_the_program()
    {
        // Each pair of branches doubles the paths: a verifier that followed each would never end.
        string diamonds = string.Concat(Enumerable.Range(0, 5000).Select(number => $"if r2 > {number} goto +1\nr0 += 1\n"));
        Program program = Fixtures.Make(ProgramKind.Filter, "diamonds", $"r2 = *(u64 *)(r1+0)\nr0 = 0\n{diamonds}exit");
        Assert.Equal(10_003, ProgramVerifier.Verify(program).Facts.WorstCaseInstructions);
    }

    private static void AssertRejected(string code, Program program) =>
        Assert.Equal(code, Assert.Throws<ProgramRejectedException>(() => ProgramVerifier.Verify(program)).Code.Text);
}
