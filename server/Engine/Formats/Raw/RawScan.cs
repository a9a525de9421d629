using NearData.Vm;

namespace NearData.Engine.Formats.Raw;

/// <summary>Buffers one after another. A batch has few, so that executions can be cancelled between batches.</summary>
internal sealed class RawScan(PartLoad load, ReadOnlyMemory<byte> bytes, int bufferBytes) : PartScan(load)
{
    /// <summary>Bytes of a batch, about.</summary>
    private const int BatchBytes = 1 << 16;

    private int _start;
    private int _next;

    public override bool IsEnded => _next == bytes.Length;

    public override int Advance(int most)
    {
        int buffers = Math.Min(most, Math.Max(BatchBytes / bufferBytes, 1));
        _start = _next;
        _next = Math.Min(bytes.Length, _start + (buffers * bufferBytes));
        return (_next - _start + bufferBytes - 1) / bufferBytes;
    }

    /// <summary>A buffer of the current batch.</summary>
    public ReadOnlySpan<byte> Buffer(int index)
    {
        int start = _start + (index * bufferBytes);
        return bytes.Span[start..Math.Min(start + bufferBytes, _next)];
    }

    public override void Decode(ReadOnlySpan<int> fields, RecordBatch batch)
    {
        // Buffers have no columns.
    }
}
