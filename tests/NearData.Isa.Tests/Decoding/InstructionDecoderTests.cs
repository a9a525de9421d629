using NearData.Isa.Decoding;

namespace NearData.Isa.Tests.Decoding;

public sealed class InstructionDecoderTests
{
    [Theory]

    // Opcodes that RFC 9669 leaves undefined.
    [InlineData("ff00000000000000", 0, "opcode", "opcode 0xff is not defined")]
    [InlineData("0000000000000000", 0, "opcode", "opcode 0x00 is not defined")]
    [InlineData("8f00000000000000", 0, "opcode", "opcode 0x8f is not defined")]
    [InlineData("df00000010000000", 0, "opcode", "opcode 0xdf is not defined")]
    [InlineData("9600000000000000", 0, "opcode", "opcode 0x96 is not defined")]
    [InlineData("9910000000000000", 0, "opcode", "opcode 0x99 is not defined")]
    [InlineData("3800000000000000", 0, "opcode", "opcode 0x38 is not defined")]
    [InlineData("d310000000000000", 0, "imm", "imm is 0, but must be 256 or 272 with opcode 0xd3 (Linux 6.15)")]

    // Fields that choose among an opcode's instructions.
    [InlineData("3f12020000000000", 0, "off", "off is 2, but must be 0 or 1 with opcode 0x3f (RFC 9669, 4.1)")]
    [InlineData("bf12070000000000", 0, "off", "off is 7, but must be 0 or 8 or 16 or 32 with opcode 0xbf (RFC 9669, 4.1)")]
    [InlineData("bc12200000000000", 0, "off", "off is 32, but must be 0 or 8 or 16 with opcode 0xbc")]
    [InlineData("b701080000000000", 0, "off", "off is 8, but must be 0 with opcode 0xb7")]
    [InlineData("d701000008000000", 0, "imm", "imm is 8, but must be 16 or 32 or 64 with opcode 0xd7 (RFC 9669, 4.2)")]
    [InlineData("8530000000000000", 0, "src", "src is 3, but must be 0 or 1 or 2 with opcode 0x85 (RFC 9669, 4.3.1)")]
    [InlineData("18710000000000000000000000000000", 0, "src", "src is 7, but must be 0 or 1 or 2 or 3 or 4 or 5 or 6")]
    [InlineData("db21000002000000", 0, "imm", "imm is 2, but must be 0 or 1 or 64")]
    [InlineData("db21000010000000", 0, "imm", "imm is 16, but must be")]
    [InlineData("c3210000e0000000", 0, "imm", "imm is 224, but must be")]

    // Unused fields.
    [InlineData("0600010000000000", 0, "off", "off is 1, but must be 0 with opcode 0x06 (RFC 9669, 4.3)")]
    [InlineData("0500000001000000", 0, "imm", "imm is 1, but must be 0 with opcode 0x05")]
    [InlineData("9500000001000000", 0, "imm", "imm is 1, but must be 0 with opcode 0x95")]
    [InlineData("9121080001000000", 0, "imm", "imm is 1, but must be 0 with opcode 0x91 (RFC 9669, 5.2)")]
    [InlineData("2801000000000000", 0, "dst", "dst is 1, but must be 0 with opcode 0x28 (RFC 9669, 5.5)")]
    [InlineData("2810000000000000", 0, "src", "src is 1, but must be 0 with opcode 0x28")]

    // Registers.
    [InlineData("0fb1000000000000", 0, "src", "src is 11, but the last register is r10 (RFC 9669, 3.1)")]
    [InlineData("070f000000000000", 0, "dst", "dst is 15, but the last register is r10")]
    [InlineData("b70a000000000000", 0, "dst", "dst is r10, the frame pointer, which is read-only")]
    [InlineData("791a000000000000", 0, "dst", "dst is r10")]
    [InlineData("180a0000000000000000000000000000", 0, "dst", "dst is r10")]
    [InlineData("dba1000001000000", 0, "src", "src is r10")]

