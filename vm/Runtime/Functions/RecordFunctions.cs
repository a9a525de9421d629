using System.Runtime.CompilerServices;
using NearData.Isa.Helpers;
using NearData.Vm.Maps;
using NearData.Vm.Packets;

namespace NearData.Vm.Functions;

/// <summary>The helpers of <see cref="RecordHelpers"/>.</summary>
internal static unsafe class RecordFunctions
{
    /// <summary><c>BPF_RB_NO_WAKEUP</c> and <c>BPF_RB_FORCE_WAKEUP</c>: the host polls, so neither changes anything.</summary>
    private const long WakeupFlags = 3;

    /// <summary><c>BPF_F_CTXLEN_MASK</c>.</summary>
    private const long PacketBytesMask = 0xfffffL << PacketBytesShift;

    private const int PacketBytesShift = 32;

    public static HelperFunction[] All { get; } =
    [
        new(RecordHelpers.PerfEventOutput, PerfEventOutput),
        new(RecordHelpers.Output, Output),
        new(RecordHelpers.Reserve, Reserve),
        new(RecordHelpers.Submit, Submit),
        new(RecordHelpers.Discard, Discard),
        new(RecordHelpers.Query, Query),
    ];

    private static long PerfEventOutput(long context, long map, long flags, long data, long size)
    {
        // So many bytes of the packet follow the program's own.
        XdpContext* packet = (XdpContext*)context;
        long extra = (flags & PacketBytesMask) >> PacketBytesShift;
        return (flags & ~(PacketBytesMask | PerfEventArrayMap.CurrentCpu)) != 0 ? -(long)MapError.Invalid
            : extra > packet->End - packet->Data ? -(long)MapError.Fault
            : -(long)Unsafe.As<PerfEventArrayMap>(BpfMap.Of(map)).Output(
                (uint)flags, new ReadOnlySpan<byte>((void*)data, (int)size), new ReadOnlySpan<byte>(packet->Data, (int)extra));
    }

    private static long Output(long map, long data, long size, long flags)
    {
        if ((flags & ~WakeupFlags) != 0)
        {
            return -(long)MapError.Invalid;
        }

        byte* record = Ring(map).Reserve((ulong)size);
        if (record is null)
        {
            return -(long)MapError.Again;
        }

        Unsafe.CopyBlockUnaligned(record, (void*)data, (uint)size);
        ByteRing.Submit(record);
        return 0;
    }

    private static long Reserve(long map, long size, long flags) => flags == 0 ? (long)Ring(map).Reserve((ulong)size) : 0;

    private static long Submit(long record, long flags)
    {
        ByteRing.Submit((byte*)record);
        return 0;
    }

    private static long Discard(long record, long flags)
    {
        ByteRing.Discard((byte*)record);
        return 0;
    }

    private static long Query(long map, long question) => Ring(map).Query((RingBufferQuestion)question);

    private static RingBufferMap Ring(long map) => Unsafe.As<RingBufferMap>(BpfMap.Of(map));
}
