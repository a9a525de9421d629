using System.CommandLine;
using System.Text.Json;
using NearData.Compare;

Option<double> scaleFactor = new("--sf") { Description = "TPC-H scale factor", DefaultValueFactory = _ => 1 };
Option<string[]> queries = new("--queries") { Description = "Which queries: q6, sums (of each column), or one such as sum(l_tax)", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => ["q6"] };
Option<string[]> codecs = new("--codecs")
{
    Description = "Which codecs: none, snappy, zstd, gzip",
    AllowMultipleArgumentsPerToken = true,
    DefaultValueFactory = _ => ["none", "snappy", "zstd"],
};
Option<int[]> threads = new("--threads") { Description = "How many threads, of each engine", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [1] };
Option<int> repeat = new("--repeat") { Description = "Runs of each engine, in turn; the least time counts", DefaultValueFactory = _ => 9 };
Option<bool> json = new("--json") { Description = "One JSON line for each case" };
RootCommand root = new("NearData's engine against DuckDB over the same Parquet files, warm, in one run") { scaleFactor, queries, codecs, threads, repeat, json };

JsonSerializerOptions jsonOptions = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };
root.SetAction(async (parsed, cancellation) =>
{
    foreach (string codec in parsed.GetRequiredValue(codecs))
    {
        string folder = await BenchmarkData.EnsureAsync(parsed.GetValue(scaleFactor), codec, cancellation);
        foreach (Query query in Query.All.Where(query => parsed.GetRequiredValue(queries).Any(query.Is)))
        {
            foreach (int count in parsed.GetRequiredValue(threads))
            {
                CompareCase result = await Comparison.RunAsync(query, folder, parsed.GetValue(scaleFactor), codec, count, parsed.GetValue(repeat));
                Console.WriteLine(parsed.GetValue(json)
                    ? JsonSerializer.Serialize(result, jsonOptions)
                    : $"{result.Case} {result.Codec,-6} {result.Threads} thread(s): NearData {result.NeardataMs:F1} ms, DuckDB {result.DuckdbMs:F1} ms, ratio {result.Ratio:F2}");
            }
        }
    }
});
return await root.Parse(args).InvokeAsync();
