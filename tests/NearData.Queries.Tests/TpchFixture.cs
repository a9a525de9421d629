using System.Collections.Concurrent;
using NearData.Parquet;
using NearData.Queries.Tpch;
using NearData.TestSupport;

namespace NearData.Queries.Tests;

/// <summary>Generated tables, each made once for all tests and removed at the end, and DuckDB.</summary>
public sealed class TpchFixture : IDisposable
{
    public const string Name = "TPC-H";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("neardata-tpch-");
    private readonly ConcurrentDictionary<string, Task> _made = new(StringComparer.Ordinal);
    private readonly Lazy<DuckDb> _duckDb = new();

    /// <summary>The folder with these tables, and maybe others.</summary>
    public async Task<string> EnsureAsync(double scaleFactor, Codec codec, params TpchTable[] tables)
    {
        string folder = Path.Combine(_folder.FullName, $"{scaleFactor}-{codec}");
        foreach (TpchTable table in tables)
        {
            await _made.GetOrAdd($"{folder}/{table}", static (_, choice) => TpchDataset.WriteAsync(new TpchOptions
            {
                Folder = choice.folder,
                ScaleFactor = choice.scaleFactor,
                Codec = choice.codec,
                Tables = [choice.table],
            }), (folder, scaleFactor, codec, table));
        }

        return folder;
    }

    /// <summary>The rows that a query gives.</summary>
    public string?[][] Ask(string sql) => _duckDb.Value.Query(sql);

    /// <summary>The one row that a query gives.</summary>
    public string?[] AskOne(string sql) => Ask(sql).Single();

    public void Dispose()
    {
        if (_duckDb.IsValueCreated)
        {
            _duckDb.Value.Dispose();
        }

        _folder.Delete(recursive: true);
    }
}

/// <summary>Tests over the same tables, which ask DuckDB one at a time.</summary>
[CollectionDefinition(TpchFixture.Name)]
public sealed class TpchTests : ICollectionFixture<TpchFixture>;
