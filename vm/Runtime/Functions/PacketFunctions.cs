using NearData.Isa.Helpers;
using NearData.Vm.Packets;

namespace NearData.Vm.Functions;

/// <summary>The helpers of <see cref="PacketHelpers"/>. A context is the address of an <see cref="XdpContext"/>.</summary>
internal static unsafe class PacketFunctions
{
    /// <summary><c>ETH_HLEN</c>: no packet gets shorter.</summary>
    private const int ShortestPacket = 14;

    /// <summary>Bytes at the memory's start that the kernel keeps for itself (<c>sizeof(struct xdp_frame)</c>).</summary>
    private const int KeptInFront = 40;

    /// <summary>The most bytes of metadata.</summary>
    private const int MostMetadata = 252;

    private const int Aborted = 0;
    private const int Redirected = 4;

    public static HelperFunction[] All { get; } =
    [
        new(PacketHelpers.Redirect, Redirect),
        new(PacketHelpers.ChecksumDifference, ChecksumDifference),
        new(PacketHelpers.AdjustHead, AdjustHead),
        new(PacketHelpers.AdjustMetadata, AdjustMetadata),
        new(PacketHelpers.AdjustTail, AdjustTail),
        new(PacketHelpers.Length, Length),
        new(PacketHelpers.LoadBytes, LoadBytes),
        new(PacketHelpers.StoreBytes, StoreBytes),
    ];

    private static long Redirect(long device, long flags)
    {
        if (flags != 0)
        {
            return Aborted;
        }

        RunContext.Current.Redirect = new RedirectTarget(null, (uint)device);
        return Redirected;
    }

    private static long ChecksumDifference(long from, long fromSize, long to, long toSize, long seed)
    {
        ReadOnlySpan<byte> old = new((void*)from, (int)fromSize);
        ReadOnlySpan<byte> now = new((void*)to, (int)toSize);
        uint sum = (uint)seed;
        if (!now.IsEmpty)
        {
            sum = InternetChecksum.Sum(now, sum);
        }

        if (!old.IsEmpty)
        {
            sum = now.IsEmpty
                ? ~InternetChecksum.Sum(old, ~sum)
                : InternetChecksum.Subtract(sum, InternetChecksum.Sum(old, 0));
        }

        return InternetChecksum.Fold(sum);
    }

    private static long AdjustHead(long context, long delta)
    {
        XdpContext* packet = (XdpContext*)context;
        long metadata = packet->Data - packet->Metadata;
        byte* data = packet->Data + (int)delta;
        if (data < packet->HardStart + KeptInFront + metadata || data > packet->End - ShortestPacket)
        {
            return ErrorNumber.Invalid;
        }

        // The metadata stays right in front of the packet.
        new ReadOnlySpan<byte>(packet->Metadata, (int)metadata).CopyTo(new Span<byte>(data - metadata, (int)metadata));
        packet->Metadata = data - metadata;
        packet->Data = data;
        return 0;
    }

    private static long AdjustMetadata(long context, long delta)
    {
        XdpContext* packet = (XdpContext*)context;
        byte* metadata = packet->Metadata + (int)delta;
        long length = packet->Data - metadata;
        if (metadata < packet->HardStart + KeptInFront || length < 0)
        {
            return ErrorNumber.Invalid;
        }

        if (length > MostMetadata || length % sizeof(uint) != 0)
        {
            return ErrorNumber.AccessDenied;
        }

        packet->Metadata = metadata;
        return 0;
    }

    private static long AdjustTail(long context, long delta)
    {
        XdpContext* packet = (XdpContext*)context;
        byte* end = packet->End + (int)delta;
        if (end > packet->HardEnd || end < packet->Data + ShortestPacket)
        {
            return ErrorNumber.Invalid;
        }

        if (end > packet->End)
        {
            new Span<byte>(packet->End, (int)(end - packet->End)).Clear();
        }

        packet->End = end;
        return 0;
    }

    private static long Length(long context) => ((XdpContext*)context)->End - ((XdpContext*)context)->Data;

    private static long LoadBytes(long context, long offset, long buffer, long size)
    {
        long place = Find(context, offset, size);
        Span<byte> filled = new((void*)buffer, (int)size);
        if (place > 0)
        {
            new ReadOnlySpan<byte>((void*)place, (int)size).CopyTo(filled);
        }
        else
        {
            // The verifier takes the buffer for written, whatever the helper answers.
            filled.Clear();
        }

        return long.Min(place, 0);
    }

    private static long StoreBytes(long context, long offset, long buffer, long size)
    {
        long place = Find(context, offset, size);
        if (place > 0)
        {
            new ReadOnlySpan<byte>((void*)buffer, (int)size).CopyTo(new Span<byte>((void*)place, (int)size));
        }

        return long.Min(place, 0);
    }

    /// <summary>The address of bytes of the packet, or a negative error where they are not all in it. The offset is a C <c>u32</c>.</summary>
    private static long Find(long context, long offset, long size)
    {
        XdpContext* packet = (XdpContext*)context;
        return (uint)offset > ushort.MaxValue || size > ushort.MaxValue ? ErrorNumber.Fault
            : (uint)offset + size > packet->End - packet->Data ? ErrorNumber.Invalid
            : (long)(packet->Data + (uint)offset);
    }
}
