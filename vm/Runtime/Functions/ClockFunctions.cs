using System.Diagnostics;
using NearData.Isa.Helpers;

namespace NearData.Vm.Functions;

/// <summary>The helpers of <see cref="ClockHelpers"/>.</summary>
internal static class ClockFunctions
{
    public static HelperFunction[] All { get; } = [new(ClockHelpers.Nanoseconds, Nanoseconds)];

    // A clock that never goes back.
    private static long Nanoseconds() => Stopwatch.GetElapsedTime(0, Stopwatch.GetTimestamp()).Ticks * TimeSpan.NanosecondsPerTick;
}
