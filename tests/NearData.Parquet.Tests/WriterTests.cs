using NearData.TestSupport;

namespace NearData.Parquet.Tests;

/// <summary>What the writer writes is what DuckDB and this reader read.</summary>
public sealed class WriterTests(OracleFixture fixture) : IClassFixture<OracleFixture>, IDisposable
{
    private const int Rows = 800;
    private const int GroupRows = 550;

    private static readonly SampleTable Table = new(Rows, seed: 20261120);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("neardata-parquet-");

    /// <summary>Every codec with every way to encode; with dictionaries and plain values in both versions of pages.</summary>
    public static TheoryData<Codec, DataPageVersion, DictionaryUse, ValueEncoding> Options() => OptionsWithout(Codec.Lzo);

    /// <summary>The same without the deprecated codec that DuckDB doesn't read.</summary>
    public static TheoryData<Codec, DataPageVersion, DictionaryUse, ValueEncoding> DuckDbOptions() => OptionsWithout(Codec.Lzo, Codec.Lz4);

    private static TheoryData<Codec, DataPageVersion, DictionaryUse, ValueEncoding> OptionsWithout(params Codec[] left)
    {
        TheoryData<Codec, DataPageVersion, DictionaryUse, ValueEncoding> options = [];
        foreach (Codec codec in Enum.GetValues<Codec>().Except(left))
        {
            foreach (DataPageVersion version in Enum.GetValues<DataPageVersion>())
            {
                options.Add(codec, version, DictionaryUse.WhereSmaller, ValueEncoding.Plain);
                options.Add(codec, version, DictionaryUse.Never, ValueEncoding.Plain);
            }

            foreach (ValueEncoding encoding in Enum.GetValues<ValueEncoding>().Except([ValueEncoding.Plain]))
            {
                DataPageVersion version = ((int)codec + (int)encoding) % 2 == 0 ? DataPageVersion.V1 : DataPageVersion.V2;
                options.Add(codec, version, DictionaryUse.Never, encoding);
            }
        }

        return options;
    }

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [MemberData(nameof(Options))]
    public void Every_type_reads_back_as_it_was_written(Codec codec, DataPageVersion version, DictionaryUse dictionary, ValueEncoding encoding)
    {
        using ParquetFile file = ParquetFile.Open(Write(codec, version, dictionary, encoding));
        Assert.Equal(Rows, file.Metadata.RowCount);
        Assert.Equal([GroupRows, Rows - GroupRows], file.Metadata.RowGroups.Select(group => group.RowCount));
        foreach (SampleColumn sample in Table.Columns)
        {
            ParquetColumn column = Assert.IsType<ParquetColumn>(file.Metadata.Schema.Find(sample.Column.Path));
            Assert.Equal(sample.Column with { Index = column.Index }, column);
            Assert.Equal(sample.Expected, ColumnText.Read(file, column.Index));
        }
    }

    [TheoryNeeding(Needs.Node)]
    [MemberData(nameof(DuckDbOptions))]
    public void Every_type_reads_in_DuckDB_as_it_was_written(Codec codec, DataPageVersion version, DictionaryUse dictionary, ValueEncoding encoding)
    {
        string path = Write(codec, version, dictionary, encoding);
        SampleColumn[] samples = [.. Table.Columns.Where(sample => IsReadByDuckDb(sample.Column, encoding))];
        string?[][] read = DuckDbText.Read(fixture.Oracle, path, [.. samples.Select(sample => sample.Column)]);
        Assert.All(samples, (sample, i) => Assert.Equal(sample.Expected, read[i]));
    }

    [Theory]
    [InlineData(DataPageVersion.V1)]
    [InlineData(DataPageVersion.V2)]
    public void Every_changed_byte_of_a_page_with_a_checksum_is_noticed(DataPageVersion version)
    {
        long[] values = [.. Enumerable.Range(0, 100).Select(row => row * 1_000_003L)];
        using MemoryStream output = new();
        using (ParquetWriter writer = new(
            output,
            ParquetSchema.Of(ParquetColumn.Int64("a").Nullable()),
            new ParquetWriterOptions { Codec = Codec.Uncompressed, DataPageVersion = version, Dictionary = DictionaryUse.Never, HasChecksums = true }))
        {
            writer.StartRowGroup(values.Length).Write<long>(0, values, [.. values.Select(value => (byte)(value % 3 == 0 ? 0 : 1))]);
            writer.Finish();
        }

        byte[] bytes = output.ToArray();
        ColumnChunk chunk = MemoryFile.Metadata(bytes).RowGroups[0].Chunks[0];
        int bodyLength = values.Count(value => value % 3 != 0) * sizeof(long);
        for (long changed = chunk.Offset + chunk.CompressedLength - bodyLength; changed < chunk.Offset + chunk.CompressedLength; changed++)
        {
            bytes[changed] ^= 0x10;
            using ColumnReader reader = ColumnReader.Open("memory", chunk, bytes.AsMemory((int)chunk.Offset, (int)chunk.CompressedLength));
            ParquetFormatException error = Assert.Throws<ParquetFormatException>(() => reader.Read<long>(new long[values.Length], new byte[values.Length]));
            Assert.Contains("CRC-32", error.Message, StringComparison.Ordinal);
            bytes[changed] ^= 0x10;
        }
    }

    // "Delta Length Byte Array encoding is only supported for string/blob data", "BYTE_STREAM_SPLIT encoding is only supported for
    // FLOAT or DOUBLE data": what the format allows beyond that is read back by this reader alone, and by its naive twin.
    private static bool IsReadByDuckDb(ParquetColumn column, ValueEncoding encoding) => encoding switch
    {
        ValueEncoding.Delta => column is not { PhysicalType: PhysicalType.ByteArray, LogicalType: LogicalType.Decimal },
        ValueEncoding.SharedPrefix => column.LogicalType is not LogicalType.Decimal,
        ValueEncoding.StreamSplit => column.PhysicalType is PhysicalType.Float or PhysicalType.Double or PhysicalType.Boolean,
        _ => true,
    };

    private string Write(Codec codec, DataPageVersion version, DictionaryUse dictionary, ValueEncoding encoding)
    {
        string path = Path.Combine(_folder.FullName, "sample.parquet");
        ParquetWriterOptions options = new()
        {
            Codec = codec,
            DataPageVersion = version,
            Dictionary = dictionary,
            ValueEncoding = encoding,
            DataPageRows = 300,
            DictionaryBytes = 1_000,
            HasChecksums = dictionary == DictionaryUse.Never,
        };
        Table.Write(path, options, GroupRows);
        return path;
    }
}
