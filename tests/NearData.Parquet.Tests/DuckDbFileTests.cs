using System.Text;
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
    [InlineData("brotli", "V1")]
    [InlineData("lz4_raw", "V1")]
    [InlineData("uncompressed", "V2")]
    [InlineData("snappy", "V2")]
    [InlineData("gzip", "V2")]
    [InlineData("zstd", "V2")]
    [InlineData("brotli", "V2")]
    [InlineData("lz4_raw", "V2")]
    public void Every_value_equals_what_DuckDB_reads(string codec, string version)
    {
        string path = Path.Combine(_folder.FullName, "duckdb.parquet");
        int rows = codec == "brotli" ? 3_000 : 9_000;
        fixture.Oracle.Query(
            $"""
            COPY (SELECT i % 3 = 0 AS b, (i % 100)::TINYINT AS i8, (i % 1000)::USMALLINT AS u16, i::INTEGER AS i32, (i % 17)::UINTEGER AS u32, hash(i) AS u64,
                         CASE WHEN i % 5 > 0 THEN (i % 11)::DECIMAL(4,2) END AS d4, (i * 7919)::DECIMAL(15,2) AS d15, (i::HUGEINT * 1000000007)::DECIMAL(38,3) AS d38,
                         DATE '1992-01-01' + (i % 2526)::INTEGER AS d, TIMESTAMP '2000-01-01' + INTERVAL (i) MINUTE AS t, i / 7.0 AS f, sqrt(i)::FLOAT AS g,
                         CASE WHEN i % 2 = 0 THEN 'text ' || (i % 40) END AS s, repeat(chr((65 + i % 26)::INTEGER), (i % 50)::INTEGER) AS r, md5(i::VARCHAR)::BLOB AS x, NULL::INTEGER AS n,
                         i * i * i - 1000000 AS big, CASE WHEN i % 7 > 0 THEN i - 4500 END AS i64n, 'value ' || i AS unique_text, CASE WHEN i % 3 > 0 THEN i / 3.0 END AS fn,
                         md5((i % 90)::VARCHAR)::UUID AS id, (i % 86400)::INTEGER * INTERVAL 1 SECOND AS iv, TIME '00:00:00' + (i % 86400)::INTEGER * INTERVAL 1 SECOND AS tm,
                         struct_pack(a := i, b := CASE WHEN i % 4 > 0 THEN struct_pack(c := 's' || i, d := i % 9) END) AS st
                  FROM range({rows}) q(i)) TO '{path}' (FORMAT parquet, COMPRESSION {codec}, PARQUET_VERSION {version}, ROW_GROUP_SIZE 2048)
            """);
        using ParquetFile file = ParquetFile.Open(path);
        string?[][] expected = DuckDbText.Read(fixture.Oracle, path, file.Metadata.Schema.Columns);
        Assert.All(file.Metadata.Schema.Columns, column => Assert.Equal(expected[column.Index], ColumnText.Read(file, column.Index)));
        string encodings = string.Join(' ', fixture.Oracle.Query($"SELECT DISTINCT encodings FROM parquet_metadata('{path}')").Select(row => row[0]));
        foreach (string encoding in version == "V1" ? ["PLAIN", "PLAIN_DICTIONARY"] : new[] { "DELTA_BINARY_PACKED", "DELTA_LENGTH_BYTE_ARRAY", "BYTE_STREAM_SPLIT", "RLE_DICTIONARY" })
        {
            Assert.Contains(encoding, encodings, StringComparison.Ordinal);
        }
    }

    [TheoryNeeding(Needs.Node)]
    [InlineData("V1")]
    [InlineData("V2")]
    public void Every_list_is_put_together_from_its_levels(string version)
    {
        string path = Path.Combine(_folder.FullName, "lists.parquet");
        fixture.Oracle.Query(
            $"""
            COPY (SELECT CASE WHEN i % 5 > 0 THEN [x for x in range(i % 7) if x <> 3] END AS a,
                         CASE WHEN i % 11 = 0 THEN [NULL, i, NULL] WHEN i % 3 = 0 THEN [] ELSE [i, i + 1] END AS b
                  FROM range(5000) q(i)) TO '{path}' (FORMAT parquet, PARQUET_VERSION {version}, ROW_GROUP_SIZE 2048)
            """);
        using ParquetFile file = ParquetFile.Open(path);
        foreach (ParquetColumn column in file.Metadata.Schema.Columns)
        {
            Assert.True(column.IsRepeated);
            string?[] expected = [.. fixture.Oracle.Query($"SELECT {column.Path.Split('.')[0]}::VARCHAR FROM read_parquet('{path}')").Select(row => row[0])];
            Assert.Equal(expected, ListText.Read<long>(file, column.Index, emptyLevel: 1));
        }
    }

    [TheoryNeeding(Needs.Node)]
    [InlineData("V1")]
    [InlineData("V2")]
    public void A_bloom_filter_excludes_what_DuckDB_says_it_excludes(string version)
    {
        string path = Path.Combine(_folder.FullName, "bloom.parquet");
        fixture.Oracle.Query(
            $"COPY (SELECT i % 500 AS a, 'text ' || (i % 300) AS s, (i % 100)::DOUBLE / 3 AS f FROM range(20000) q(i)) TO '{path}' (FORMAT parquet, PARQUET_VERSION {version})");
        using ParquetFile file = ParquetFile.Open(path);
        BloomFilter numbers = Assert.IsType<BloomFilter>(file.ReadBloomFilter(0, 0));
        BloomFilter texts = Assert.IsType<BloomFilter>(file.ReadBloomFilter(0, 1));
        BloomFilter floats = Assert.IsType<BloomFilter>(file.ReadBloomFilter(0, 2));
        Assert.All(Enumerable.Range(0, 500), value => Assert.True(numbers.MayContain((long)value)));
        Assert.All(Enumerable.Range(0, 300), value => Assert.True(texts.MayContain(Encoding.UTF8.GetBytes($"text {value}"))));
        Assert.All(Enumerable.Range(0, 100), value => Assert.True(floats.MayContain(value / 3.0)));
        bool[] ours = [.. Enumerable.Range(1_000, 200).Select(value => !numbers.MayContain((long)value))];
        bool[] theirs = [.. Enumerable.Range(1_000, 200).Select(value => fixture.Oracle.Query($"SELECT bloom_filter_excludes FROM parquet_bloom_probe('{path}', 'a', {value})")[0][0] == "true")];
        Assert.Equal(theirs, ours);
        Assert.Contains(true, ours);
    }

    [FactNeeding(Needs.Node)]
    public void A_file_that_DuckDB_encrypted_is_refused_as_encrypted()
    {
        string path = Path.Combine(_folder.FullName, "encrypted.parquet");
        fixture.Oracle.Query("PRAGMA add_parquet_key('k', '0123456789112345')");
        fixture.Oracle.Query("SET force_mbedtls_unsafe = 'true'");
        fixture.Oracle.Query($"COPY (SELECT 1 AS a) TO '{path}' (FORMAT parquet, ENCRYPTION_CONFIG {{footer_key: 'k'}})");
        Assert.Equal("an encrypted footer", Assert.Throws<ParquetUnsupportedException>(() => ParquetFile.Open(path)).Feature);
    }
}
