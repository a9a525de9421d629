using NearData.Engine.Datasets;
using NearData.Engine.Execution;
using NearData.Engine.Programs;
using NearData.Storage;
using NearData.TestSupport;

namespace NearData.ReadPath;

/// <summary>What one execution of Q6 allocates, warm, in bytes, beside how much it ran over.</summary>
internal static class AllocationCount
{
    private static readonly Dictionary<string, Int128> NoParameters = [];

    public static async Task RunAsync(string folder, double scaleFactor, string codec)
    {
        LoadedProgram q6 = LoadedProgram.Load(Clang.Compile(await File.ReadAllTextAsync(Path.Combine(Ground.Repository, "queries/programs/q6.c"))));
        Catalog catalog = new(new ServedRoot(folder));
        Dataset dataset = catalog.Open("lineitem");
        using Node node = new(new FileDevices(FileReading.PageCache, _ => { }), reactors: 1, cacheBytes: 1L << 30);
        long least = long.MaxValue;
        for (int i = 0; i < 20; i++)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            await new QueryExecution(catalog, node.Reactors, q6, dataset, NoParameters).RunAsync(1, CancellationToken.None);
            least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
        }

        int groups = dataset.Files.Sum(file => file.Content.Parts.Length);
        Console.WriteLine($"SF {scaleFactor}, {codec}: {dataset.RowCount} rows, {groups} row groups, {least} bytes allocated, {least / groups} per row group");
    }
}
