using System.Collections.Immutable;
using NearData.Formats;
using NearData.Formats.Splitting;

namespace NearData.Engine.Formats.Text;

/// <summary>
/// Finds out where the ranges of a text file's records start, by counting quotes and newlines of all of it: once for each version of the file, on
/// all cores, at the cost of reading it once more. Thread-safe.
/// </summary>
internal sealed class RecordSurvey(string file, long length, byte quote)
{
    private readonly BlockCount[] _counts = new BlockCount[BlocksOf(length)];
    private ImmutableArray<RecordRange> _ranges;
    private int _left = BlocksOf(length);

    /// <summary>Blocks of a file, and the most ranges that it can have.</summary>
    public static int BlocksOf(long length) => checked((int)((length + RecordIndex.BlockLength - 1) / RecordIndex.BlockLength));

    /// <summary>Of a file that isn't cut: there is nothing to find out.</summary>
    public static RecordSurvey OfOneBlock(string file, long length) =>
        new(file, length, quote: 0) { _ranges = [new RecordRange(new TextPlace(0, 1), length, length)] };

    /// <summary>A block's place in the file.</summary>
    public ByteRange Block(int block) => Block(block, length);

    /// <summary>The place of a block of a file of a length.</summary>
    public static ByteRange Block(int block, long length)
    {
        long offset = (long)block * RecordIndex.BlockLength;
        return new ByteRange(offset, Math.Min(RecordIndex.BlockLength, length - offset));
    }

    /// <summary>Counts a block, each one once.</summary>
    /// <returns>Whether it was the last one.</returns>
    /// <exception cref="TextFormatException">It was the last one, and a record is longer than may be.</exception>
    public bool Count(int block, ReadOnlySpan<byte> text)
    {
        _counts[block] = BlockCount.Of(text, quote);
        if (Interlocked.Decrement(ref _left) > 0)
        {
            return false;
        }

        _ranges = RecordIndex.Build(file, length, _counts);
        return true;
    }

    /// <summary>A range, once all blocks are counted; an empty one where there are fewer.</summary>
    public RecordRange RangeAt(int index) => index < _ranges.Length ? _ranges[index] : new RecordRange(new TextPlace(length, 0), 0, 0);
}
