using NearData.Vm.Compilation;
using NearData.Vm.Interpretation;

namespace NearData.Vm;

/// <summary>Runs a compiled query: one call of machine code filters a batch, one or few reduce it. Not thread-safe.</summary>
internal sealed unsafe class CompiledRunner : QueryRunner
{
    private const int StackBytes = CallStack.MostFrames * CallStack.FrameSize;

    private readonly CompiledQuery _compiled;

    public CompiledRunner(CompiledQuery compiled, ParameterValues parameters)
        : base(compiled.Query, parameters) => _compiled = compiled;

    private protected override int Select(RecordBatch batch)
    {
        byte* stack = stackalloc byte[StackBytes];
        CallFrame frame = Frame(batch, stack);
        frame.Selection = SelectionStart;
        frame.End = batch.Count;
        return (int)_compiled.Filter!.Run(&frame);
    }

    private protected override int SelectAmong(RecordBatch batch, int candidates)
    {
        byte* stack = stackalloc byte[StackBytes];
        CallFrame frame = Frame(batch, stack);
        frame.Selection = SelectionStart;
        frame.End = candidates;
        return (int)_compiled.FilterSelected!.Run(&frame);
    }

    private protected override void Accumulate(RecordBatch batch, int* selection, int count)
    {
        byte* stack = stackalloc byte[StackBytes];
        CallFrame frame = Frame(batch, stack);
        frame.Selection = selection;
        CompiledMethod reduce = selection is null ? _compiled.ReduceAll! : _compiled.ReduceSelected!;
        while (frame.End < count)
        {
            frame.First = frame.End;
            frame.End = long.Min(count, frame.First + _compiled.Sums.RecordsPerFold);
            reduce.Run(&frame);
            foreach (int field in _compiled.Sums.Held)
            {
                ResultTotals.FoldSum(field);
            }
        }

        ResultTotals.TakeMerged();
    }

    private CallFrame Frame(RecordBatch batch, byte* stack) => new()
    {
        Maps = Maps.Headers,
        Stack = stack + StackBytes,
        Columns = batch.Columns,
        Totals = ResultTotals.Start,
    };
}
