using NearData.Parquet;
using NearData.Storage;

namespace NearData.Engine.Execution;

/// <summary>
/// Where a row group's column chunks come to lie in one buffer, and which reads bring them there: neighbours with one read, no read
/// longer than the device takes, each aligned as it asks. Immutable.
/// </summary>
internal sealed class ReadPlan
{
    /// <summary>Bytes between two chunks that are read along: a request of its own costs a device about as much as reading these.</summary>
    private const long WorthwhileGap = 16 << 10;

    private readonly long[] _starts;
    private readonly long[] _lengths;

    public ReadPlan(IReadOnlyList<ColumnChunk> chunks, DeviceGeometry geometry)
    {
        _starts = new long[chunks.Count];
        _lengths = [.. chunks.Select(chunk => chunk.CompressedLength)];
        List<PlannedRead> reads = [];
        int[] order = [.. Enumerable.Range(0, chunks.Count).Where(i => _lengths[i] > 0).OrderBy(i => chunks[i].Offset)];
        for (int first = 0; first < order.Length;)
        {
            long start = AlignDown(chunks[order[first]].Offset, geometry.Alignment);
            long end = start;
            int next = first;
            for (; next < order.Length && (next == first || chunks[order[next]].Offset <= end + WorthwhileGap); next++)
            {
                ColumnChunk chunk = chunks[order[next]];
                _starts[order[next]] = BufferLength + chunk.Offset - start;
                end = Math.Max(end, chunk.Offset + chunk.CompressedLength);
            }

            end = AlignDown(end + geometry.Alignment - 1, geometry.Alignment);
            Cut(reads, start, end, geometry.MaximumTransfer);
            BufferLength += end - start;
            first = next;
        }

        Reads = reads;
    }

    /// <summary>Bytes of the whole buffer; a multiple of the device's alignment.</summary>
    public long BufferLength { get; private set; }

    public IReadOnlyList<PlannedRead> Reads { get; }

    /// <summary>A chunk's bytes in the buffer, once the reads are done.</summary>
    public ReadOnlyMemory<byte> ChunkIn(Memory<byte> buffer, int chunk) => buffer.Slice((int)_starts[chunk], (int)_lengths[chunk]);

    private void Cut(List<PlannedRead> reads, long start, long end, int longest)
    {
        for (long offset = start; offset < end; offset += longest)
        {
            reads.Add(new PlannedRead(offset, BufferLength + offset - start, Math.Min(longest, end - offset)));
        }
    }

    private static long AlignDown(long value, int alignment) => value & -alignment;
}

/// <summary>One read of a plan.</summary>
/// <param name="Offset">Bytes from the device's start.</param>
/// <param name="Target">Bytes from the buffer's start.</param>
/// <param name="Length">Bytes.</param>
internal readonly record struct PlannedRead(long Offset, long Target, long Length);
