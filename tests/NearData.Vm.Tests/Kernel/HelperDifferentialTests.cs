using System.Collections.Immutable;
using System.Text;
using NearData.Isa.Programs;
using NearData.Isa.Text;
using NearData.TestSupport;
using NearData.TestSupport.Kernel;

namespace NearData.Vm.Tests.Kernel;

/// <summary>Helpers give what the kernel's helpers give, and leave the same packet.</summary>
public sealed class HelperDifferentialTests
{
    public static TheoryData<string> Numbers =>
    [
        "0", "12", "-12", "  42x", "0x1F", "0x", "0xg", "017", "08", "-", "", " \t\n\v\f\r7", "18446744073709551615", "18446744073709551616",
        "9223372036854775807", "9223372036854775808", "-9223372036854775808", "-9223372036854775809", "+1", "- 1", "0X7f", "--5", "7fff",
    ];

    [TheoryNeeding(Needs.KernelBpf)]
    [MemberData(nameof(Numbers))]
    public void Numbers_are_read_from_text_alike(string text)
    {
        foreach (int number in (int[])[105, 106])
        {
            foreach (int radix in (int[])[0, 8, 10, 16, 7])
            {
                AssertAlike(
                    $"""
                    r6 = r1
                    *(u64 *)(r10 - 0x8) = 0x55
                    r2 = 0
                    r3 = r10
                    r3 += -0x28
                    r4 = 0x20
                    call 0xbd
                    r1 = r10
                    r1 += -0x28
                    r2 = 0x20
                    r3 = {radix}
                    r4 = r10
                    r4 += -0x8
                    call {number}
                    r1 = *(u64 *)(r10 - 0x8)
                    r0 *= 0x1fffff
                    r0 += r1
                    exit
                    """,
                    Packet(Encoding.ASCII.GetBytes(text)));
            }
        }
    }

    [TheoryNeeding(Needs.KernelBpf)]
    [InlineData(0, 0, 0)]
    [InlineData(4, 0, 0)]
    [InlineData(0, 4, 7)]
    [InlineData(20, 20, -1)]
    [InlineData(32, 8, 123456789)]
    [InlineData(8, 28, int.MinValue)]
    public void Checksums_differ_alike(int from, int to, int seed)
    {
        foreach (byte fill in (byte[])[0, 1, 0x7f, 0xff])
        {
            AssertAlike(
                $"""
                r2 = 0
                r3 = r10
                r3 += -0x40
                r4 = 0x40
                call 0xbd
                r1 = r10
                r1 += -0x40
                r2 = {from}
                r3 = r10
                r3 += -0x20
                r4 = {to}
                r5 = {seed}
                call 28
                exit
                """,
                [.. Enumerable.Range(0, 64).Select(at => fill is 0 or 0xff ? fill : (byte)(at * 37 * fill))]);
        }
    }

    [TheoryNeeding(Needs.KernelBpf)]
    [InlineData(44, 0)]
    [InlineData(44, 14)]
    [InlineData(44, -16)]
    [InlineData(44, -216)]
    [InlineData(44, -217)]
    [InlineData(44, 50)]
    [InlineData(44, 51)]
    [InlineData(54, -4)]
    [InlineData(54, -8)]
    [InlineData(54, -5)]
    [InlineData(54, 4)]
    [InlineData(54, -252)]
    [InlineData(54, -256)]
    [InlineData(65, 0)]
    [InlineData(65, 8)]
    [InlineData(65, -8)]
    [InlineData(65, -50)]
    [InlineData(65, -51)]
    [InlineData(65, 4000)]
    public void Packets_are_moved_alike(int helper, int delta) => AssertAlike(
        $"""
        r6 = r1
        r2 = {delta}
        call {helper}
        r7 = r0
        r1 = r6
        call 188
        r0 *= 0x10001
        r0 += r7
        r2 = *(u32 *)(r6 + 0x0)
        r3 = *(u32 *)(r6 + 0x4)
        r1 = r2
        r1 += 0x2
        if r1 > r3 goto end
        *(u8 *)(r2 + 0x1) = 0xaa
        end: exit
        """,
        [.. Enumerable.Range(0, 64).Select(at => (byte)at)]);

