using System.Runtime.InteropServices;
using NearData.Isa.Helpers;
using NearData.Vm.Packets;

namespace NearData.Vm.Functions;

/// <summary>What a slice is (the kernel's <c>bpf_dynptr_kern</c>): sixteen bytes, all zero for an empty one.</summary>
[StructLayout(LayoutKind.Sequential, Size = SliceHelpers.Size)]
internal unsafe struct SliceRecord
{
    /// <summary>The memory's first byte, or the packet's <see cref="XdpContext"/>; null for an empty slice.</summary>
    public byte* Data;

    /// <summary>Bytes, up to <see cref="SliceHelpers.MostBytes"/>.</summary>
    public uint Length;

    /// <summary>Bytes of the memory in front of the slice; of a packet, the complement of their number.</summary>
    public int Start;

    /// <summary>Whether it is a part of a packet, which may have become shorter since.</summary>
    public readonly bool IsOfPacket => Start < 0;

    /// <summary>An empty one.</summary>
    public static SliceRecord Empty => default;

    /// <summary>Some memory.</summary>
    public static SliceRecord OfMemory(byte* data, uint length) => new() { Data = data, Length = length };

    /// <summary>A packet, as long as it is now.</summary>
    public static SliceRecord OfPacket(XdpContext* packet) =>
        new() { Data = (byte*)packet, Length = (uint)(packet->End - packet->Data), Start = ~0 };

    /// <summary>Whether bytes are inside; both are a C <c>u32</c>.</summary>
    public readonly bool Holds(long offset, long size) => (uint)size <= Length && (uint)offset <= Length - (uint)size;

    /// <summary>The first of bytes that are inside; null where the packet has them no more.</summary>
    public readonly byte* Find(long offset, long size)
    {
        if (!IsOfPacket)
        {
            return Data + Start + (uint)offset;
        }

        XdpContext* packet = (XdpContext*)Data;
        byte* found = packet->Data + ~Start + (uint)offset;
        return found + (uint)size <= packet->End ? found : null;
    }

    /// <summary>Leaves away what is in front of an offset and behind another, which are inside.</summary>
    public void Adjust(uint start, uint end) => (Start, Length) = (IsOfPacket ? ~(~Start + (int)start) : Start + (int)start, end - start);
}
