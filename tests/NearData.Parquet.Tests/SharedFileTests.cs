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
    [InlineData("data_index_bloom_encoding_stats.parquet")]
    [InlineData("fixed_length_decimal.parquet")]
    [InlineData("int32_decimal.parquet")]
    [InlineData("int32_with_null_pages.parquet")]
    [InlineData("int64_decimal.parquet")]
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
            Assert.Equal(DuckDbText.Read(fixture.Oracle, path, column), ColumnText.Read(file, column.Index));
        }
    }

    [TheoryNeeding(Needs.SharedData)]
    [InlineData("byte_stream_split.zstd.parquet", "encoding ByteStreamSplit")]
    [InlineData("delta_binary_packed.parquet", "encoding DeltaBinaryPacked")]
    [InlineData("delta_encoding_required_column.parquet", "encoding Delta")]
    [InlineData("delta_length_byte_array.parquet", "encoding DeltaLengthByteArray")]
    [InlineData("lz4_raw_compressed.parquet", "codec Lz4Raw")]
    [InlineData("nulls.snappy.parquet", "nested column")]
    public void What_is_not_supported_is_refused_with_column_and_feature(string name, string feature)
    {
        using ParquetFile file = ParquetFile.Open(Shared(name));
        foreach (ParquetColumn column in file.Metadata.Schema.Columns)
        {
            ParquetUnsupportedException error = Assert.Throws<ParquetUnsupportedException>(() => ColumnText.Read(file, column.Index));
            Assert.Equal(column.Path, error.Column);
            Assert.Contains(feature, error.Message, StringComparison.Ordinal);
            Assert.Contains(name, error.Message, StringComparison.Ordinal);
        }
    }

    [FactNeeding(Needs.SharedData | Needs.Node)]
    public void Flat_columns_beside_nested_and_delta_ones_stay_usable()
    {
        string path = Shared("datapage_v2.snappy.parquet");
        using ParquetFile file = ParquetFile.Open(path);
        SortedDictionary<string, string> refused = new(StringComparer.Ordinal);
        foreach (ParquetColumn column in file.Metadata.Schema.Columns)
        {
            try
            {
                string?[] read = ColumnText.Read(file, column.Index);
                Assert.Equal(DuckDbText.Read(fixture.Oracle, path, column), read);
            }
            catch (ParquetUnsupportedException error)
            {
                refused.Add(error.Column, error.Feature);
            }
        }

        Assert.Equal(
            new SortedDictionary<string, string>(StringComparer.Ordinal) { ["b"] = "encoding DeltaBinaryPacked", ["e.list.element"] = "a nested column" },
            refused);
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

    private static void ReadAll(ParquetFile file)
    {
        foreach (ParquetColumn column in file.Metadata.Schema.Columns)
        {
            ColumnText.Read(file, column.Index);
        }
    }

    private static string Shared(string name) => Path.Combine(Ground.Shared, "parquet-testing", name);
}
