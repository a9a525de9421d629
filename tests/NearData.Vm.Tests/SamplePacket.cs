using NearData.Isa.Programs;
using NearData.Vm.Maps;
using NearData.Vm.Packets;

namespace NearData.Vm.Tests;

/// <summary>Runs XDP programs over a packet, each time in memory of its own.</summary>
internal static class SamplePacket
{
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
        using PacketMemory memory = new(packet);
        return (memory.Run(interpreter), memory.MetadataAndPacket.ToArray());
    }

    /// <summary>Runs a compiled XDP program once.</summary>
    /// <returns>r0, and the packet as the program left it, its metadata first.</returns>
    public static (ulong Result, byte[] Packet) Run(CompiledPacketProgram program, MapSet maps, byte[] packet)
    {
        using PacketMemory memory = new(packet);
        return (memory.Run(program, maps), memory.MetadataAndPacket.ToArray());
    }
}