    [TheoryNeeding(Needs.KernelBpf)]
    [InlineData(0, 16)]
    [InlineData(48, 16)]
    [InlineData(49, 16)]
    [InlineData(-1, 16)]
    [InlineData(int.MaxValue, 8)]
    public void Bytes_are_copied_out_of_packets_and_into_them_alike(int offset, int size) => AssertAlike(
        $"""
        r6 = r1
        *(u64 *)(r10 - 0x10) = 1
        *(u64 *)(r10 - 0x8) = 2
        r2 = {offset}
        r3 = r10
        r3 += -0x10
        r4 = {size}
        call 189
        r7 = r0
        r8 = *(u64 *)(r10 - 0x10)
        if r0 == 0 goto +0x1
        r8 = 0x0
        *(u8 *)(r10 - 0x10) = 0x99
        r1 = r6
        r2 = {offset}
        r3 = r10
        r3 += -0x10
        r4 = {size}
        call 190
        r0 += r7
        r0 += r8
        exit
        """,
        [.. Enumerable.Range(0, 64).Select(at => (byte)at)]);

    [TheoryNeeding(Needs.KernelBpf)]
    [InlineData("abc", 4)]
    [InlineData("abd", 3)]
    [InlineData("ab", 8)]
    [InlineData("", 8)]
    [InlineData("abcdefgh", 8)]
    [InlineData("abb", 8)]
    public void Text_is_compared_alike(string other, int size) => AssertAlike(
        $"""
        r1 = 0x0000676665646362 ll
        r1 <<= 8
        r1 |= 0x61
        *(u64 *)(r10 - 0x8) = r1
        r1 = r10
        r1 += -0x8
        r2 = {size}
        r3 = map[0][0]+0x0
        call 182
        exit
        """,
        new byte[64],
        Text(other));

    [TheoryNeeding(Needs.KernelBpf)]
    [InlineData("%d %u %x|", 3)]
    [InlineData("%ld %lu %lx", 3)]
    [InlineData("%lld %llu %llX%%", 3)]
    [InlineData("%8d|%08d|%4u", 3)]
    [InlineData("%i%c", 2)]
    [InlineData("no values", 0)]
    [InlineData("plain %d", 2)]
    public void Text_is_formatted_alike(string format, int values)
    {
        foreach (int size in (int[])[8, 32])
        {
            AssertAlike(
                $"""
                r6 = r1
                *(u64 *)(r10 - 0x40) = 0
                *(u64 *)(r10 - 0x38) = 0
                *(u64 *)(r10 - 0x30) = 0
                *(u64 *)(r10 - 0x28) = 0
                r1 = -0x5
                *(u64 *)(r10 - 0x18) = r1
                r1 = 0x1234567890abcd41 ll
                *(u64 *)(r10 - 0x10) = r1
                *(u64 *)(r10 - 0x8) = 0x7
                r1 = r10
                r1 += -0x40
                r2 = {size}
                r3 = map[0][0]+0x0
                r4 = r10
                r4 += -0x18
                r5 = {values * 8}
                call 165
                r7 = r0
                r1 = r6
                r2 = 0
                r3 = r10
                r3 += -0x40
                r4 = 0x20
                call 190
                r0 += r7
                exit
                """,
                new byte[64],
                Text(format));
        }
    }

    private static byte[] Packet(byte[] content)
    {
        byte[] packet = new byte[64];
        content.CopyTo(packet, 0);
        return packet;
    }

    private static ImmutableArray<MapDefinition> Text(string text)
    {
        byte[] bytes = [.. Encoding.ASCII.GetBytes(text), 0];
        return [new MapDefinition(".rodata", MapRole.ReadOnlyData, MapType.Array, 4, bytes.Length, 1, [.. bytes])];
    }

    private static void AssertAlike(string text, byte[] packet, ImmutableArray<MapDefinition> maps = default)
    {
        Program program = new()
        {
            Name = "helper",
            Section = "xdp",
            Kind = ProgramKind.Xdp,
            Context = new ProgramContext.Fields(ContextLayout.XdpMd),
            Code = Assembler.Assemble(text),
            Maps = maps.IsDefault ? [] : maps,
        };
        using KernelMachine kernel = KernelMachine.Load(program);
        (ulong Result, byte[] Packet) expected = kernel.RunPacket(packet);
        (ulong Result, byte[] Packet) found = SamplePacket.Interpret(program, packet);
        Assert.Equal(expected.Result, found.Result);
        Assert.Equal(expected.Packet, found.Packet);
    }
}
