using System.CommandLine;
using NearData.Parquet;
using NearData.Queries.Tpch;
using Spectre.Console;

namespace NearData.Cli.Commands;

/// <summary><c>neardata gen tpch</c>: TPC-H tables as Parquet files.</summary>
internal static class GenCommand
{
    /// <summary>What the writer can pack pages with, as users write it.</summary>
    private static readonly string[] Writable = ["uncompressed", "snappy", "gzip", "zstd"];

    public static Command Create()
    {
        Option<double> scaleFactor = new("--sf") { Description = "Scale factor; 1 is about 1 GB of text", DefaultValueFactory = _ => 0.1 };
        Option<string> folder = new("--out") { Description = "Folder that gets a folder for each table", DefaultValueFactory = _ => "data/tpch" };
        Option<TpchTable[]> tables = new("--tables")
        {
            Description = "Which tables",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => Enum.GetValues<TpchTable>(),
        };
        Option<Codec> codec = new("--codec") { Description = "How pages are compressed", DefaultValueFactory = _ => Codec.Snappy };
        codec.AcceptOnlyFromAmong(Writable);
        Option<int> rows = new("--row-group-rows") { Description = "Rows of a row group", DefaultValueFactory = _ => TpchOptions.DefaultRowGroupRows };
        Command tpch = new Command("tpch", "Write the tables of TPC-H; the same rows every time") { scaleFactor, folder, tables, codec, rows }
            .Runs(async (parsed, output, cancellation) =>
            {
                TpchOptions options = new()
                {
                    ScaleFactor = parsed.GetValue(scaleFactor),
                    Folder = parsed.GetRequiredValue(folder),
                    Tables = parsed.GetRequiredValue(tables),
                    Codec = parsed.GetValue(codec),
                    RowGroupRows = parsed.GetValue(rows),
                };
                await WriteAsync(options, output, cancellation);
                output.Show(new { folder = Path.GetFullPath(options.Folder) }, (console, written) => console.WriteLine($"Wrote {written.folder}"));
                return CliCommand.Succeeded;
            });
        return new Command("gen", "Generate benchmark data") { tpch };
    }

    private static async Task WriteAsync(TpchOptions options, Output output, CancellationToken cancellation)
    {
        try
        {
            await Generation.RunAsync(options, output, cancellation);
        }
        catch (ArgumentOutOfRangeException refused)
        {
            throw new CliException(refused.Message);
        }
    }
}
