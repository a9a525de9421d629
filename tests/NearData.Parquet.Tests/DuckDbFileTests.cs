using NearData.TestSupport;

namespace NearData.Parquet.Tests;

/// <summary>Files that DuckDB wrote, read as DuckDB reads them.</summary>
public sealed class DuckDbFileTests(OracleFixture fixture) : IClassFixture<OracleFixture>, IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("neardata-parquet-");

    public void Dispose() => _folder.Delete(recursive: true);

    [TheoryNeeding(Needs.Node)]
    [InlineData("uncompressed", "V1")]
    [InlineData("snappy", "V1")]
    [InlineData("gzip", "V1")]
    [InlineData("zstd", "V1")]
    [InlineData("snappy", "V2")]
    public void Every_value_equals_what_DuckDB_reads(string codec, string version)
    {
        string path = Path.Combine(_folder.FullName, "duckdb.parquet");
        fixture.Oracle.Query(
            $"""
            COPY (SELECT i % 3 = 0 AS b, (i % 100)::TINYINT AS i8, (i % 1000)::USMALLINT AS u16, i::INTEGER AS i32, (i % 17)::UINTEGER AS u32, hash(i) AS u64,
                         CASE WHEN i % 5 > 0 THEN (i % 11)::DECIMAL(4,2) END AS d4, (i * 7919)::DECIMAL(15,2) AS d15, (i::HUGEINT * 1000000007)::DECIMAL(38,3) AS d38,
                         DATE '1992-01-01' + (i % 2526)::INTEGER AS d, TIMESTAMP '2000-01-01' + INTERVAL (i) MINUTE AS t, i / 7.0 AS f, sqrt(i)::FLOAT AS g,
                         CASE WHEN i % 2 = 0 THEN 'text ' || (i % 40) END AS s, repeat(chr((65 + i % 26)::INTEGER), (i % 50)::INTEGER) AS r, md5(i::VARCHAR)::BLOB AS x, NULL::INTEGER AS n
                  FROM range(30000) q(i)) TO '{path}' (FORMAT parquet, COMPRESSION {codec}, PARQUET_VERSION {version}, ROW_GROUP_SIZE 12000)
            """);
        using ParquetFile file = ParquetFile.Open(path);
        List<string> read = [];
        foreach (ParquetColumn column in file.Metadata.Schema.Columns)
        {
            try
            {
                string?[] values = ColumnText.Read(file, column.Index);
                Assert.Equal(DuckDbText.Read(fixture.Oracle, path, column), values);
                read.Add(column.Name);
            }
            catch (ParquetUnsupportedException error) when (version == "V2")
            {
                Assert.Matches("encoding (Delta|ByteStreamSplit)", error.Feature);
            }
        }

        Assert.True(read.Count >= (version == "V1" ? 17 : 5), $"Only {string.Join(", ", read)} could be read.");
    }
}
