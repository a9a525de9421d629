using System.Text;
using NearData.TestSupport;

namespace NearData.Parquet.Tests;

/// <summary>Page indexes and bloom filters of another writer's file.</summary>
public sealed class PageIndexTests
{
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

    /// <summary>The values of xxhash_spec.md's reference implementation for XXH64 with seed 0.</summary>
    [Theory]
    [InlineData("", 0xEF46DB3751D8E999)]
    [InlineData("a", 0xD24EC4F1A98C6E5B)]
    [InlineData("abc", 0x44BC2CF5AD770999)]
    public void The_hash_is_XXH64(string text, ulong hash) => Assert.Equal(hash, XxHash64.Of(Encoding.ASCII.GetBytes(text)));
}
