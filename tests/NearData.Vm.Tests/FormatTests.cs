using System.Text;
using NearData.Isa.Programs;
using NearData.Isa.Text;

namespace NearData.Vm.Tests;

/// <summary>What the kernel's verifier refuses of formats is refused when the program runs.</summary>
public sealed class FormatTests
{
    private const ulong Invalid = unchecked((ulong)-22);

    [Theory]
    [InlineData("%d", 0)]
    [InlineData("%f", 1)]
    [InlineData("%", 1)]
    [InlineData("%q", 1)]
    [InlineData("%s", 1)]
    [InlineData("%65d", 1)]
    public void A_format_that_is_not_known_or_lacks_values_is_an_error(string format, int values) =>
        Assert.Equal(Invalid, Format(format, values));

    [Fact]
    public void A_traced_line_reaches_who_listens_on_the_thread()
    {
        List<string> heard = [];
        RunContext.Current.Trace = heard.Add;
        try
        {
            ulong result = Interpreter.RunMemory(Program("tag %d of %lx\n", """
                r1 = map[0][0]+0x0
                r2 = 0xf
                r3 = 0x7
                r4 = 0x123456789a ll
                call 6
                exit
                """), []);
            Assert.Equal(20UL, result);
            Assert.Equal(["tag 7 of 123456789a"], heard);
        }
        finally
        {
            RunContext.Current.Trace = null;
        }
    }

    /// <summary>The verifier takes what a helper fills for written: none of it may be what was on the stack before.</summary>
    [Theory]
    [InlineData("%d", 1, 0x37UL)]
    [InlineData("%d %d", 1, 0UL)]
    public void What_the_text_leaves_of_its_place_is_cleared(string format, int values, ulong left) => Assert.Equal(left, Interpreter.RunMemory(
        Program(format, $"""
            *(u64 *)(r10 - 0x8) = 0x7
            *(u64 *)(r10 - 0x10) = -1
            r1 = r10
            r1 += -0x10
            r2 = 0x8
            r3 = map[0][0]+0x0
            r4 = r10
            r4 += -0x8
            r5 = {values * 8}
            call 165
            r0 = *(u64 *)(r10 - 0x10)
            exit
            """),
        []));

    private static ulong Format(string format, int values) => Interpreter.RunMemory(
        Program(format, $"""
            *(u64 *)(r10 - 0x8) = 0x7
            r1 = r10
            r1 += -0x20
            r2 = 0x10
            r3 = map[0][0]+0x0
            r4 = r10
            r4 += -0x8
            r5 = {values * 8}
            call 165
            exit
            """),
        []);

    private static Program Program(string text, string code)
    {
        byte[] bytes = [.. Encoding.ASCII.GetBytes(text), 0];
        return new Program
        {
            Name = "format",
            Section = ".text",
            Kind = ProgramKind.Memory,
            Context = new ProgramContext.Memory(0),
            Code = Assembler.Assemble(code),
            Maps = [new MapDefinition(".rodata", MapRole.ReadOnlyData, MapType.Array, 4, bytes.Length, 1, [.. bytes])],
        };
    }
}
