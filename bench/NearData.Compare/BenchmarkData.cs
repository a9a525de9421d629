using System.Diagnostics;
using NearData.Parquet;
using NearData.Queries.Tpch;
using NearData.TestSupport;

namespace NearData.Compare;

/// <summary>TPC-H tables for the comparisons, written once and kept under <c>artifacts/</c>.</summary>
internal static class BenchmarkData
{
    /// <summary>The folder with these tables, those made now that are missing.</summary>
    public static async Task<string> EnsureAsync(double scaleFactor, string codec, IEnumerable<TpchTable> tables, CancellationToken cancellation)
    {
        string folder = Path.Combine(Ground.Repository, "artifacts/bench-data", $"sf{scaleFactor}-{codec}");
        if (TextData.IsOne(codec))
        {
            TextData.Ensure(await EnsureAsync(scaleFactor, "none", [TpchTable.LineItem], cancellation), folder, codec);
            return folder;
        }

        TpchTable[] missing = [.. tables.Distinct().Where(table => !Directory.Exists(Path.Combine(folder, table.DatasetName)))];
        if (missing.Length > 0)
        {
            await Console.Error.WriteLineAsync($"Writing {folder} ...");
            await TpchDataset.WriteAsync(
                new TpchOptions { Folder = folder, ScaleFactor = scaleFactor, Tables = missing, Codec = CodecOf(codec) }, progress: null, cancellation);
        }

        return folder;
    }

    /// <summary>Has the kernel forget what it holds of a table's files (<c>POSIX_FADV_DONTNEED</c>, as dd's <c>nocache</c> asks for it).</summary>
    public static void DropCache(string folder, TpchTable table)
    {
        foreach (string file in Directory.EnumerateFiles(Path.Combine(folder, table.DatasetName)))
        {
            using Process dd = Process.Start(new ProcessStartInfo("dd", [$"if={file}", "iflag=nocache", "count=0", "status=none"]))!;
            dd.WaitForExit();
            if (dd.ExitCode != 0)
            {
                throw new InvalidOperationException($"dd could not drop {file} from the page cache.");
            }
        }
    }

    private static Codec CodecOf(string name) => name switch
    {
        "none" => Codec.Uncompressed,
        "snappy" => Codec.Snappy,
        "zstd" => Codec.Zstd,
        "gzip" => Codec.Gzip,
        _ => throw new ArgumentException($"No codec '{name}'; there are none, snappy, zstd and gzip, and as text csv, csv.gz, csv.zst, ndjson.", nameof(name)),
    };
}
