using NearData.Parquet;
using NearData.Queries.Tpch;
using NearData.TestSupport;

namespace NearData.Compare;

/// <summary>TPC-H tables for the comparisons, written once and kept under <c>artifacts/</c>.</summary>
internal static class BenchmarkData
{
    /// <summary>The folder with the tables, made now if it is missing.</summary>
    public static async Task<string> EnsureAsync(double scaleFactor, string codec, CancellationToken cancellation)
    {
        string folder = Path.Combine(Ground.Repository, "artifacts/bench-data", $"sf{scaleFactor}-{codec}");
        TpchTable[] missing = [.. Query.All.Select(query => Enum.Parse<TpchTable>(query.Table, ignoreCase: true)).Distinct()
            .Where(table => !Directory.Exists(Path.Combine(folder, table.DatasetName)))];
        if (missing.Length > 0)
        {
            await Console.Error.WriteLineAsync($"Writing {folder} ...");
            await TpchDataset.WriteAsync(
                new TpchOptions { Folder = folder, ScaleFactor = scaleFactor, Tables = missing, Codec = CodecOf(codec) }, progress: null, cancellation);
        }

        return folder;
    }

    private static Codec CodecOf(string name) => name switch
    {
        "none" => Codec.Uncompressed,
        "snappy" => Codec.Snappy,
        "zstd" => Codec.Zstd,
        "gzip" => Codec.Gzip,
        _ => throw new ArgumentException($"No codec '{name}'; there are none, snappy, zstd and gzip.", nameof(name)),
    };
}
