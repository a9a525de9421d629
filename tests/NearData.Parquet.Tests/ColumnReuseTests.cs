namespace NearData.Parquet.Tests;

/// <summary>One reader after the other over a column's chunks: nothing of a chunk is left when the next one is read.</summary>
public sealed class ColumnReuseTests
{
    private const int Rows = 700;
    private const int GroupRows = 300;

    public static TheoryData<Codec, Codec> Codecs => new()
    {
        { Codec.Snappy, Codec.Snappy },
        { Codec.Uncompressed, Codec.Zstd },
        { Codec.Gzip, Codec.Brotli },
    };

    [Theory]
    [MemberData(nameof(Codecs))]
    public void A_reader_that_goes_on_with_another_chunk_reads_what_a_new_one_does(Codec first, Codec second)
    {
        SampleTable one = new(Rows, seed: 90);
        SampleTable other = new(Rows, seed: 91);
        using ParquetFile left = Write(one, new ParquetWriterOptions { Codec = first, DataPageRows = 70 });
        using ParquetFile right = Write(other, new ParquetWriterOptions { Codec = second, DataPageRows = 110, Dictionary = DictionaryUse.Never, ValueEncoding = ValueEncoding.Delta });
        for (int column = 0; column < one.Columns.Count; column++)
        {
            using ColumnReader reader = left.OpenColumn(0, column);
            ColumnText.Read(reader, one.Columns[column].Column, 150);
            foreach ((ParquetFile file, SampleTable table, int group) in new[] { (left, one, 1), (right, other, 0), (left, one, 2), (right, other, 2), (right, other, 1) })
            {
                ColumnChunk chunk = file.Metadata.RowGroups[group].Chunks[column];
                reader.Start(file.Path, chunk, [ColumnReader.WholeOf(chunk, file.ReadChunk(chunk))]);
                Assert.Equal(table.Columns[column].Expected.Skip(group * GroupRows).Take(GroupRows), ColumnText.Read(reader, chunk.Column));
            }
        }
    }

    [Fact]
    public void A_dictionary_of_the_chunk_before_is_not_the_next_ones()
    {
        byte[] file = MemoryFile.Write(new ParquetWriterOptions { DataPageRows = 25, HasPageIndexes = true });
        ColumnChunk chunk = MemoryFile.Metadata(file).RowGroups[0].Chunks[1];
        FileRange index = chunk.OffsetIndex!.Value;
        ChunkPart[] parts =
        [
            .. OffsetIndex.Parse("memory", chunk, 60, file.AsSpan((int)index.Offset, (int)index.Length)).Slices([new RowRange(0, 60)])
                .Select(slice => new ChunkPart(slice, file.AsMemory((int)slice.Range.Offset, (int)slice.Range.Length))),
        ];
        using ColumnReader reader = ColumnReader.Open("memory", chunk, parts);
        Assert.Equal(60, reader.Read(new long[60], new byte[60]));

        // Without the dictionary, in which all codes were valid.
        reader.Start("memory", chunk, parts.AsSpan(1));
        ParquetFormatException error = Assert.Throws<ParquetFormatException>(() => reader.Read(new long[60], new byte[60]));
        Assert.Contains("lies outside the dictionary's 0 entries", error.Message, StringComparison.Ordinal);
    }

    private static ParquetFile Write(SampleTable table, ParquetWriterOptions options)
    {
        string path = Path.GetTempFileName();
        table.Write(path, options, GroupRows);
        ParquetFile file = ParquetFile.Open(path);
        File.Delete(path);
        return file;
    }
}
