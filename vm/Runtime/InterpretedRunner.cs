using NearData.Isa.Objects.Btf;
using NearData.Isa.Programs;
using NearData.Vm.Interpretation;
using NearData.Vm.Introspection;
using NearData.Vm.Packets;
using NearData.Vm.Results;

namespace NearData.Vm;

/// <summary>Runs a query record by record through the checking interpreter: slow, and right. Not thread-safe.</summary>
public sealed unsafe class InterpretedRunner : QueryRunner
{
    private readonly Call? _filter;
    private readonly Call? _reduce;
    private readonly Interpreter? _buffer;
    private readonly Dictionary<int, Interpreter> _emits;

    public InterpretedRunner(QueryProgram query, ParameterValues parameters, RunnerMaps maps = default)
        : base(query, parameters, maps)
    {
        ObservedSums sums = new(query, ResultTotals, Groups);
        _filter = Prepare(query.Filter, sums);
        _reduce = query.TakesBuffers ? null : Prepare(query.Reduce, sums);
        _buffer = query.TakesBuffers ? InterpreterOf(query.Reduce!, sums) : null;
        _emits = query.Emits.ToDictionary(
            emit => ((ProgramContext.Group)emit.Program.Context).Map,
            emit => new Interpreter(emit.Program, Maps, emit.Facts.WorstCaseInstructions, sums: null));
    }

    /// <summary>Runs the filter for one record and tells each instruction; returns r0.</summary>
    public ulong TraceFilter(RecordBatch batch, int record, BtfTypes types, TraceSink sink) => _filter!.Trace(batch, record, types, sink);

    /// <summary>Runs reduce for one record and tells each instruction; returns r0. Results change as by <see cref="QueryRunner.Reduce"/>.</summary>
    public ulong TraceReduce(RecordBatch batch, int record, BtfTypes types, TraceSink sink)
    {
        ulong result = _reduce!.Trace(batch, record, types, sink);
        ResultTotals.TakeMerged();
        return result;
    }

    private protected override int Select(RecordBatch batch)
    {
        int* selection = SelectionStart;
        int kept = 0;
        for (int record = 0; record < batch.Count; record++)
        {
            if (ReturnValue.Keeps(_filter!.Run(batch, record)))
            {
                selection[kept++] = record;
            }
        }

        return kept;
    }

    private protected override int SelectAmong(RecordBatch batch, int candidates)
    {
        int* selection = SelectionStart;
        int kept = 0;
        for (int position = 0; position < candidates; position++)
        {
            if (ReturnValue.Keeps(_filter!.Run(batch, selection[position])))
            {
                selection[kept++] = selection[position];
            }
        }

        return kept;
    }

    private protected override void Accumulate(RecordBatch batch, int* selection, int count)
    {
        batch.FillFromCodes();
        for (int position = 0; position < count; position++)
        {
            _reduce!.Run(batch, selection is null ? position : selection[position]);
        }

        ResultTotals.TakeMerged();
    }

    private protected override void Accumulate(XdpContext* buffer)
    {
        _buffer!.Run(buffer);
        ResultTotals.TakeMerged();
    }

    private protected override ulong Judge(int map, long group) => _emits[map].Run(map, group);

    // The proven worst case is the limit, so that a wrong proof shows as a fault.
    private Interpreter InterpreterOf(VerifiedProgram verified, ObservedSums sums) =>
        new(verified.Program, Maps, verified.Facts.WorstCaseInstructions, sums);

    private Call? Prepare(VerifiedProgram? verified, ObservedSums sums) => verified is null ? null : new Call(
        InterpreterOf(verified, sums),
        new RowImage(verified.Program.Row, verified.Facts.LoadedFields));

    private sealed record Call(Interpreter Interpreter, RowImage Row)
    {
        public ulong Run(RecordBatch batch, int record) => Interpreter.Run(Row.Of(batch, record), Row.Texts);

        public ulong Trace(RecordBatch batch, int record, BtfTypes types, TraceSink sink)
        {
            Interpreter.Trace(types, sink);
            ulong result = Run(batch, record);
            Interpreter.Trace(types, sink: null);
            return result;
        }
    }
}
