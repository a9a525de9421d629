using System.CommandLine;
using System.Text.Json;

namespace NearData.Compare;

/// <summary>What is compared, from the command line, and printed.</summary>
internal static class CompareCommand
{
    public static Task<int> RunAsync(string[] arguments)
    {
        Option<double> scaleFactor = new("--sf") { Description = "TPC-H scale factor", DefaultValueFactory = _ => 1 };
        Option<string[]> queries = new("--queries") { Description = "Which queries: q1, q3, q6, q12, q14, q19, count (of a ship mode), sums (of each column), adverse (filters that nothing clever helps), groups (by numbers), or one such as sum(l_tax)", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => ["q6"] };
        Option<string[]> codecs = new("--codecs")
        {
            Description = "Which codecs: none, snappy, zstd, gzip; or lineitem as text: csv, csv.gz, csv.zst, ndjson",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => ["none", "snappy", "zstd"],
        };
        Option<string?> clustered = new("--clustered") { Description = "Lineitem alone, with the rows of each row group sorted by these columns, such as l_shipmode" };
        Option<int[]> threads = new("--threads") { Description = "How many threads, of each engine", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [1] };
        Option<CacheState> cache = new("--cache") { Description = "Where the files are: warm, in memory; page, in the page cache alone, and neither engine keeps anything; cold, on the disk", DefaultValueFactory = _ => CacheState.Warm };
        Option<int> repeat = new("--repeat") { Description = "Runs of each engine, in turn; the least time counts", DefaultValueFactory = _ => 9 };
        Option<bool> json = new("--json") { Description = "One JSON line for each case, with medians and the peak memory of both processes" };
        Option<bool> guards = new("--guards") { Description = "Instead of DuckDB: the same engine with the guards that untrusted tenants' code has" };
        Option<bool> linq = new("--linq") { Description = "Instead of DuckDB: the programs that LINQ makes of TPC-H's queries" };
        Option<bool> floor = new("--floor") { Description = "Instead of DuckDB: decompressing the pages of the query's columns alone, and looking at each byte of them; for queries of one table" };
        RootCommand root = new("NearData's engine against DuckDB over the same files, in one run") { scaleFactor, queries, codecs, clustered, threads, cache, repeat, json, guards, linq, floor };

        JsonSerializerOptions jsonOptions = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };
        root.SetAction(async (parsed, cancellation) =>
        {
            Query[] chosen = [.. Query.All.Where(query => parsed.GetRequiredValue(queries).Any(query.Is))];
            foreach (string codec in parsed.GetRequiredValue(codecs))
            {
                string folder = await BenchmarkData.EnsureAsync(
                    parsed.GetValue(scaleFactor), codec, chosen.SelectMany(query => query.Stages).Select(stage => stage.Table), cancellation);
                if (parsed.GetValue(clustered) is { } columns)
                {
                    folder = ClusteredData.Ensure(folder, codec, columns);
                }

                foreach (Query query in chosen)
                {
                    if (parsed.GetValue(guards))
                    {
                        foreach (int count in parsed.GetRequiredValue(threads))
                        {
                            await GuardCost.RunAsync(query, folder, codec, count, parsed.GetValue(repeat));
                        }

                        continue;
                    }

                    if (parsed.GetValue(linq))
                    {
                        foreach (int count in parsed.GetRequiredValue(threads).Where(_ => LinqCost.Has(query)))
                        {
                            await LinqCost.RunAsync(query, folder, codec, count, parsed.GetValue(repeat));
                        }

                        continue;
                    }

                    if (parsed.GetValue(floor))
                    {
                        await ScanFloor.RunAsync(query, folder, codec, parsed.GetValue(repeat));
                        continue;
                    }

                    Comparison comparison = new(query, folder, parsed.GetValue(scaleFactor), codec, parsed.GetValue(cache), parsed.GetValue(repeat));
                    foreach (int count in parsed.GetRequiredValue(threads))
                    {
                        CompareCase result = comparison.Run(count);
                        Console.WriteLine(parsed.GetValue(json)
                            ? JsonSerializer.Serialize(result, jsonOptions)
                            : $"{result.Case} {result.Codec,-6} {result.Threads} thread(s), {result.Cache}: NearData {result.NeardataMs:F1} ms, DuckDB {result.DuckdbMs:F1} ms, ratio {result.Ratio:F2}; "
                                + $"peak memory {result.NeardataPeakMib:F0} MiB, of these {result.NeardataCacheMib:F0} cached, DuckDB {result.DuckdbPeakMib:F0} MiB, of these {result.DuckdbCacheMib:F0} cached");
                    }
                }
            }
        });
        return root.Parse(arguments).InvokeAsync();
    }
}
