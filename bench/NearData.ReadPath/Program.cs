using System.CommandLine;
using NearData.Compare;
using NearData.ReadPath;
using NearData.Engine.Datasets;
using NearData.Queries.Tpch;

Option<double> scaleFactor = new("--sf") { Description = "TPC-H scale factor", DefaultValueFactory = _ => 1 };
Option<string[]> codecs = new("--codecs") { Description = "Which codecs: none, snappy, zstd, gzip", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => ["none", "snappy"] };
Option<int[]> reactors = new("--reactors") { Description = "How many reactors", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [1, 2] };
Option<int> rounds = new("--rounds") { Description = "Rounds, each with all contestants in turn; the best counts", DefaultValueFactory = _ => 9 };
Option<double> seconds = new("--seconds") { Description = "Of each measurement", DefaultValueFactory = _ => 0.7 };
Option<int[]> lengths = new("--kib") { Description = "KiB of each read", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [512, 1024] };
Option<int[]> depths = new("--depth") { Description = "Reads in flight", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [16, 32] };

Command device = new("device", "One reactor's reads past the page cache against fio's of the same length and depth") { scaleFactor, lengths, depths, rounds, seconds };
device.SetAction(async (parsed, cancellation) =>
{
    string folder = await BenchmarkData.EnsureAsync(parsed.GetValue(scaleFactor), "none", [TpchTable.LineItem], cancellation);
    string path = new Catalog(new ServedRoot(folder)).Open("lineitem").Files[0].Path;
    await DeviceComparison.RunAsync(path, [.. parsed.GetRequiredValue(lengths).Select(kib => kib << 10)], parsed.GetRequiredValue(depths), parsed.GetValue(rounds), parsed.GetValue(seconds));
});

Command scan = new("scan", "Q6, and sums of Q1's columns: from the disk, out of the page cache, out of the buffer cache") { scaleFactor, codecs, reactors, rounds };
scan.SetAction(async (parsed, cancellation) =>
{
    foreach (string codec in parsed.GetRequiredValue(codecs))
    {
        string folder = await BenchmarkData.EnsureAsync(parsed.GetValue(scaleFactor), codec, [TpchTable.LineItem], cancellation);
        foreach (string program in (string[])["queries/programs/q6.c", "bench/NearData.ReadPath/Programs/q1-columns.c"])
        {
            foreach (int count in parsed.GetRequiredValue(reactors))
            {
                await ScanComparison.RunAsync(folder, codec, program, count, parsed.GetValue(rounds));
            }
        }
    }
});

Command allocations = new("allocations", "Bytes that one execution of Q6 allocates") { codecs };
allocations.SetAction(async (parsed, cancellation) =>
{
    foreach (string codec in parsed.GetRequiredValue(codecs))
    {
        foreach (double factor in (double[])[0.01, 0.1, 1])
        {
            await AllocationCount.RunAsync(await BenchmarkData.EnsureAsync(factor, codec, [TpchTable.LineItem], cancellation), factor, codec);
        }
    }
});

Command pruning = new("pruning", "What Q6 reads of lines as they are made, and in order of their dates with page indexes") { scaleFactor, codecs };
pruning.SetAction(async (parsed, cancellation) =>
{
    foreach (string codec in parsed.GetRequiredValue(codecs))
    {
        await PruningReport.RunAsync(await BenchmarkData.EnsureAsync(parsed.GetValue(scaleFactor), codec, [TpchTable.LineItem], cancellation), codec);
    }
});

return await new RootCommand("The read path's figures, each a ratio in one run") { device, scan, allocations, pruning }.Parse(args).InvokeAsync();
