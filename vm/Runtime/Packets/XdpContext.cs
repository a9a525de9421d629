using System.Runtime.InteropServices;

namespace NearData.Vm.Packets;

/// <summary>
/// What an XDP program is called with, in memory: <c>struct xdp_buff</c> to its <c>xdp_md</c>. Compiled code knows the fields by their
/// offsets. The bytes belong to whoever runs the program, and stay where they are meanwhile.
/// <code>
///   HardStart ... Metadata ... Data ...... End ... HardEnd
/// </code>
/// </summary>
[StructLayout(LayoutKind.Sequential)]
public unsafe struct XdpContext
{
    /// <summary>The packet's first byte.</summary>
    public byte* Data;

    /// <summary>Behind the packet's last byte.</summary>
    public byte* End;

    /// <summary>The metadata's first byte; <see cref="Data"/> where there is none.</summary>
    public byte* Metadata;

    /// <summary>The first byte of the packet's memory.</summary>
    public byte* HardStart;

    /// <summary>Behind the last byte of the packet's memory that the packet may grow into.</summary>
    public byte* HardEnd;

    /// <summary>The interface that the packet came in by.</summary>
    public uint IngressInterface;

    /// <summary>The queue that it came in by.</summary>
    public uint ReceiveQueue;

    /// <summary>The interface that it leaves by; 0 but in programs of a devmap.</summary>
    public uint EgressInterface;

    /// <summary>A packet without metadata in some memory.</summary>
    /// <param name="memory">The packet's memory.</param>
    /// <param name="length">Bytes of the memory.</param>
    /// <param name="headroom">Bytes in front of the packet.</param>
    /// <param name="packet">Bytes of the packet.</param>
    public static XdpContext Over(byte* memory, int length, int headroom, int packet)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(headroom);
        ArgumentOutOfRangeException.ThrowIfNegative(packet);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)headroom + packet, length);
        return new XdpContext
        {
            HardStart = memory,
            HardEnd = memory + length,
            Data = memory + headroom,
            Metadata = memory + headroom,
            End = memory + headroom + packet,
        };
    }
}
