using System.Text;
using NearData.TestSupport;

namespace NearData.Parquet.Tests;

/// <summary>Files of other writers, out of the Parquet project's own test data, read as DuckDB reads them.</summary>
public sealed class SharedFileTests(OracleFixture fixture) : IClassFixture<OracleFixture>
{
    [TheoryNeeding(Needs.SharedData | Needs.Node)]
    [InlineData("alltypes_dictionary.parquet")]
    [InlineData("alltypes_plain.parquet")]
    [InlineData("alltypes_plain.snappy.parquet")]
    [InlineData("binary.parquet")]
    [InlineData("byte_array_decimal.parquet")]
    [InlineData("byte_stream_split.zstd.parquet")]
    [InlineData("data_index_bloom_encoding_stats.parquet")]
    [InlineData("datapage_v2.snappy.parquet")]
    [InlineData("delta_binary_packed.parquet")]
    [InlineData("delta_encoding_required_column.parquet")]
    [InlineData("delta_length_byte_array.parquet")]
    [InlineData("fixed_length_decimal.parquet")]
    [InlineData("int32_decimal.parquet")]
    [InlineData("int32_with_null_pages.parquet")]
    [InlineData("int64_decimal.parquet")]
    [InlineData("lz4_raw_compressed.parquet")]
    [InlineData("nulls.snappy.parquet")]
    [InlineData("page_v2_empty_compressed.parquet")]
    [InlineData("plain-dict-uncompressed-checksum.parquet")]
    [InlineData("rle_boolean_encoding.parquet")]
    [InlineData("single_nan.parquet")]
    public void Every_value_equals_what_DuckDB_reads(string name)
    {
        string path = Shared(name);
        using ParquetFile file = ParquetFile.Open(path);
        Assert.NotEmpty(file.Metadata.Schema.Columns);
        foreach (ParquetColumn column in file.Metadata.Schema.Columns)
        {
            string?[] read = column.IsRepeated ? ListText.Read<int>(file, column.Index, NestedList) : ColumnText.Read(file, column.Index);
            string?[] expected = column.IsRepeated
                ? [.. fixture.Oracle.Query($"SELECT {column.Path.Split('.')[0]}::VARCHAR FROM read_parquet('{path}')").Select(row => row[0])]
                : DuckDbText.Read(fixture.Oracle, path, column);
            Assert.Equal(expected, read);
        }
    }

    [TheoryNeeding(Needs.SharedData)]
    [InlineData("delta_binary_packed")]
    [InlineData("delta_encoding_required_column")]
    public void Every_value_equals_what_the_files_authors_expect(string name)
    {
        string[] lines = File.ReadAllLines(Shared($"{name}_expect.csv"));
        using ParquetFile file = ParquetFile.Open(Shared($"{name}.parquet"));
        string[] names = [.. Fields(lines[0]).Select(field => field.Trim(':', ' '))];
        Assert.Equal(names, file.Metadata.Schema.Columns.Select(column => column.Name.TrimEnd(':')));
        foreach (ParquetColumn column in file.Metadata.Schema.Columns)
        {
            string[] expected = [.. lines[1..].Select(line => Fields(line)[column.Index])];
            IEnumerable<string?> read = ColumnText.Read(file, column.Index);
            Assert.Equal(expected, read.Select(value => Plain(value, column)));
        }
    }

    [FactNeeding(Needs.SharedData)]
    public void A_wrong_checksum_is_named_with_its_page()
    {
        using ParquetFile file = ParquetFile.Open(Shared("datapage_v1-corrupt-checksum.parquet"));
        ParquetFormatException error = Assert.Throws<ParquetFormatException>(() => ColumnText.Read(file, 0));
        Assert.Contains("CRC-32 is 0x", error.Message, StringComparison.Ordinal);
        Assert.Contains("offset 4:", error.Message, StringComparison.Ordinal);
    }

    [FactNeeding(Needs.SharedData)]
    public void A_chunk_whose_length_leaves_out_its_dictionary_header_is_named_with_both_lengths()
    {
        using ParquetFile file = ParquetFile.Open(Shared("nation.dict-malformed.parquet"));
        ParquetFormatException error = Assert.Throws<ParquetFormatException>(() => ReadAll(file));
        Assert.Contains("Column name: A page of 28 bytes exceeds the 13 bytes left of its chunk", error.Message, StringComparison.Ordinal);
        Assert.Equal(421, error.Offset);
    }

    /// <summary>A list that may be null, of elements that may not: the definition level of an empty one.</summary>
    private const int NestedList = 1;

    /// <summary>As the authors' files print a value: text as it is, and null as nothing.</summary>
    private static string Plain(string? value, ParquetColumn column) =>
        value is null ? "" : column.PhysicalType == PhysicalType.ByteArray ? Encoding.UTF8.GetString(Convert.FromHexString(value)) : value;

    /// <summary>The fields of a line of CSV, in quotes or not; none of these files has a quote in a field.</summary>
    private static string[] Fields(string line)
    {
        string[] parts = line.Split('"');
        return string.Concat(parts.Select((part, i) => i % 2 == 1 ? part.Replace(',', '\u001F') : part)).Split(',').Select(field => field.Replace('\u001F', ',')).ToArray();
    }

    private static void ReadAll(ParquetFile file)
    {
        foreach (ParquetColumn column in file.Metadata.Schema.Columns)
        {
            ColumnText.Read(file, column.Index);
        }
    }

    private static string Shared(string name) => Path.Combine(Ground.Shared, "parquet-testing", name);
}
