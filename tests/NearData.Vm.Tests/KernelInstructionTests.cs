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

    [Theory]
    [InlineData(0, 0, 0UL)]
    [InlineData(5, 0, 5UL + (10 << 16))]
    [InlineData(5, 3, 4UL + (6 << 16))]
    [InlineData(5, 5, 5UL + (10 << 16))]
    [InlineData(8_388_609, 1, unchecked((ulong)-7))]
    public void A_loop_by_callback_runs_until_its_callback_returns_one(int times, int stopAt, ulong expected) => Assert.Equal(expected, Run(
        $"""
        *(u64 *)(r10 - 0x8) = 0
        *(u64 *)(r10 - 0x10) = {stopAt}
        r1 = {times}
        r2 = subprog[+10]
        r3 = r10
        r3 += -0x10
        r4 = 0
        call 181
        if r0 s< 0 goto end
        r1 = *(u64 *)(r10 - 0x8)
        r1 <<= 0x10
        r0 += r1
        end: exit
        r3 = *(u64 *)(r2 + 0x8)
        r3 += r1
        *(u64 *)(r2 + 0x8) = r3
        r3 = *(u64 *)(r2 + 0x0)
        r0 = 0
        if r3 == 0 goto go
        if r1 != r3 goto go
        r0 = 1
        go: exit
        """));

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
