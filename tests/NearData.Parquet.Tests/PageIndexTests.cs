using System.Globalization;
using System.Text;
using NearData.TestSupport;

namespace NearData.Parquet.Tests;

/// <summary>Page indexes and bloom filters of another writer's file.</summary>
public sealed class PageIndexTests
{
    private const int Rows = 900;
    private const int GroupRows = 500;

    private static readonly string Path = System.IO.Path.Combine(Ground.Shared, "parquet-testing", "data_index_bloom_encoding_stats.parquet");

    [FactNeeding(Needs.SharedData)]
    public void A_bloom_filter_without_a_length_in_the_footer_holds_every_value_of_its_column()
    {
        using ParquetFile file = ParquetFile.Open(Path);
        BloomFilter filter = Assert.IsType<BloomFilter>(file.ReadBloomFilter(0, 0));
        string?[] values = ColumnText.Read(file, 0);
        Assert.Equal(14, values.Length);
        Assert.All(values, value => Assert.True(filter.MayContain(Convert.FromHexString(value!))));
        string[] absent = [.. Enumerable.Range(0, 500).Select(i => $"absent {i}").Where(text => !filter.MayContain(Encoding.UTF8.GetBytes(text)))];
        Assert.InRange(absent.Length, 450, 500);
    }

    [FactNeeding(Needs.SharedData)]
    public void The_page_indexes_name_the_pages_that_are_there()
    {
        using ParquetFile file = ParquetFile.Open(Path);
        ColumnChunk chunk = file.Metadata.RowGroups[0].Chunks[0];
        OffsetIndex offsets = Assert.IsType<OffsetIndex>(file.ReadOffsetIndex(0, 0));
        ColumnIndex columns = Assert.IsType<ColumnIndex>(file.ReadColumnIndex(0, 0));
        PageLocation page = Assert.Single(offsets.Pages);
        Assert.Equal(new PageLocation(chunk.Offset, (int)chunk.CompressedLength, FirstRow: 0), page);
        PageStatistics known = Assert.Single(columns.Pages);
        Assert.False(known.IsNull);
        Assert.Equal(0, known.Values.NullCount);
        string[] values = [.. ColumnText.Read(file, 0).Select(value => value!).Order(StringComparer.Ordinal)];
        Assert.Equal((values[0], values[^1]), (Convert.ToHexString(known.Values.Min!.Value.Span), Convert.ToHexString(known.Values.Max!.Value.Span)));
    }

    [Theory]
    [InlineData(Codec.Uncompressed, DataPageVersion.V1)]
    [InlineData(Codec.Snappy, DataPageVersion.V2)]
    public void Pages_found_by_the_offset_index_have_the_rows_that_it_says(Codec codec, DataPageVersion version)
    {
        SampleTable table = new(Rows, seed: 77);
        using ParquetFile file = Write(table, new ParquetWriterOptions { Codec = codec, DataPageVersion = version, DataPageRows = 90, HasPageIndexes = true });
        Random random = new(78);
        foreach (SampleColumn sample in table.Columns)
        {
            int column = file.Metadata.Schema.Find(sample.Column.Path)!.Index;
            OffsetIndex index = Assert.IsType<OffsetIndex>(file.ReadOffsetIndex(1, column));
            Assert.InRange(index.Pages.Length, 4, 40);
            RowRange[] wanted = Wanted(random);
            List<ChunkSlice> slices = index.Slices(wanted);
            using ColumnReader reader = file.OpenPages(1, column, slices);
            long row = 0;
            foreach (RowRange range in wanted)
            {
                reader.Skip(range.First - row);
                Assert.Equal(sample.Expected.Skip(GroupRows + (int)range.First).Take((int)range.Count), ColumnText.Read(reader, sample.Column, (int)range.Count));
                row = range.End;
            }

            reader.Skip(Rows - GroupRows - row);
            Assert.Equal(0, reader.RowsLeft);
        }
    }

