using NearData.Isa.Programs;

namespace NearData.Isa.Tests;

/// <summary>That tags are this machine's kernel's is proven where objects are loaded into it.</summary>
public sealed class ProgramTagTests
{
    private static readonly Program Least = new()
    {
        Name = "least",
        Section = "xdp",
        Kind = ProgramKind.Memory,
        Context = new ProgramContext.Memory(0),
        Code = [Instruction.Alu64(AluOperation.Move, Register.R0, 0), Instruction.Exit],
    };

    /// <summary>What every kernel before 6.18 says of <c>return 0</c>.</summary>
    [Fact]
    public void The_least_program_has_the_tag_of_old_kernels() => Assert.Equal("a04f5eef06a7f555", ProgramTag.Compute(Least, TagHash.Sha1));

    [Theory]
    [InlineData(WideImmediateKind.Map)]
    [InlineData(WideImmediateKind.MapValue)]
    public void The_numbers_of_maps_and_places_in_them_do_not_count(WideImmediateKind kind)
    {
        Assert.Equal(Tag(kind, 1, 0), Tag(kind, 9, 0));
        Assert.Equal(Tag(WideImmediateKind.MapValue, 1, 0), Tag(WideImmediateKind.MapValue, 1, 8));
        Assert.NotEqual(Tag(WideImmediateKind.Map, 1, 0), Tag(WideImmediateKind.MapValue, 1, 0));
    }

    [Theory]
    [InlineData(WideImmediateKind.Number)]
    [InlineData(WideImmediateKind.Function)]
    public void Every_other_number_counts(WideImmediateKind kind) => Assert.NotEqual(Tag(kind, 1, 0), Tag(kind, 2, 0));

    private static string Tag(WideImmediateKind kind, int low, int high) => ProgramTag.Compute(
        Least with
        {
            Code =
            [
                new Instruction(Opcode.WideImmediate, Register.R1, new Register((byte)kind), 0, low),
                new Instruction(default, default, default, 0, high),
                .. Least.Code,
            ],
        },
        TagHash.Sha256);
}
