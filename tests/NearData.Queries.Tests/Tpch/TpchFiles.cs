using NearData.Queries.Tpch;
using NearData.TestSupport;

namespace NearData.Queries.Tests.Tpch;

/// <summary>All eight tables as files of one scale factor, with DuckDB looking at them as views of the tables' names.</summary>
internal sealed class TpchFiles : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("neardata-tpch-");

    private TpchFiles(double scaleFactor) => Data = new TpchData(new TpchScale(scaleFactor));

    public TpchData Data { get; }

    public DuckDb DuckDb { get; } = new();

    public static async Task<TpchFiles> Write(double scaleFactor)
    {
        TpchFiles files = new(scaleFactor);
        await TpchDataset.WriteAsync(new TpchOptions { Folder = files._folder.FullName, ScaleFactor = scaleFactor });
        files.DuckDb.Query($"SET VARIABLE sf = {scaleFactor}");
        foreach (TpchTable table in Enum.GetValues<TpchTable>())
        {
            files.DuckDb.Query($"CREATE VIEW {table} AS FROM '{PathOf(files._folder.FullName, table)}'");
        }

        return files;
    }

    /// <summary>Where a table's file lies under a dataset's folder.</summary>
    public static string PathOf(string folder, TpchTable table) =>
        Path.Combine(folder, table.DatasetName, $"{table.DatasetName}.parquet");

    public void Dispose()
    {
        DuckDb.Dispose();
        _folder.Delete(recursive: true);
    }
}
