using System.Globalization;

namespace NearData.Compare;

/// <summary>The most memory that a process held at once, as the kernel counts it (proc(5), <c>VmHWM</c>).</summary>
internal sealed class ProcessMemory(int process)
{
    public static double Mib(long bytes) => Math.Round(bytes / 1024.0 / 1024, 1);

    /// <summary>In MiB, since it began.</summary>
    public double PeakMib
    {
        get
        {
            const string Field = "VmHWM:";
            string line = File.ReadLines($"/proc/{process}/status").First(line => line.StartsWith(Field, StringComparison.Ordinal));
            return Mib(1024 * long.Parse(line[Field.Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture));
        }
    }
}
