using System.Runtime.CompilerServices;
using NearData.Isa.Helpers;
using NearData.Vm.Maps;

namespace NearData.Vm.Functions;

/// <summary>The helpers of <see cref="RecordHelpers"/>.</summary>
internal static unsafe class RecordFunctions
{
    /// <summary><c>BPF_RB_NO_WAKEUP</c> and <c>BPF_RB_FORCE_WAKEUP</c>: the host polls, so neither changes anything.</summary>
    private const long WakeupFlags = 3;

    public static HelperFunction[] All { get; } =
    [
        new(RecordHelpers.PerfEventOutput, PerfEventOutput),
        new(RecordHelpers.Output, Output),
        new(RecordHelpers.Reserve, Reserve),
        new(RecordHelpers.Submit, Submit),
        new(RecordHelpers.Discard, Discard),
        new(RecordHelpers.Query, Query),
    ];

    private static long PerfEventOutput(long context, long map, long flags, long data, long size) =>
        -(long)Unsafe.As<PerfEventArrayMap>(BpfMap.Of(map)).Output((ulong)flags, (byte*)data, size);

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
