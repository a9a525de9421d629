using NearData.Isa.Programs;
using NearData.Vm.Compilation;
using NearData.Vm.Memory;
using NearData.Vm.Results;

namespace NearData.Vm.Vectors;

/// <summary>
/// One worker's run of vector code. What it adds up stays in accumulators from batch to batch: bringing it into the totals takes longer than
/// a small batch. Not thread-safe.
/// </summary>
internal sealed unsafe class VectorRun : IDisposable
{
    private readonly VectorMethod _method;
    private readonly AlignedMemory _accumulators;
    private AlignedMemory _masks = new(0);
    private int _records;

    public VectorRun(VectorMethod method)
    {
        _method = method;
        _accumulators = new AlignedMemory((long)method.Accumulators.Length * Accumulator.Stride);
        Empty();
    }

    private Span<byte> Memory => new(_accumulators.Start, (int)_accumulators.Length);

    /// <summary>How many of some records, from the first, vector code takes.</summary>
    public int Whole(int records) => records - (records % _method.Step);

    /// <summary>Runs a filter over the first records.</summary>
    /// <param name="frame">Of which first and end are set here; gets the positions of those that are kept.</param>
    /// <param name="records">A number that <see cref="Whole"/> gave.</param>
    /// <returns>How many are kept.</returns>
    public int Filter(CallFrame* frame, int records)
    {
        int words = (records + MaskBits.WordRecords - 1) / MaskBits.WordRecords;
        if (words == 0)
        {
            return 0;
        }

        if (_masks.Length < (long)words * sizeof(ulong))
        {
            _masks.Dispose();
            _masks = new AlignedMemory((long)words * sizeof(ulong));
        }

        ulong* masks = (ulong*)_masks.Start;
        masks[words - 1] = 0;
        frame->Masks = masks;
        frame->First = 0;
        frame->End = records;
        _method.Call(frame);
        return MaskBits.WritePositions(masks, records, frame->Selection);
    }

    /// <summary>Runs a reduction over the first records.</summary>
    /// <param name="frame">Of which first and end are set here.</param>
    /// <param name="records">A number that <see cref="Whole"/> gave.</param>
    /// <param name="totals">Get what accumulators can't hold.</param>
    public void Reduce(CallFrame* frame, int records, ResultTotals totals)
    {
        frame->Accumulators = _accumulators.Start;
        for (frame->First = 0; frame->First < records; frame->First = frame->End)
        {
            if (_records == Accumulator.MostRecords)
            {
                Settle(totals);
            }

            frame->End = long.Min(records, frame->First + Accumulator.MostRecords - _records);
            _method.Call(frame);
            _records += (int)(frame->End - frame->First);
        }
    }

    /// <summary>Brings what was added up into the totals.</summary>
    public void Settle(ResultTotals totals)
    {
        if (_records == 0)
        {
            return;
        }

        foreach (Accumulator accumulator in _method.Accumulators)
        {
            totals.Merge(accumulator.Update.Result, accumulator.Total(Memory, _method.Shape, _records, FieldOf(accumulator)));
        }

        _records = 0;
        Empty();
    }

    public void Dispose()
    {
        _accumulators.Dispose();
        _masks.Dispose();
    }

    private void Empty()
    {
        foreach (Accumulator accumulator in _method.Accumulators)
        {
            accumulator.Empty(Memory, _method.Shape, FieldOf(accumulator));
        }
    }

    private ResultField FieldOf(Accumulator accumulator) => _method.Straight.Program.Results[accumulator.Update.Result];
}
