using System.Diagnostics;
using NearData.Engine.Datasets;
using NearData.Engine.Execution;
using NearData.Engine.Programs;
using NearData.Storage;
using NearData.TestSupport;

namespace NearData.ReadPath;

/// <summary>
/// Executions over one file with each way of reading in turn: what the bytes' way costs, since the rest is the same. Cold is past the page
/// cache, so that each run comes from the disk.
/// </summary>
internal static class ScanComparison
{
    private static readonly Dictionary<string, Int128> NoParameters = [];

    public static async Task RunAsync(string folder, string codec, string program, int reactors, int rounds)
    {
        LoadedProgram loaded = LoadedProgram.Load(Clang.Compile(await File.ReadAllTextAsync(Path.Combine(Ground.Repository, program))));
        Catalog catalog = new(new ServedRoot(folder));
        Way[] ways =
        [
            new("disk, past the page cache", FileReading.Direct, CacheBytes: 0, reactors),
            new("page cache", FileReading.PageCache, CacheBytes: 0, reactors),
            new("buffer cache", FileReading.PageCache, CacheBytes: 1L << 30, reactors),
        ];
        for (int round = 0; round <= rounds; round++)
        {
            foreach (Way way in ways)
            {
                await way.RunAsync(catalog, loaded, isCounted: round > 0);
            }
        }

        DatasetFile file = catalog.Open("lineitem").Files[0];
        double fio = Fio.Read(file.Path, 1 << 20, 32, 1);
        foreach (Way way in ways)
        {
            double seconds = way.Seconds.Min();
            double median = way.Seconds.Order().ElementAt(rounds / 2);
            Console.WriteLine(
                $"{Path.GetFileNameWithoutExtension(program),-10} {codec,-6} {reactors} reactor(s), {way.Name,-25}: {seconds * 1e3,7:F1} ms (median {median * 1e3:F1}), "
                + $"{way.Processor.Min() * 1e3:F1} ms of processors, "
                + $"{way.Bytes / seconds / 1e9:F2} GB/s of {way.Bytes / 1e6:F0} MB, {way.Bytes / seconds / fio:F2} of fio's {fio / 1e9:F2} GB/s");
            way.Dispose();
        }
    }

    private sealed class Way(string name, FileReading reading, long CacheBytes, int reactors) : IDisposable
    {
        private readonly Node _node = new(new FileDevices(reading, _ => { }), reactors, CacheBytes);

        public string Name => name;

        public List<double> Seconds { get; } = [];

        /// <summary>Seconds of all processors, the kernel's included.</summary>
        public List<double> Processor { get; } = [];

        /// <summary>Of the chunks that the program reads.</summary>
        public long Bytes { get; private set; }

        public async Task RunAsync(Catalog catalog, LoadedProgram program, bool isCounted)
        {
            TimeSpan used = Environment.CpuUsage.TotalTime;
            long start = Stopwatch.GetTimestamp();
            ExecutionAnswer answer = await new QueryExecution(catalog, _node.Reactors, program, catalog.Open("lineitem"), NoParameters)
                .RunAsync(int.MaxValue, CancellationToken.None);
            if (isCounted)
            {
                Seconds.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
                Processor.Add((Environment.CpuUsage.TotalTime - used).TotalSeconds);
            }
            else
            {
                Bytes = answer.BytesRead;
            }
        }

        public void Dispose() => _node.Dispose();
    }
}
