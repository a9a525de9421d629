using System.Diagnostics;
using NearData.Storage;

namespace NearData.ReadPath;

/// <summary>What one reactor reads of a file past the page cache, and fio, in turn in one run.</summary>
internal static class DeviceComparison
{
    public static async Task RunAsync(string path, int[] lengths, int[] depths, int rounds, double seconds)
    {
        foreach (int length in lengths)
        {
            foreach (int depth in depths)
            {
                using Node node = new(new FileDevices(FileReading.Direct, Console.Error.WriteLine), reactors: 1, queueDepth: depth);
                string[] memories = Fio.HasHugePages((long)length * depth) ? ["malloc", "mmaphuge"] : ["malloc"];
                List<double> ours = [];
                List<double>[] fios = [.. memories.Select(_ => new List<double>())];
                for (int round = 0; round <= rounds; round++)
                {
                    double our = await ReadAsync(node, path, length, depth, seconds);
                    double[] theirs = [.. memories.Select(memory => Fio.Read(path, length, depth, seconds, memory))];

                    // The first round wakes everything up.
                    if (round > 0)
                    {
                        ours.Add(our);
                        Array.ForEach(fios, fio => fio.Add(theirs[Array.IndexOf(fios, fio)]));
                    }
                }

                for (int i = 0; i < memories.Length; i++)
                {
                    double ratio = ours.Zip(fios[i], (our, fio) => our / fio).Order().ElementAt(rounds / 2);
                    Console.WriteLine(
                        $"{length >> 10,5} KiB, depth {depth,2}: reactor {ours.Max() / 1e9:F2} GB/s, fio ({memories[i]}) {fios[i].Max() / 1e9:F2} GB/s, "
                        + $"ratio of best {ours.Max() / fios[i].Max():F2}, median of ratios {ratio:F2}");
                }
            }
        }
    }

    /// <summary>Bytes per second.</summary>
    private static async Task<double> ReadAsync(Node node, string path, int length, int depth, double seconds)
    {
        using IDevice device = node.Reactors.Devices.Open(path, File.OpenHandle(path));
        long start = Stopwatch.GetTimestamp();
        ReadJob job = new(device, length, depth, start + (long)(seconds * Stopwatch.Frequency));
        node.Reactors.Start([job]);
        await job.Ended;
        return job.Bytes / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
