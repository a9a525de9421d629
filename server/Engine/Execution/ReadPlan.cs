using NearData.Parquet;
using NearData.Storage;

namespace NearData.Engine.Execution;

/// <summary>
/// Which ranges of a file bring a row group's column chunks, aligned as the device asks: small neighbours together, long chunks alone, so
/// that each range is a thing worth keeping of its own.
/// </summary>
internal static class ReadPlan
{
    /// <summary>Bytes between two chunks that are read along: a request of its own costs a device about as much as reading these.</summary>
    private const long WorthwhileGap = 16 << 10;

    /// <summary>The longest range of several chunks. From this size on a read's own cost doesn't count.</summary>
    private const long LongestJoined = 1 << 20;

    /// <param name="chunks">Of one row group, in any order.</param>
    /// <param name="isWanted">Whether a chunk, by its place, is to be read.</param>
    /// <param name="geometry">The device's.</param>
    public static List<PlannedRange> Of(IReadOnlyList<ColumnChunk> chunks, Func<int, bool> isWanted, DeviceGeometry geometry)
    {
        List<PlannedRange> ranges = [];
        long joined = Math.Min(LongestJoined, geometry.MaximumTransfer);
        int[] order = [.. Enumerable.Range(0, chunks.Count).Where(i => chunks[i].CompressedLength > 0 && isWanted(i)).OrderBy(i => chunks[i].Offset)];
        for (int first = 0; first < order.Length;)
        {
            long start = AlignDown(chunks[order[first]].Offset, geometry.Alignment);
            long end = start;
            int next = first;
            while (next < order.Length && (next == first || Joins(chunks[order[next]], start, end, joined)))
            {
                ColumnChunk chunk = chunks[order[next++]];
                end = Math.Max(end, AlignDown(chunk.Offset + chunk.CompressedLength + geometry.Alignment - 1, geometry.Alignment));
            }

            ranges.Add(new PlannedRange(start, end - start, order[first..next]));
            first = next;
        }

        return ranges;
    }

    private static bool Joins(ColumnChunk chunk, long start, long end, long longest) =>
        chunk.Offset <= end + WorthwhileGap && chunk.Offset + chunk.CompressedLength - start <= longest;

    private static long AlignDown(long value, int alignment) => value & -alignment;
}

/// <summary>A range that is read whole.</summary>
/// <param name="Start">Bytes from the file's start; aligned.</param>
/// <param name="Length">Bytes; aligned.</param>
/// <param name="Chunks">The chunks in it, by their places.</param>
internal readonly record struct PlannedRange(long Start, long Length, int[] Chunks);
