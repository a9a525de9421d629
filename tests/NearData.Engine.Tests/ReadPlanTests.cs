using NearData.Engine.Formats;
using NearData.Storage;

namespace NearData.Engine.Tests;

/// <summary>Whatever the chunks and the device, the planned ranges bring every chunk that is wanted, once.</summary>
public sealed class ReadPlanTests
{
    [Theory]
    [InlineData(1, int.MaxValue)]
    [InlineData(1, 1000)]
    [InlineData(512, 512)]
    [InlineData(4096, 1 << 20)]
    public void Every_chunk_that_is_wanted_lies_in_one_aligned_range(int alignment, int longest)
    {
        const int Seed = 5;
        Random random = new(Seed);
        const int Length = 300_000;
        for (int round = 0; round < 200; round++)
        {
            ByteRange[] chunks = [.. Enumerable.Range(0, random.Next(1, 12)).Select(_ => Chunk(random, Length))];
            List<PlannedRange> ranges = ReadPlan.Of(chunks, chunk => chunk % 4 != 3, new DeviceGeometry(alignment, longest));
            int[] wanted = [.. Enumerable.Range(0, chunks.Length).Where(chunk => chunk % 4 != 3 && chunks[chunk].Length > 0)];
            Assert.Equal(wanted, ranges.SelectMany(range => range.Pieces).Order());
            foreach (PlannedRange range in ranges)
            {
                Assert.Equal((0, 0), (range.Start % alignment, range.Length % alignment));
                long longestChunk = range.Pieces.Max(chunk => chunks[chunk].Length);
                Assert.InRange(range.Length, longestChunk, Math.Max(longestChunk, Math.Min(longest, 1 << 20)) + 2 * alignment);
                foreach (ByteRange chunk in range.Pieces.Select(chunk => chunks[chunk]))
                {
                    Assert.InRange(chunk.Offset, range.Start, range.Start + range.Length - chunk.Length);
                }
            }
        }
    }

    [Fact]
    public void Small_neighbours_are_read_at_once_and_distant_or_long_chunks_are_not()
    {
        Assert.Equal([(100_000, 101_000)], RangesOf(Chunk(200_000, 1000), Chunk(100_000, 100_000)));
        Assert.Equal([(0, 1000), (1_000_000, 1000)], RangesOf(Chunk(0, 1000), Chunk(1_000_000, 1000)));
        Assert.Equal([(0, 900_000), (900_000, 900_000)], RangesOf(Chunk(0, 900_000), Chunk(900_000, 900_000)));
    }

    private static IEnumerable<(long, long)> RangesOf(params ByteRange[] chunks) =>
        ReadPlan.Of(chunks, _ => true, DeviceGeometry.Free).Select(range => (range.Start, range.Length));

    private static ByteRange Chunk(Random random, int end)
    {
        int offset = random.Next(end);
        return Chunk(offset, random.Next(Math.Min(end - offset, random.Next(2) == 0 ? 100 : 50_000)));
    }

    private static ByteRange Chunk(long offset, long length) => new(offset, length);
}
