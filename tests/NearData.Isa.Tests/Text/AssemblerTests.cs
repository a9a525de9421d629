using System.Collections.Immutable;
using NearData.Isa.Text;

namespace NearData.Isa.Tests.Text;

public sealed class AssemblerTests
{
    [Fact]
    public void Labels_comments_decimals_and_free_spacing_are_understood()
    {
        ImmutableArray<Instruction> program = Assembler.Assemble(
            """
            ; sums the numbers from 10 down to 1
                w0 = 0
                r1=10          // the counter
            again: r0 += r1
                r1 -= 1
                if r1 != 0 goto again
                *(u32*)(r10-4) = 0xffffffff
                w2 = *(u8 *) ( r10 )
                if r0 > 54 goto done
                gotol again
            done:
                exit
            """);

        Assert.Equal(
            [
                "w0 = 0x0",
                "r1 = 0xa",
                "r0 += r1",
                "r1 -= 0x1",
                "if r1 != 0x0 goto -0x3",
                "*(u32 *)(r10 - 0x4) = -0x1",
                "r2 = *(u8 *)(r10 + 0x0)",
                "if r0 > 0x36 goto +0x1",
                "gotol -0x7",
                "exit",
            ],
            Disassembler.Lines(program).Select(line => line.Text));
    }

    [Fact]
    public void Labels_count_both_slots_of_a_wide_load_and_name_functions()
    {
        ImmutableArray<Instruction> program = Assembler.Assemble(
            """
            r1 = 0x123456789 ll
            call twice
            r2 = subprog[twice]
            exit
            twice:
            r0 = r1
            r0 += r0
            exit
            """);

        Assert.Equal(
            [new(0, "r1 = 0x123456789 ll"), new(2, "call pc+0x3"), new(3, "r2 = subprog[+0x2]"), new(5, "exit")],
            Disassembler.Lines(program).Take(4));
    }

    [Theory]
    [InlineData("r0 = 1\nr1 + 5\nexit", 2, 4, "`+=`")]
    [InlineData("r0 =", 1, 5, "r0 to r10", "a number from -2147483648 to 2147483647", "`map`", "`-`")]
    [InlineData("r11 = 1", 1, 1, "r0 to r10", "`if`", "`goto`", "`exit`", "`lock`")]
    [InlineData("r01 = 1", 1, 1, "r0 to r10")]
    [InlineData("r1 += 0x80000000", 1, 7, "a number from -2147483648 to 2147483647")]
    [InlineData("w1 += 0x100000000", 1, 7, "a number from -2147483648 to 4294967295")]
    [InlineData("r1 = 0x1ffffffffffffffff ll", 1, 6, "a number from -9223372036854775808 to 18446744073709551615")]
    [InlineData("r1 = *(u32 *)(r2 + 32768)", 1, 18, "a number from -32768 to 32767")]
    [InlineData("r1 = be16 r2", 1, 11, "`r1`")]
    [InlineData("r1 = 1 2", 1, 8, "the end of the line")]
    [InlineData("r1 = map[other]", 1, 10, "the name of one of the program's maps")]
    [InlineData("goto nowhere", 1, 6, "a label that some line defines, not `nowhere`")]
    [InlineData("a: exit\na: exit", 2, 1, "a label other than `a`, which stands for slot 0 already")]
    [InlineData("// nothing", 1, 1, "an instruction")]
    public void A_line_that_is_no_instruction_is_refused_with_its_place_and_what_was_expected(
        string text, int line, int column, params string[] expected)
    {
        AssemblyException refusal = Assert.Throws<AssemblyException>(() => Assembler.Assemble(text));

        Assert.Equal((line, column), (refusal.Line, refusal.Column));
        string[] alternatives = refusal.Expected.Split(" or ");
        Assert.All(expected, words => Assert.Contains(words, alternatives));
    }

    [Theory]
    [InlineData("exit\nr10 = 1", 2, "dst is r10, the frame pointer, which is read-only")]
    [InlineData("r1 = 5 ll\ngoto -2\nexit", 2, "into the second slot of the 64-bit immediate load at 0")]
    [InlineData("goto +1\nexit", 1, "outside the program's 2 slots")]
    public void A_line_that_the_decoder_would_refuse_is_refused_in_its_words(string text, int line, string words)
    {
        AssemblyException refusal = Assert.Throws<AssemblyException>(() => Assembler.Assemble(text));

        Assert.Equal(line, refusal.Line);
        Assert.Contains(words, refusal.Message);
        Assert.IsType<InvalidInstructionException>(refusal.InnerException);
    }

    [Fact]
    public void A_label_too_far_for_sixteen_bits_is_refused_by_its_distance()
    {
        string text = "goto far\n" + string.Concat(Enumerable.Repeat("exit\n", 33_000)) + "far: exit";

        AssemblyException refusal = Assert.Throws<AssemblyException>(() => Assembler.Assemble(text));

        Assert.Equal(1, refusal.Line);
        Assert.Contains("33000 slots away", refusal.Message);
        Assert.Equal(33_000, Assembler.Assemble(text.Replace("goto far", "gotol far"))[0].Immediate);
    }
}
