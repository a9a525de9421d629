using System.Diagnostics;
using System.Text.Json;

namespace NearData.ReadPath;

/// <summary>The usual measure of what a device gives.</summary>
internal static class Fio
{
    /// <summary>Whether this many bytes of huge pages are reserved and free, as fio's buffers of such pages need them.</summary>
    public static bool HasHugePages(long bytes)
    {
        string line = File.ReadLines("/proc/meminfo").First(line => line.StartsWith("HugePages_Free:", StringComparison.Ordinal));
        return long.Parse(line["HugePages_Free:".Length..]) << 21 >= bytes + (2 << 20);
    }

    /// <summary>Bytes per second of sequential direct reads of one thread through io_uring, with registered buffers and files.</summary>
    /// <param name="path">The file.</param>
    /// <param name="length">Bytes of each read.</param>
    /// <param name="depth">Reads in flight.</param>
    /// <param name="seconds">How long.</param>
    /// <param name="memory">What its buffers are made of: <c>malloc</c>, or <c>mmaphuge</c>.</param>
    /// <exception cref="InvalidOperationException">fio failed.</exception>
    public static double Read(string path, int length, int depth, double seconds, string memory = "malloc")
    {
        string[] arguments =
        [
            "--name=read", $"--filename={path}", "--rw=read", $"--bs={length}", $"--iodepth={depth}", "--ioengine=io_uring", "--direct=1",
            "--registerfiles=1", "--fixedbufs=1", "--thread=1", "--time_based=1", $"--runtime={seconds * 1000:F0}ms",
            "--readonly", $"--iomem={memory}", "--output-format=json",
        ];
        using Process fio = Process.Start(new ProcessStartInfo("fio", arguments) { RedirectStandardOutput = true, UseShellExecute = false })!;
        string output = fio.StandardOutput.ReadToEnd();
        fio.WaitForExit();
        if (fio.ExitCode != 0)
        {
            throw new InvalidOperationException($"fio ended with {fio.ExitCode}: {output}");
        }

        using JsonDocument report = JsonDocument.Parse(output[output.IndexOf('{', StringComparison.Ordinal)..]);
        JsonElement read = report.RootElement.GetProperty("jobs")[0].GetProperty("read");
        return read.GetProperty("io_bytes").GetDouble() / (read.GetProperty("runtime").GetDouble() / 1000);
    }
}
