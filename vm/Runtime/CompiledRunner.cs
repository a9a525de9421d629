using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using NearData.Vm.Compilation;
using NearData.Vm.Interpretation;
using NearData.Vm.Maps;
using NearData.Vm.Packets;
using NearData.Vm.Vectors;

namespace NearData.Vm;

/// <summary>
/// Runs a compiled query: one call of machine code filters a batch, one or few reduce it. Where a program runs over vectors, scalar code
/// takes the records at the end that fill none. Not thread-safe.
/// </summary>
internal sealed unsafe class CompiledRunner : QueryRunner
{
    private const int StackBytes = CallStack.MostFrames * CallStack.FrameSize;

    /// <summary>Survivors: fewer are reduced one by one in less time than it takes to bring them together.</summary>
    private const int FewestGathered = 64;

    private readonly CompiledQuery _compiled;
    private readonly VectorQuery _vectors;

    // Null inside where the program doesn't run over vectors. A filter that never runs, as guards decide, is never compiled for them.
    private readonly Lazy<VectorRun?> _filter;
    private readonly Lazy<VectorRun?> _reduce;
    private readonly Lazy<GroupRun?> _groups;
    private readonly Survivors _survivors;

    public CompiledRunner(CompiledQuery compiled, VectorQuery vectors, ParameterValues parameters, RunnerMaps maps)
        : base(compiled.Query, parameters, maps)
    {
        _compiled = compiled;
        _filter = new(() => vectors.Filter is { } filter ? new VectorRun(filter) : null);
        _reduce = new(() => vectors.Reduce is { } reduce ? new VectorRun(reduce) : null);
        _groups = new(() => vectors.ReduceGroups is { } groups ? new GroupRun(groups, compiled.Query.Row, (GroupMap)Maps[groups.Group.Map]) : null);
        _vectors = vectors;
        _survivors = new Survivors(compiled.Query.Row, compiled.Query.ReduceFields);
    }

    public override ImmutableArray<int> CodedFields => [.. _vectors.ReduceGroups?.TextFields ?? []];

    public override void Dispose()
    {
        base.Dispose();
        Dispose(_filter);
        Dispose(_reduce);
        Dispose(_groups);
        _survivors.Dispose();
    }

    private protected override void Settle()
    {
        if (_reduce is { IsValueCreated: true, Value: { } reduce })
        {
            reduce.Settle(ResultTotals);
            ResultTotals.TakeMerged();
        }

        if (_groups is { IsValueCreated: true, Value: { } groups })
        {
            groups.Settle();
        }
    }

    // The verifier proved that no stack is read before it is written: clearing it would take longer than a small batch.
    [SkipLocalsInit]
    private protected override int Select(RecordBatch batch)
    {
        byte* stack = stackalloc byte[StackBytes];
        CallFrame frame = Frame(batch, stack);
        frame.Selection = SelectionStart;
        int kept = 0;
        if (_filter.Value is { } filter)
        {
            kept = filter.Filter(&frame, filter.Whole(batch.Count));
        }

        if (frame.End == batch.Count)
        {
            return kept;
        }

        frame.First = frame.End;
        frame.End = batch.Count;
        frame.Selection = SelectionStart + kept;
        return kept + (int)_compiled.Filter!.Run(&frame);
    }

    [SkipLocalsInit]
    private protected override int SelectAmong(RecordBatch batch, int candidates)
    {
        byte* stack = stackalloc byte[StackBytes];
        CallFrame frame = Frame(batch, stack);
        frame.Selection = SelectionStart;
        frame.End = candidates;
        return (int)_compiled.FilterSelected!.Run(&frame);
    }

    [SkipLocalsInit]
    private protected override void Accumulate(RecordBatch batch, int* selection, int count)
    {
        byte* stack = stackalloc byte[StackBytes];
        CallFrame frame = Frame(batch, stack);
        if (_groups.Value?.TryReduce(&frame, batch, selection, count) == true)
        {
            return;
        }

        batch.FillFromCodes();
        int whole = selection is null || count >= FewestGathered ? _reduce.Value?.Whole(count) ?? 0 : 0;
        if (whole > 0 && selection is not null)
        {
            batch = _survivors.Gather(batch, selection, count);
            selection = null;
        }

        frame.Columns = batch.Columns;
        if (whole > 0)
        {
            _reduce.Value!.Reduce(&frame, whole, ResultTotals);
        }

        if (whole < count)
        {
            ReduceRest(&frame, selection, whole, count);
            ResultTotals.TakeMerged();
        }
    }

    [SkipLocalsInit]
    private protected override void Accumulate(XdpContext* buffer)
    {
        byte* stack = stackalloc byte[StackBytes];
        CallFrame frame = new()
        {
            Maps = Maps.Headers,
            Stack = stack + StackBytes,
            Totals = ResultTotals.Start,
            Memory = (byte*)buffer,
        };
        ReduceRest(&frame, selection: null, first: 0, count: 1);
        ResultTotals.TakeMerged();
    }

    private void ReduceRest(CallFrame* frame, int* selection, int first, int count)
    {
        CompiledMethod reduce = selection is null ? _compiled.ReduceAll! : _compiled.ReduceSelected!;
        frame->Selection = selection;
        for (frame->End = first; frame->End < count;)
        {
            frame->First = frame->End;
            frame->End = long.Min(count, frame->First + _compiled.Sums.RecordsPerFold);
            reduce.Run(frame);
            foreach (int field in _compiled.Sums.Held)
            {
                ResultTotals.FoldSum(field);
            }
        }
    }

    private static void Dispose<T>(Lazy<T?> run)
        where T : class, IDisposable
    {
        if (run.IsValueCreated)
        {
            run.Value?.Dispose();
        }
    }

    private protected override ulong Judge(int map, long group)
    {
        byte* stack = stackalloc byte[StackBytes];
        GroupMap groups = (GroupMap)Maps[map];
        CallFrame frame = new()
        {
            Maps = Maps.Headers,
            Stack = stack + StackBytes,
            Memory = groups.KeyAddress(group),
            Length = (long)groups.Value(group),
        };
        return (ulong)_compiled.Emits[map].Run(&frame);
    }

    private CallFrame Frame(RecordBatch batch, byte* stack) => new()
    {
        Maps = Maps.Headers,
        Stack = stack + StackBytes,
        Columns = batch.Columns,
        Totals = ResultTotals.Start,
    };
}
