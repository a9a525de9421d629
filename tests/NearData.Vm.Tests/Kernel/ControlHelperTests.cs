using System.Collections.Immutable;
using NearData.Isa.Programs;
using NearData.Isa.Text;
using NearData.TestSupport;
using NearData.TestSupport.Kernel;
using NearData.Verifier;
using NearData.Vm.Maps;
using NearData.Vm.Packets;

namespace NearData.Vm.Tests.Kernel;

/// <summary>Tail calls and walks over maps do what they do in the kernel.</summary>
public sealed unsafe class ControlHelperTests
{
    private const int Programs = 0;
    private const int Counters = 1;

    private static readonly ImmutableArray<MapDefinition> TailCallMaps =
    [
        new MapDefinition("programs", MapRole.Declared, MapType.ProgramArray, 4, 4, 4, []),
        new MapDefinition("counters", MapRole.Declared, MapType.Array, 4, 8, 1, []),
    ];

    [TheoryNeeding(Needs.KernelBpf)]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(99)]
    public void A_tail_call_goes_on_in_the_other_program_and_at_most_33_times(int index)
    {
        ImmutableArray<Program> programs = [Packet("first", Counting(index)), Packet("second", "r0 = 2\nexit")];
        using KernelMaps kernelMaps = KernelMaps.Create(TailCallMaps);
        using KernelProgram first = KernelLoader.Load(programs[0], kernelMaps);
        using KernelProgram second = KernelLoader.Load(programs[1], kernelMaps);
        kernelMaps[Programs].Update(BitConverter.GetBytes(0), BitConverter.GetBytes((int)first.Handle.DangerousGetHandle()));
        kernelMaps[Programs].Update(BitConverter.GetBytes(1), BitConverter.GetBytes((int)second.Handle.DangerousGetHandle()));
        uint expected = first.Run(new byte[64]).ReturnValue;
        byte[] count = kernelMaps[Counters].Lookup(BitConverter.GetBytes(0))!;

        using MapSet maps = new(TailCallMaps);
        ProgramArrayMap array = (ProgramArrayMap)maps[Programs];
        array.Set(0, "first");
        array.Set(1, "second");
        Interpreter interpreter = new(
            programs[0], maps, others: programs.ToDictionary(program => program.Name, StringComparer.Ordinal));
        Assert.Equal(expected, (uint)Run(interpreter, new byte[64]));
        Assert.Equal(count, maps.Value(Counters, 0).ToArray());

        maps.Value(Counters, 0).Clear();
        CompiledPrograms compiled = new();
        CompiledPacketProgram[] calls = [.. programs.Select(program => CompiledPacketProgram.Compile(ProgramVerifier.Verify(program)))];
        Array.ForEach(calls, compiled.Add);
        RunContext.Current.Programs = compiled;
        try
        {
            Assert.Equal(expected, (uint)Run(calls[0], maps, new byte[64]));
            Assert.Equal(count, maps.Value(Counters, 0).ToArray());
        }
        finally
        {
            RunContext.Current.Programs = null;
        }
    }

    [TheoryNeeding(Needs.KernelBpf)]
    [InlineData(MapType.Array, 0)]
    [InlineData(MapType.Array, 3)]
    [InlineData(MapType.Hash, 0)]
    [InlineData(MapType.LruHash, 0)]
    public void A_walk_over_a_map_calls_back_for_each_element(MapType type, int stopAt)
    {
        ImmutableArray<MapDefinition> definitions = [new MapDefinition("elements", MapRole.Declared, type, 4, 8, 8, [])];
        Program program = Packet(
            "walk",
            $"""
            *(u64 *)(r10 - 0x8) = 0
            r1 = map[0]
            r2 = subprog[+8]
            r3 = r10
            r3 += -0x8
            r4 = 0
            call 164
            r1 = *(u64 *)(r10 - 0x8)
            r0 *= r1
            exit
            r1 = *(u32 *)(r2 + 0x0)
            r5 = *(u64 *)(r3 + 0x0)
            r1 *= r5
            r0 = *(u64 *)(r4 + 0x0)
            r0 += r1
            *(u64 *)(r4 + 0x0) = r0
            r0 = 0
            if r5 != {stopAt} goto +1
            r0 = {(stopAt == 0 ? 0 : 1)}
            exit
            """) with { Maps = definitions };
        using KernelMachine kernel = KernelMachine.Load(program with { Maps = definitions });
        using MapSet maps = new(definitions);
        for (int element = 0; element < 6; element++)
        {
            byte[] key = BitConverter.GetBytes(element);
            byte[] value = BitConverter.GetBytes((long)element + 1);
            kernel.Maps[0].Update(key, value);
            Assert.Equal(MapError.None, maps[0].Update(key, value));
        }

        ulong expected = kernel.RunPacket(new byte[64]).Result;
        Assert.Equal(expected, Run(new Interpreter(program, maps), new byte[64]));
        Assert.Equal(expected, Run(CompiledPacketProgram.Compile(ProgramVerifier.Verify(program)), maps, new byte[64]));
    }

    private static string Counting(int index) =>
        $"""
        r6 = r1
        r1 = map[1][0]+0x0
        r2 = 1
        lock *(u64 *)(r1 + 0x0) += r2
        r1 = r6
        r2 = map[0]
        r3 = {index}
        call 12
        r0 = 7
        exit
        """;

    private static ulong Run(Interpreter interpreter, byte[] packet)
    {
        fixed (byte* memory = packet)
        {
            XdpContext context = XdpContext.Over(memory, packet.Length, headroom: 0, packet.Length);
            return interpreter.Run(&context);
        }
    }

    private static ulong Run(CompiledPacketProgram program, MapSet maps, byte[] packet)
    {
        fixed (byte* memory = packet)
        {
            XdpContext context = XdpContext.Over(memory, packet.Length, headroom: 0, packet.Length);
            return program.Run(&context, maps);
        }
    }

    private static Program Packet(string name, string text) => new()
    {
        Name = name,
        Section = "xdp",
        Kind = ProgramKind.Xdp,
        Context = new ProgramContext.Fields(ContextLayout.XdpMd),
        Code = Assembler.Assemble(text),
        Maps = TailCallMaps,
    };
}