    [Fact]
    public void A_column_index_of_other_pages_than_the_offset_index_is_refused()
    {
        byte[] fine = MemoryFile.Write(new ParquetWriterOptions { DataPageRows = 10, HasPageIndexes = true });
        byte[] coarse = MemoryFile.Write(new ParquetWriterOptions { DataPageRows = 25, HasPageIndexes = true });
        ColumnChunk chunk = MemoryFile.Metadata(fine).RowGroups[0].Chunks[0];
        FileRange offsets = chunk.OffsetIndex!.Value;
        FileRange columns = MemoryFile.Metadata(coarse).RowGroups[0].Chunks[0].ColumnIndex!.Value;
        ParquetFormatException error = Assert.Throws<ParquetFormatException>(() => PageIndex.Parse(
            "memory", chunk, 60, fine.AsSpan((int)offsets.Offset, (int)offsets.Length), coarse.AsSpan((int)columns.Offset, (int)columns.Length)));
        Assert.Contains("The column index of id has 3 pages, its offset index 6", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_of_pages_that_were_not_given_are_named()
    {
        SampleTable table = new(Rows, seed: 80);
        using ParquetFile file = Write(table, new ParquetWriterOptions { DataPageRows = 50, HasPageIndexes = true });
        int column = file.Metadata.Schema.Find("int64")!.Index;
        using ColumnReader reader = file.OpenPages(0, column, file.ReadOffsetIndex(0, column)!.Slices([new RowRange(110, 10)]));
        reader.Skip(100);
        Assert.Equal(50, reader.Read<long>(new long[50], []));
        ColumnAccessException error = Assert.Throws<ColumnAccessException>(() => reader.Read<long>(new long[1], []));
        Assert.Contains("350 rows from row 150 on", error.Message, StringComparison.Ordinal);
    }

    private static RowRange[] Wanted(Random random)
    {
        List<RowRange> wanted = [];
        for (long row = random.Next(150); row < Rows - GroupRows; row += random.Next(200))
        {
            RowRange range = new(row, Math.Min(1 + random.Next(60), Rows - GroupRows - row));
            wanted.Add(range);
            row = range.End;
        }

        return [.. wanted];
    }

    [Fact]
    public void The_column_index_has_the_bounds_and_nulls_of_each_page()
    {
        SampleTable table = new(Rows, seed: 79);
        using ParquetFile file = Write(table, new ParquetWriterOptions { DataPageRows = 90, HasPageIndexes = true });
        int compared = 0;
        foreach (SampleColumn sample in table.Columns.Where(sample => sample.Column is { LogicalType: null or LogicalType.Integer or LogicalType.Date, PhysicalType: PhysicalType.Int32 or PhysicalType.Int64 }))
        {
            int column = file.Metadata.Schema.Find(sample.Column.Path)!.Index;
            OffsetIndex offsets = file.ReadOffsetIndex(0, column)!;
            ColumnIndex columns = Assert.IsType<ColumnIndex>(file.ReadColumnIndex(0, column));
            Assert.Equal(offsets.Pages.Length, columns.Pages.Length);
            for (int page = 0; page < offsets.Pages.Length; page++)
            {
                int end = page + 1 < offsets.Pages.Length ? (int)offsets.Pages[page + 1].FirstRow : GroupRows;
                string?[] rows = [.. sample.Expected.Take(end).Skip((int)offsets.Pages[page].FirstRow)];
                Int128[] values = [.. rows.Where(row => row is not null).Select(row => Int128.Parse(row!, CultureInfo.InvariantCulture))];
                Assert.Equal(rows.Length - values.Length, columns.Pages[page].Values.NullCount);
                Assert.Equal(values.Length == 0, columns.Pages[page].IsNull);
                if (columns.Pages[page].Values.TryGetInt64Range(out long min, out long max))
                {
                    Assert.Equal((values.Min(), values.Max()), (min, max));
                    compared++;
                }
            }
        }

        Assert.True(compared > 50);
    }

    private static ParquetFile Write(SampleTable table, ParquetWriterOptions options)
    {
        string path = System.IO.Path.GetTempFileName();
        table.Write(path, options, GroupRows);
        ParquetFile file = ParquetFile.Open(path);
        File.Delete(path);
        return file;
    }

    /// <summary>The values of xxhash_spec.md's reference implementation for XXH64 with seed 0.</summary>
    [Theory]
    [InlineData("", 0xEF46DB3751D8E999)]
    [InlineData("a", 0xD24EC4F1A98C6E5B)]
    [InlineData("abc", 0x44BC2CF5AD770999)]
    public void The_hash_is_XXH64(string text, ulong hash) => Assert.Equal(hash, XxHash64.Of(Encoding.ASCII.GetBytes(text)));
}
