using NearData.Parquet.Compression;

namespace NearData.Parquet.Tests;

/// <summary>LZ4 blocks against the format's description and against themselves; DuckDB reads and writes them in other tests.</summary>
public sealed class Lz4Tests
{
    /// <summary>Each line: what the block is, its bytes, what they decompress to (lz4_Block_format.md).</summary>
    public static TheoryData<string, string, string> Blocks() => new()
    {
        { "nothing", "00", "" },
        { "a literal", "30 61 62 63", "616263" },
        { "a literal of fifteen, whose length has one more byte", "F0 00 000102030405060708090A0B0C0D0E", "000102030405060708090A0B0C0D0E" },
        { "a copy of four", "40 61 62 63 64 04 00 10 65", "616263646162636465" },
        { "a copy that overlaps itself by one", "11 61 01 00 10 62", "61616161616162" },
        { "a copy that overlaps itself by three", "34 61 62 63 03 00 00", "6162636162636162636162" },
        { "a copy of nineteen, whose length has one more byte", "1F 61 01 00 00 00", "6161616161616161616161616161616161616161" },
    };

    public static TheoryData<string, string, int> BrokenBlocks() => new()
    {
        { "no token", "", 3 },
        { "a literal that ends early", "30 61 62", 3 },
        { "a literal beyond the end", "40 61 62 63 64", 3 },
        { "a literal's length that ends early", "F0 FF", 300 },
        { "a literal's length that never ends", "F0 FF FF FF FF FF FF FF FF", 300 },
        { "an offset that ends early", "10 61 01", 5 },
        { "an offset of zero", "10 61 00 00 00", 5 },
        { "a copy from before the start", "10 61 02 00 00", 5 },
        { "a copy before anything", "00 01 00 00", 4 },
        { "a copy beyond the end", "11 61 01 00 00", 5 },
        { "a copy's length that ends early", "1F 61 01 00 FF", 400 },
        { "a copy at the end, without the last literals' token", "10 61 01 00", 5 },
        { "an end too soon", "10 61", 3 },
    };

    /// <summary>Pages of the deprecated codec: Hadoop's frames, several of them, and a bare block.</summary>
    public static TheoryData<string, string, string> Frames() => new()
    {
        { "one frame", "00000003 00000004 30616263", "616263" },
        { "two frames", "00000003 00000004 30616263 00000001 00000002 1064", "61626364" },
        { "a bare block", "30 61 62 63", "616263" },
    };

    [Theory]
    [MemberData(nameof(Blocks))]
    public void A_block_decompresses_as_the_format_says(string what, string block, string expected)
    {
        byte[] right = Convert.FromHexString(expected);
        byte[] target = new byte[right.Length + BlockCodec.Slack];
        Assert.True(Lz4Decompressor.TryDecompress(Bytes(block), target, right.Length), what);
        Assert.Equal(right, target[..right.Length]);
    }

    [Theory]
    [MemberData(nameof(BrokenBlocks))]
    public void A_broken_block_is_refused(string what, string block, int length) =>
        Assert.False(Lz4Decompressor.TryDecompress(Bytes(block), new byte[length + BlockCodec.Slack], length), what);

    [Theory]
    [MemberData(nameof(Frames))]
    public void The_deprecated_codec_is_read_with_frames_and_without(string what, string page, string expected)
    {
        byte[] right = Convert.FromHexString(expected);
        byte[] target = new byte[right.Length + BlockCodec.Slack];
        using HadoopLz4Codec codec = new();
        Assert.True(codec.TryDecompress(Bytes(page), target, right.Length), what);
        Assert.Equal(right, target[..right.Length]);
    }

    [Fact]
    public void What_is_compressed_decompresses_to_the_same_bytes()
    {
        const int Seed = 44;
        Random random = new(Seed);
        for (int round = 0; round < 600; round++)
        {
            byte[] right = BlockSample.Next(random);
            byte[] block = new byte[Lz4Compressor.Bound(right.Length)];
            int length = Lz4Compressor.Compress(right, block);
            byte[] target = new byte[right.Length + BlockCodec.Slack];
            Assert.True(Lz4Decompressor.TryDecompress(block.AsSpan(0, length), target, right.Length), $"seed {Seed}, round {round}");
            Assert.True(right.AsSpan().SequenceEqual(target.AsSpan(0, right.Length)), $"seed {Seed}, round {round}");
        }
    }

    [Fact]
    public void A_mutated_block_is_refused_or_fills_no_more_than_its_length()
    {
        const int Seed = 45;
        Random random = new(Seed);
        for (int round = 0; round < 3_000; round++)
        {
            byte[] right = BlockSample.Next(random, limit: 2_000);
            byte[] block = new byte[Lz4Compressor.Bound(right.Length)];
            int length = Lz4Compressor.Compress(right, block);
            for (int change = 0; change < 3; change++)
            {
                block[random.Next(length)] = (byte)random.Next(256);
            }

            Lz4Decompressor.TryDecompress(block.AsSpan(0, length), new byte[right.Length + BlockCodec.Slack], right.Length);
        }
    }

    [Fact]
    public void Repetitive_bytes_become_much_shorter()
    {
        byte[] right = new byte[200_000];
        byte[] block = new byte[Lz4Compressor.Bound(right.Length)];
        Assert.InRange(Lz4Compressor.Compress(right, block), 1, right.Length / 20);
    }

    private static byte[] Bytes(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
}