    // 64-bit immediate loads.
    [InlineData("18010000000000000700000000000000", 1, "opcode", "opcode is 0x07, but must be 0 in the second slot")]
    [InlineData("18010000000000000001000000000000", 1, "dst", "dst is 1, but must be 0 in the second slot")]
    [InlineData("18010000000000000010000000000000", 1, "src", "src is 1, but must be 0 in the second slot")]
    [InlineData("18010000000000000000010000000000", 1, "off", "off is 1, but must be 0 in the second slot")]
    [InlineData("18110000000000000000000001000000", 1, "imm", "imm is 1, but must be 0 in the second slot of {rd} = map[{map}]")]

    // Places in the program.
    [InlineData("0500010000000000", 0, "off", "off is 1, which leads to 2, outside the program's 2 slots")]
    [InlineData("0500feff00000000", 0, "off", "off is -2, which leads to -1, outside")]
    [InlineData("0600000000000080", 0, "imm", "imm is -2147483648, which leads to -2147483647, outside")]
    [InlineData("85100000ffffff7f", 0, "imm", "imm is 2147483647, which leads to 2147483648, outside")]
    [InlineData("050001000000000018010000000000000000000000000000", 0, "off", "into the second slot")]
    [InlineData("18410000050000000000000000000000", 0, "imm", "imm is 5, which leads to 6, outside the program's 3 slots")]
    public void What_the_instruction_set_does_not_define_is_refused_by_instruction_and_field(
        string code, int instruction, string field, string words)
    {
        InvalidInstructionException refusal = Assert.Throws<InvalidInstructionException>(
            () => InstructionDecoder.Decode(Convert.FromHexString($"{code}9500000000000000")));

        Assert.Equal((instruction, field), (refusal.Instruction, refusal.Field));
        Assert.Contains(words, refusal.Message);
    }

    [Fact]
    public void Bytes_that_are_no_slots_are_refused()
    {
        InvalidInstructionException empty = Assert.Throws<InvalidInstructionException>(() => InstructionDecoder.Decode([]));
        InvalidInstructionException cut = Assert.Throws<InvalidInstructionException>(
            () => InstructionDecoder.Decode([0x95, 0, 0, 0, 0, 0, 0, 0, 0x95]));
        InvalidInstructionException half = Assert.Throws<InvalidInstructionException>(
            () => InstructionDecoder.Decode([0x95, 0, 0, 0, 0, 0, 0, 0, 0x18, 0, 0, 0, 0, 0, 0, 0]));

        Assert.Equal("Instruction 0: the program is empty.", empty.Message);
        Assert.Equal("Instruction 1: the program's 9 bytes aren't a multiple of 8.", cut.Message);
        Assert.Equal("Instruction 1: the second slot of this 64-bit immediate load is missing (RFC 9669, 3.2).", half.Message);
    }

    [Fact]
    public void An_immediate_shift_wider_than_the_register_decodes() =>
        Assert.Equal(64, InstructionDecoder.Decode(Convert.FromHexString("67010000400000009500000000000000"))[0].Immediate);

    [Fact]
    public void Random_bytes_decode_or_are_refused()
    {
        Random random = new(7);
        byte[] code = new byte[64];
        for (int run = 0; run < 5_000; run++)
        {
            random.NextBytes(code);
            Exception? refusal = Record.Exception(() => InstructionDecoder.Decode(code));
            Assert.True(refusal is null or InvalidInstructionException, refusal?.ToString());
        }
    }

    [Fact]
    public void A_million_instructions_decode()
    {
        byte[] code = new byte[1_000_000 * Instruction.Size];
        for (int slot = 0; slot < 1_000_000; slot++)
        {
            Instruction.Alu64(AluOperation.Add, Register.R1, slot).Write(code.AsSpan(slot * Instruction.Size));
        }

        Assert.Equal(999_999, InstructionDecoder.Decode(code)[^1].Immediate);
    }
}
