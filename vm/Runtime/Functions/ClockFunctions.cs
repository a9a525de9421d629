using System.Runtime.InteropServices;
using NearData.Isa.Helpers;

namespace NearData.Vm.Functions;

/// <summary>The helpers of <see cref="ClockHelpers"/>.</summary>
internal static unsafe partial class ClockFunctions
{
    // linux/time.h
    private const int Monotonic = 1;
    private const int MonotonicCoarse = 6;
    private const int BootTime = 7;
    private const int AtomicTime = 11;

    public static HelperFunction[] All { get; } =
    [
        new(ClockHelpers.Nanoseconds, Nanoseconds),
        new(ClockHelpers.BootNanoseconds, BootNanoseconds),
        new(ClockHelpers.CoarseNanoseconds, CoarseNanoseconds),
        new(ClockHelpers.AtomicNanoseconds, AtomicNanoseconds),
    ];

    private static long Nanoseconds() => Now(Monotonic);

    private static long BootNanoseconds() => Now(BootTime);

    private static long CoarseNanoseconds() => Now(MonotonicCoarse);

    private static long AtomicNanoseconds() => Now(AtomicTime);

    private static long Now(int clock)
    {
        TimeSpecification time;
        int failed = ReadClock(clock, &time);
        return failed == 0 ? (time.Seconds * 1_000_000_000) + time.Nanoseconds : throw new InvalidOperationException($"Clock {clock} can't be read.");
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    [SuppressGCTransition]
    private static partial int ReadClock(int clock, TimeSpecification* time);

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpecification
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
