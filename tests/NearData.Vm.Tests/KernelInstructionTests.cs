using NearData.Isa;
using NearData.Isa.Programs;
using NearData.Isa.Text;

namespace NearData.Vm.Tests;

/// <summary>Instructions that the kernel has and RFC 9669 hasn't, in the interpreter.</summary>
public sealed class KernelInstructionTests
{
    [Fact]
    public void May_goto_goes_on_as_often_as_the_kernel_s_budget_says()
    {
        ulong result = Run(
            """
            r0 = 0
            again: may_goto end
            r0 += 1
            goto again
            end: exit
            """);
        Assert.Equal(1UL << 23, result);
    }

    [Fact]
    public void Each_call_of_a_function_has_a_budget_of_its_own()
    {
        ulong result = Run(
            """
            call count
            r6 = r0
            call count
            r0 += r6
            exit
            count: r0 = 0
            again: may_goto end
            r0 += 1
            if r0 < 0x10 goto again
            end: exit
            """);
        Assert.Equal(32UL, result);
    }

    [Theory]
    [InlineData("u8", "w", 0x88UL)]
    [InlineData("u16", "w", 0x7788UL)]
    [InlineData("u32", "w", 0x55667788UL)]
    [InlineData("u64", "r", 0x1122334455667788UL)]
    public void An_ordered_store_and_load_move_as_many_bytes_as_they_say(string size, string name, ulong expected)
    {
        ulong result = Run(
            $"""
            r1 = 0x1122334455667788 ll
            *(u64 *)(r10 - 0x8) = 0
            store_release(({size} *)(r10 - 0x8), {name}1)
            r2 = r10
            r0 = 0xffff
            {name}0 = load_acquire(({size} *)(r2 - 0x8))
            r3 = *(u64 *)(r10 - 0x8)
            if r3 == r0 goto same
            r0 = 0
            same: exit
            """);
        Assert.Equal(expected, result);
    }

    private static ulong Run(string text) => Interpreter.RunMemory(
        new Program
        {
            Name = "test",
            Section = ".text",
            Kind = ProgramKind.Memory,
            Context = new ProgramContext.Memory(0),
            Code = Assembler.Assemble(text),
        },
        [],
        stepLimit: 100_000_000);
}
