using NearData.Isa.Programs;
using NearData.Vm.Maps;
using NearData.Vm.Packets;

namespace NearData.Vm.Tests;

/// <summary>A packet in memory that is laid out as the kernel's test runs lay it out.</summary>
internal static unsafe class SamplePacket
{
    private const int Headroom = 256;

    /// <summary>A page without the kernel's own bytes at its end.</summary>
    private const int Memory = 4096 - 320;

    /// <summary>Runs an XDP program once in the interpreter, over maps of its own.</summary>
    /// <returns>r0, and the packet as the program left it, its metadata first.</returns>
    public static (ulong Result, byte[] Packet) Interpret(Program program, byte[] packet)
    {
        using MapSet maps = new(program.Maps);
        return Interpret(new Interpreter(program, maps), packet);
    }

    /// <summary>Runs an interpreter's XDP program once.</summary>
    /// <returns>r0, and the packet as the program left it, its metadata first.</returns>
    public static (ulong Result, byte[] Packet) Interpret(Interpreter interpreter, byte[] packet)
    {
        byte[] memory = GC.AllocateArray<byte>(Memory, pinned: true);
        packet.CopyTo(memory, Headroom);
        fixed (byte* start = memory)
        {
            XdpContext context = XdpContext.Over(start, Memory, Headroom, packet.Length);
            ulong result = interpreter.Run(&context);
            return (result, new ReadOnlySpan<byte>(context.Metadata, (int)(context.End - context.Metadata)).ToArray());
        }
    }
}
