using System.Collections.Immutable;

namespace NearData.Formats.Splitting;

/// <summary>A part of a text file that starts where a record does and ends where one ends.</summary>
/// <param name="Start">Its place.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Records">Records at most: header and blank lines are counted too.</param>
public readonly record struct RecordRange(TextPlace Start, long Length, long Records);

/// <summary>
/// Cuts a text file into ranges of whole records, so that several cores can work on it. Where a block's records start depends on all the
/// quotes before it: a guess could be wrong, so the blocks are counted first (<see cref="BlockCount"/>), in any order and in parallel, and
/// then put together in order.
/// </summary>
public static class RecordIndex
{
    /// <summary>Bytes of a block: enough that handing out ranges costs nothing, and few enough that cores end together.</summary>
    public const int BlockLength = 4 << 20;

    /// <summary>The most bytes of a range of blocks of that length.</summary>
    public const long MostRangeLength = (2L * BlockLength) + TextLimits.RecordLength;

    /// <summary>The ranges of a file, in order, together all of it.</summary>
    /// <param name="file">Its name in messages.</param>
    /// <param name="length">Its bytes.</param>
    /// <param name="blocks">Of its blocks, in order.</param>
    /// <param name="blockLength">Bytes of each but the last.</param>
    /// <exception cref="TextFormatException">A record is longer than may be.</exception>
    public static ImmutableArray<RecordRange> Build(string file, long length, ReadOnlySpan<BlockCount> blocks, int blockLength = BlockLength)
    {
        ImmutableArray<RecordRange>.Builder ranges = ImmutableArray.CreateBuilder<RecordRange>();
        TextPlace start = new(0, 1);
        bool isQuoted = false;
        long lines = 1;
        long records = 0;
        int last = 0;
        for (int block = 0; block < blocks.Length; block++)
        {
            NewlineCount ends = blocks[block].RecordEnds(isQuoted);
            if (block > 0 && ends.First >= 0)
            {
                TextPlace next = new(((long)block * blockLength) + ends.First + 1, lines + ends.LinesToFirst);
                ranges.Add(new RecordRange(start, next.Offset - start.Offset, records + 1));
                start = next;
                records = -1;
            }

            if (ends.First >= 0)
            {
                last = block;
            }
            else if ((long)(block - last - 1) * blockLength > TextLimits.RecordLength)
            {
                throw new TextFormatException(file, start, $"A record that starts behind here has more than {TextLimits.RecordLength} bytes.");
            }

            records += ends.Count;
            lines += blocks[block].Lines;
            isQuoted ^= blocks[block].IsOdd;
        }

        if (length > start.Offset)
        {
            ranges.Add(new RecordRange(start, length - start.Offset, records + 1));
        }

        return ranges.ToImmutable();
    }
}
