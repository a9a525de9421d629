using NearData.Parquet.Compression;

namespace NearData.Parquet.Tests;

/// <summary>
/// Snappy blocks against the format's description and against themselves; DuckDB reads them in <see cref="WriterTests"/>.
/// </summary>
public sealed class SnappyTests
{
    /// <summary>Each line: what the block is, its bytes, what they decompress to (format_description.txt).</summary>
    public static TheoryData<string, string, string> Blocks() => new()
    {
        { "nothing", "00", "" },
        { "a literal", "03 08 61 62 63", "616263" },
        { "a literal with its length in one more byte", "03 F0 02 61 62 63", "616263" },
        { "a literal with its length in four more bytes", "03 FC 02 00 00 00 61 62 63", "616263" },
        { "a copy with a one-byte offset", "08 0C 61 62 63 64 01 04", "6162636461626364" },
        { "a copy with a two-byte offset", "08 0C 61 62 63 64 0E 04 00", "6162636461626364" },
        { "a copy with a four-byte offset", "08 0C 61 62 63 64 0F 04 00 00 00", "6162636461626364" },
        { "a copy that overlaps itself by one", "06 00 61 05 01", "616161616161" },
        { "a copy that overlaps itself by three", "0B 08 61 62 63 11 03", "6162636162636162636162" },
    };

    public static TheoryData<string, string> BrokenBlocks() => new()
    {
        { "no length", "" },
        { "a length that doesn't end", "FF FF FF FF FF FF" },
        { "another length than the page's", "04 08 61 62 63" },
        { "a literal that ends early", "03 08 61 62" },
        { "a literal's length that ends early", "03 F8 02" },
        { "a literal longer than the block", "03 FC FF FF FF FF 61 62 63" },
        { "a literal beyond the end", "03 0C 61 62 63 64" },
        { "a copy from before the start", "03 00 61 01 02" },
        { "a copy with offset zero", "05 00 61 01 00" },
        { "a copy before anything", "04 01 01" },
        { "a copy beyond the end", "03 00 61 05 01" },
        { "a copy with a huge offset", "05 00 61 0F FF FF FF FF" },
        { "a copy's offset that ends early", "05 00 61 0E 01" },
        { "an end too soon", "03 00 61" },
    };

    [Theory]
    [MemberData(nameof(Blocks))]
    public void A_block_decompresses_as_the_format_says(string what, string block, string expected)
    {
        byte[] right = Convert.FromHexString(expected);
        byte[] target = new byte[right.Length + BlockCodec.Slack];
        Assert.True(SnappyDecompressor.TryDecompress(Bytes(block), target, right.Length), what);
        Assert.Equal(right, target[..right.Length]);
    }

    [Theory]
    [MemberData(nameof(BrokenBlocks))]
    public void A_broken_block_is_refused(string what, string block) =>
        Assert.False(SnappyDecompressor.TryDecompress(Bytes(block), new byte[64 + BlockCodec.Slack], length: what == "a copy before anything" ? 4 : 3), what);

    [Fact]
    public void What_is_compressed_decompresses_to_the_same_bytes()
    {
        const int Seed = 42;
        Random random = new(Seed);
        for (int round = 0; round < 600; round++)
        {
            byte[] right = BlockSample.Next(random);
            byte[] block = new byte[SnappyCompressor.Bound(right.Length)];
            int length = SnappyCompressor.Compress(right, block);
            byte[] target = new byte[right.Length + BlockCodec.Slack];
            Assert.True(SnappyDecompressor.TryDecompress(block.AsSpan(0, length), target, right.Length), $"seed {Seed}, round {round}");
            Assert.True(right.AsSpan().SequenceEqual(target.AsSpan(0, right.Length)), $"seed {Seed}, round {round}");
        }
    }

    [Fact]
    public void A_mutated_block_is_refused_or_fills_no_more_than_its_length()
    {
        const int Seed = 43;
        Random random = new(Seed);
        for (int round = 0; round < 3_000; round++)
        {
            byte[] right = BlockSample.Next(random, limit: 2_000);
            byte[] block = new byte[SnappyCompressor.Bound(right.Length)];
            int length = SnappyCompressor.Compress(right, block);
            for (int change = 0; change < 3; change++)
            {
                block[random.Next(length)] = (byte)random.Next(256);
            }

            SnappyDecompressor.TryDecompress(block.AsSpan(0, length), new byte[right.Length + BlockCodec.Slack], right.Length);
        }
    }

    [Fact]
    public void Repetitive_bytes_become_much_shorter()
    {
        byte[] right = new byte[200_000];
        byte[] block = new byte[SnappyCompressor.Bound(right.Length)];
        Assert.InRange(SnappyCompressor.Compress(right, block), 1, right.Length / 20);
    }

    private static byte[] Bytes(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
}
