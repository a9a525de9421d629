using System.Diagnostics;
using System.Text.Json;

namespace NearData.ReadPath;

/// <summary>The usual measure of what a device gives.</summary>
internal static class Fio
{
    /// <summary>Bytes per second of sequential direct reads of one thread through io_uring, with registered buffers and files.</summary>
    /// <exception cref="InvalidOperationException">fio isn't there, or failed.</exception>
    public static double Read(string path, int length, int depth, double seconds)
    {
        string[] arguments =
        [
            "--name=read", $"--filename={path}", "--rw=read", $"--bs={length}", $"--iodepth={depth}", "--ioengine=io_uring", "--direct=1",
            "--registerfiles=1", "--fixedbufs=1", "--thread=1", "--time_based=1", $"--runtime={seconds:F1}", "--output-format=json",
        ];
        using Process fio = Process.Start(new ProcessStartInfo("fio", arguments) { RedirectStandardOutput = true })!;
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
