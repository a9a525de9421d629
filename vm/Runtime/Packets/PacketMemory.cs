using NearData.Vm.Maps;
using NearData.Vm.Memory;

namespace NearData.Vm.Packets;

/// <summary>
/// Memory of its own for a packet that programs are tried on, laid out as the kernel's test runs lay out theirs: a page, 256 bytes of
/// headroom, and at its end 320 bytes that the kernel keeps for itself. Not thread-safe.
/// </summary>
public sealed unsafe class PacketMemory : IDisposable
{
    /// <summary>Bytes of the longest packet.</summary>
    public const int LongestPacket = Length - Headroom;

    /// <summary><c>XDP_PACKET_HEADROOM</c>.</summary>
    private const int Headroom = 256;

    private const int Length = 4096 - 320;

    private readonly AlignedMemory _memory = new(Length);
    private XdpContext _context;

    /// <param name="packet">The packet, which is copied; at most <see cref="LongestPacket"/> bytes.</param>
    public PacketMemory(ReadOnlySpan<byte> packet)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(packet.Length, LongestPacket);
        packet.CopyTo(new Span<byte>(_memory.Start + Headroom, packet.Length));
        _context = XdpContext.Over(_memory.Start, Length, Headroom, packet.Length);
    }

    /// <summary>The packet as it is now. Valid until this is disposed.</summary>
    public ReadOnlySpan<byte> Packet => new(_context.Data, (int)(_context.End - _context.Data));

    /// <summary>The metadata, and the packet behind it. Valid until this is disposed.</summary>
    public ReadOnlySpan<byte> MetadataAndPacket => new(_context.Metadata, (int)(_context.End - _context.Metadata));

    /// <summary>Runs an XDP program once over the packet.</summary>
    /// <returns>r0: the verdict in its low 32 bits.</returns>
    /// <exception cref="ExecutionFaultException">The program did what it may not.</exception>
    public ulong Run(Interpreter interpreter)
    {
        fixed (XdpContext* context = &_context)
        {
            return interpreter.Run(context);
        }
    }

    /// <summary>Runs a compiled XDP program once over the packet.</summary>
    /// <returns>r0: the verdict in its low 32 bits.</returns>
    public ulong Run(CompiledPacketProgram program, MapSet maps)
    {
        fixed (XdpContext* context = &_context)
        {
            return program.Run(context, maps);
        }
    }

    public void Dispose() => _memory.Dispose();
}
