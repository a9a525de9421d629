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
                List<double> ours = [];
                List<double> fios = [];
                for (int round = 0; round <= rounds; round++)
                {
                    double our = await ReadAsync(node, path, length, depth, seconds);
                    double fio = Fio.Read(path, length, depth, seconds);

                    // The first round wakes everything up.
                    if (round > 0)
                    {
                        ours.Add(our);
                        fios.Add(fio);
                    }
                }

                double ratio = ours.Zip(fios, (our, fio) => our / fio).Order().ElementAt(rounds / 2);
                Console.WriteLine(
                    $"{length >> 10,5} KiB, depth {depth,2}: reactor {ours.Max() / 1e9:F2} GB/s, fio {fios.Max() / 1e9:F2} GB/s, "
                    + $"ratio of best {ours.Max() / fios.Max():F3}, median of ratios {ratio:F3}");
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
