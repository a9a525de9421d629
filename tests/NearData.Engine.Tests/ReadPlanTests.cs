using NearData.Engine.Execution;
using NearData.Parquet;
using NearData.Storage;

namespace NearData.Engine.Tests;

/// <summary>Whatever the chunks and the device, the planned reads bring every chunk's bytes to its place.</summary>
public sealed class ReadPlanTests
{
    [Theory]
    [InlineData(1, int.MaxValue)]
    [InlineData(1, 1000)]
    [InlineData(512, 512)]
    [InlineData(4096, 1 << 20)]
    public void Every_chunk_is_where_the_plan_says_after_its_reads(int alignment, int longest)
    {
        const int Seed = 5;
        Random random = new(Seed);
        byte[] medium = new byte[300_000];
        random.NextBytes(medium);
        for (int round = 0; round < 200; round++)
        {
            ColumnChunk[] chunks = [.. Enumerable.Range(0, random.Next(1, 12)).Select(_ => Chunk(random, medium.Length))];
            ReadPlan plan = new(chunks, new DeviceGeometry(alignment, longest));
            byte[] buffer = new byte[plan.BufferLength];
            foreach (PlannedRead read in plan.Reads)
            {
                Assert.Equal((0, 0, 0), (read.Offset % alignment, read.Target % alignment, read.Length % alignment));
                Assert.InRange(read.Length, 1, longest);
                int there = (int)Math.Min(read.Length, medium.Length - read.Offset);
                medium.AsSpan((int)read.Offset, there).CopyTo(buffer.AsSpan((int)read.Target));
            }

            for (int i = 0; i < chunks.Length; i++)
            {
                ReadOnlySpan<byte> expected = medium.AsSpan((int)chunks[i].Offset, (int)chunks[i].CompressedLength);
                Assert.True(expected.SequenceEqual(plan.ChunkIn(buffer, i).Span), $"seed {Seed}, round {round}, chunk {i}");
            }
        }
    }

    [Fact]
    public void Neighbours_are_read_at_once_and_distant_chunks_are_not()
    {
        ReadPlan near = new([Chunk(200_000, 1000), Chunk(100_000, 100_000)], DeviceGeometry.Free);
        ReadPlan far = new([Chunk(0, 1000), Chunk(1_000_000, 1000)], DeviceGeometry.Free);

        Assert.Equal([new PlannedRead(100_000, 0, 101_000)], near.Reads);
        Assert.Equal([new PlannedRead(0, 0, 1000), new PlannedRead(1_000_000, 1000, 1000)], far.Reads);
    }

    private static ColumnChunk Chunk(Random random, int end)
    {
        int offset = random.Next(end);
        return Chunk(offset, random.Next(Math.Min(end - offset, random.Next(2) == 0 ? 100 : 50_000)));
    }

    private static ColumnChunk Chunk(long offset, long length) => new()
    {
        Column = ParquetColumn.Int64("a"),
        Codec = Codec.Uncompressed,
        Offset = offset,
        CompressedLength = length,
        UncompressedLength = length,
        ValueCount = 0,
    };
}
