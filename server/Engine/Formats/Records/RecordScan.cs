using NearData.Vm;

namespace NearData.Engine.Formats.Records;

/// <summary>Records in memory: members are gathered from record to record.</summary>
internal sealed class RecordScan(PartLoad load, ReadOnlyMemory<byte> records, int size, int count, RecordColumn[] columns) : PartScan(load)
{
    private int _next;
    private int _batch;

    public override bool IsEnded => _next == count;

    public override int Advance(int most)
    {
        _batch = Math.Min(most, count - _next);
        _next += _batch;
        return _batch;
    }

    public override void Decode(ReadOnlySpan<int> fields, RecordBatch batch)
    {
        foreach (int field in fields)
        {
            Array.Find(columns, column => column.Field == field)!.Decode(Batch, size, batch);
        }
    }

    private ReadOnlySpan<byte> Batch => records.Span.Slice((_next - _batch) * size, _batch * size);
}
