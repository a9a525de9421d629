using NearData.Isa.Decoding;
using NearData.Isa.Text;

namespace NearData.Isa.Tests.Text;

/// <summary>What LLVM's text can't tell apart; the rest is held against LLVM itself.</summary>
public sealed class DisassemblerTests
{
    [Theory]
    [InlineData("8500000001000000", "call 0x1")]
    [InlineData("8510000000000000", "call pc+0x0")]
    [InlineData("8520000007000000", "call btf#0x7")]
    [InlineData("18110000050000000000000000000000", "r1 = map[5]")]
    [InlineData("18210000050000000000000008000000", "r1 = map[5][0]+0x8")]
    [InlineData("18310000050000000000000000000000", "r1 = var[0x5]")]
    [InlineData("18410000010000000000000000000000", "r1 = subprog[+0x1]")]
    [InlineData("18510000050000000000000000000000", "r1 = map[idx:0x5]")]
    [InlineData("18610000050000000000000008000000", "r1 = map[idx:0x5][0]+0x8")]
    [InlineData("4010000004000000", "r0 = *(u32 *)skb[r1 + 0x4]")]
    public void Instructions_that_llvm_prints_alike_have_texts_of_their_own(string code, string text)
    {
        // An exit behind them gives jumps a place to lead to.
        byte[] bytes = Convert.FromHexString($"{code}9500000000000000");
        Assert.Equal(text, Disassembler.Lines(InstructionDecoder.Decode(bytes))[0].Text);
    }

    [Fact]
    public void An_instruction_that_the_decoder_refuses_has_no_text()
    {
        Instruction undefined = Instruction.Alu64(AluOperation.Add, Register.R1, 5, offset: 3);

        InvalidInstructionException refusal =
            Assert.Throws<InvalidInstructionException>(() => Disassembler.Format(undefined));

        Assert.Equal("off", refusal.Field);
    }
}
