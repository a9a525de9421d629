using System.Diagnostics;

namespace NearData.Vm.Functions;

/// <summary><c>bpf_ktime_get_ns</c>: nanoseconds of a clock that never goes back.</summary>
internal static class ClockNanoseconds
{
    public static long Compiled() => Stopwatch.GetElapsedTime(0, Stopwatch.GetTimestamp()).Ticks * TimeSpan.NanosecondsPerTick;
}
