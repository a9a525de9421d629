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

    // The same for batches whose values come in 32 bits, as code for those takes them.
    private readonly NarrowColumns _filterNarrow;
    private readonly NarrowColumns _reduceNarrow;
    private readonly Lazy<VectorRun?> _narrowFilter;
    private readonly Lazy<VectorRun?> _narrowReduce;
    private readonly Survivors _survivors;

    /// <param name="compiled">The query.</param>
    /// <param name="vectors">Its vector code.</param>
    /// <param name="narrow">The same for columns of 32 bits; null where it takes none.</param>
    /// <param name="parameters">The execution's.</param>
    /// <param name="maps">What its maps are made with.</param>
    public CompiledRunner(CompiledQuery compiled, VectorQuery vectors, VectorQuery? narrow, ParameterValues parameters, RunnerMaps maps)
        : base(compiled.Query, parameters, maps)
    {
        _compiled = compiled;
        _filter = RunOf(() => vectors.Filter);
        _reduce = RunOf(() => vectors.Reduce);
        _vectors = vectors;
        Narrow = narrow?.Narrow ?? NarrowColumns.None;
        _filterNarrow = Narrow.Among(compiled.Query.FilterFields);
        _reduceNarrow = Narrow.Among(compiled.Query.ReduceFields);
        _narrowFilter = RunOf(() => narrow?.Filter);
        _narrowReduce = RunOf(() => narrow?.Reduce);
        _groups = new(() => MethodOfGroups is { } groups ? new GroupRun(groups, compiled.Query.Row, (GroupMap)Maps[groups.Group.Map]) : null);
        _survivors = new Survivors(compiled.Query.Row, compiled.Query.ReduceFields, _reduceNarrow);
    }

    public override ImmutableArray<int> CodedFields => [.. MethodOfGroups?.TextFields ?? []];

    public override NarrowColumns Narrow { get; }

    /// <summary>The reduction where it is one by group; those take nothing in 32 bits, and what isn't asked for isn't compiled.</summary>
    private GroupMethod? MethodOfGroups => _reduceNarrow.IsEmpty ? _vectors.ReduceGroups : null;

    public override void Dispose()
    {
        base.Dispose();
        Dispose(_filter);
        Dispose(_reduce);
        Dispose(_groups);
        Dispose(_narrowFilter);
        Dispose(_narrowReduce);
        _survivors.Dispose();
    }

    private protected override void Settle()
    {
        Settle(_reduce);
        Settle(_narrowReduce);
        if (_groups is { IsValueCreated: true, Value: { } groups })
        {
            groups.Settle();
        }
    }

    private void Settle(Lazy<VectorRun?> run)
    {
        if (run is { IsValueCreated: true, Value: { } reduce })
        {
            reduce.Settle(ResultTotals);
            ResultTotals.TakeMerged();
        }
    }

    private static Lazy<VectorRun?> RunOf(Func<VectorMethod?> method) => new(() => method() is { } made ? new VectorRun(made) : null);

    /// <summary>The vector code for a batch as it is; null where there is none, and then its values are 64 bits wide.</summary>
    private static VectorRun? RunFor(RecordBatch batch, ImmutableArray<int> fields, NarrowColumns narrow, Lazy<VectorRun?> inNarrow, Lazy<VectorRun?> inWide)
    {
        if (batch.IsNarrowAs(narrow, fields) && inNarrow.Value is { } run)
        {
            return run;
        }

        batch.FillFromNarrow(fields.AsSpan());
        return inWide.Value;
    }

    // The verifier proved that no stack is read before it is written: clearing it would take longer than a small batch.
    [SkipLocalsInit]
    private protected override int Select(RecordBatch batch)
    {
        byte* stack = stackalloc byte[StackBytes];
        CallFrame frame = Frame(batch, stack);
        frame.Selection = SelectionStart;
        int kept = 0;
        if (RunFor(batch, Query.FilterFields, _filterNarrow, _narrowFilter, _filter) is { } filter)
        {
            kept = filter.Filter(&frame, filter.Whole(batch.Count));
        }

        if (frame.End == batch.Count)
        {
            return kept;
        }

        batch.FillFromNarrow(Query.FilterFields.AsSpan(), (int)frame.End);
        frame.First = frame.End;
        frame.End = batch.Count;
        frame.Selection = SelectionStart + kept;
        return kept + (int)_compiled.Filter!.Run(&frame);
    }

    [SkipLocalsInit]
    private protected override int SelectAmong(RecordBatch batch, int candidates)
    {
        batch.FillFromNarrow(Query.FilterFields.AsSpan());
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
        if (_groups.Value is { } groups)
        {
            batch.FillFromNarrow(Query.ReduceFields.AsSpan());
            if (groups.TryReduce(&frame, batch, selection, count))
            {
                return;
            }
        }

        batch.FillFromCodes();
        bool isNarrow = batch.IsNarrowAs(_reduceNarrow, Query.ReduceFields) && _narrowReduce.Value is not null;
        VectorRun? reduce = isNarrow ? _narrowReduce.Value : _reduce.Value;
        if (selection is not null && reduce is not null && (isNarrow || count >= FewestGathered))
        {
            batch = _survivors.Gather(batch, selection, count, staysNarrow: isNarrow);
            selection = null;
        }

        if (!isNarrow)
        {
            batch.FillFromNarrow(Query.ReduceFields.AsSpan());
        }

        int whole = selection is null ? reduce?.Whole(count) ?? 0 : 0;
        frame.Columns = batch.Columns;
        if (whole > 0)
        {
            reduce!.Reduce(&frame, whole, ResultTotals);
        }

        if (whole < count)
        {
            batch.FillFromNarrow(Query.ReduceFields.AsSpan(), whole);
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
