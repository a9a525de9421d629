using NearData.Storage;

namespace NearData.Engine.Formats;

/// <summary>
/// Which ranges of a file bring the pieces that a part of it needs, aligned as the device asks: small neighbours together, long pieces alone, so
/// that each range is a thing worth keeping of its own.
/// </summary>
internal static class ReadPlan
{
    /// <summary>Bytes between two pieces that are read along: a request of its own costs a device about as much as reading these.</summary>
    private const long WorthwhileGap = 16 << 10;

    /// <summary>The longest range of several pieces. From this size on a read's own cost doesn't count.</summary>
    private const long LongestJoined = 1 << 20;

    /// <param name="pieces">Column chunks, or records; in any order.</param>
    /// <param name="isWanted">Whether a piece, by its place, is to be read.</param>
    /// <param name="geometry">The device's.</param>
    public static List<PlannedRange> Of(IReadOnlyList<ByteRange> pieces, Func<int, bool> isWanted, DeviceGeometry geometry)
    {
        List<PlannedRange> ranges = [];
        long joined = Math.Min(LongestJoined, geometry.MaximumTransfer);
        int[] order = [.. Enumerable.Range(0, pieces.Count).Where(i => pieces[i].Length > 0 && isWanted(i)).OrderBy(i => pieces[i].Offset)];
        for (int first = 0; first < order.Length;)
        {
            long start = AlignDown(pieces[order[first]].Offset, geometry.Alignment);
            long end = start;
            int next = first;
            while (next < order.Length && (next == first || Joins(pieces[order[next]], start, end, joined)))
            {
                end = Math.Max(end, AlignDown(pieces[order[next++]].End + geometry.Alignment - 1, geometry.Alignment));
            }

            ranges.Add(new PlannedRange(start, end - start, order[first..next]));
            first = next;
        }

        return ranges;
    }

    private static bool Joins(ByteRange piece, long start, long end, long longest) =>
        piece.Offset <= end + WorthwhileGap && piece.End - start <= longest;

    private static long AlignDown(long value, int alignment) => value & -alignment;
}

/// <summary>A range that is read whole.</summary>
/// <param name="Start">Bytes from the file's start; aligned.</param>
/// <param name="Length">Bytes; aligned.</param>
/// <param name="Pieces">The pieces in it, by their places.</param>
internal readonly record struct PlannedRange(long Start, long Length, int[] Pieces);
