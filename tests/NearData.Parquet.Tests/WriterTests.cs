using NearData.TestSupport;

namespace NearData.Parquet.Tests;

/// <summary>What the writer writes is what DuckDB and this reader read.</summary>
public sealed class WriterTests(OracleFixture fixture) : IClassFixture<OracleFixture>, IDisposable
{
    private const int Rows = 2_500;
    private const int GroupRows = 1_700;

    private static readonly SampleTable Table = new(Rows, seed: 20261120);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("neardata-parquet-");

    public static TheoryData<Codec, DataPageVersion, DictionaryUse> Options()
    {
        TheoryData<Codec, DataPageVersion, DictionaryUse> options = [];
        foreach (Codec codec in new[] { Codec.Uncompressed, Codec.Snappy, Codec.Gzip, Codec.Zstd })
        {
            foreach (DataPageVersion version in Enum.GetValues<DataPageVersion>())
            {
                foreach (DictionaryUse dictionary in Enum.GetValues<DictionaryUse>())
                {
                    options.Add(codec, version, dictionary);
                }
            }
        }

        return options;
    }

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [MemberData(nameof(Options))]
    public void Every_type_reads_back_as_it_was_written(Codec codec, DataPageVersion version, DictionaryUse dictionary)
    {
        using ParquetFile file = ParquetFile.Open(Write(codec, version, dictionary));
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
    [MemberData(nameof(Options))]
    public void Every_type_reads_in_DuckDB_as_it_was_written(Codec codec, DataPageVersion version, DictionaryUse dictionary)
    {
        string path = Write(codec, version, dictionary);
        foreach (SampleColumn sample in Table.Columns)
        {
            Assert.Equal(sample.Expected, DuckDbText.Read(fixture.Oracle, path, sample.Column));
        }
    }

    private string Write(Codec codec, DataPageVersion version, DictionaryUse dictionary)
    {
        string path = Path.Combine(_folder.FullName, "sample.parquet");
        ParquetWriterOptions options = new()
        {
            Codec = codec,
            DataPageVersion = version,
            Dictionary = dictionary,
            DataPageRows = 300,
            DictionaryBytes = 1_000,
        };
        Table.Write(path, options, GroupRows);
        return path;
    }
}
