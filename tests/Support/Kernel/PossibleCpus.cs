using System.Globalization;

namespace NearData.TestSupport.Kernel;

/// <summary>CPUs that the kernel has room for, there or not: a per-CPU map has a value for each.</summary>
public static class PossibleCpus
{
    public static int Count { get; } = Read();

    // Such as "0-3,8-11": the last number is the highest one.
    private static int Read() =>
        int.Parse(File.ReadAllText("/sys/devices/system/cpu/possible").Trim().Split(',', '-')[^1], CultureInfo.InvariantCulture) + 1;
}
