using System.Collections.Immutable;
using NearData.Isa.Programs;
using NearData.Vm.Introspection;
using NearData.Vm.Maps;
using NearData.Vm.Memory;
using NearData.Vm.Packets;
using NearData.Vm.Results;
using NearData.Vm.Vectors;

namespace NearData.Vm;

/// <summary>
/// Runs a query over batches for one worker: filter, then reduce what was kept, into exact totals. It owns its map memory
/// and its totals. Not thread-safe.
/// </summary>
public abstract unsafe class QueryRunner : IDisposable
{
    private readonly ParameterValues _parameters;
    private readonly ImmutableArray<GroupMap> _groups;
    private AlignedMemory _selection = new(0);
    private RecordBatch? _filtered;
    private int _filteredCount;
    private int _kept;
    private bool _areAllKept = true;
    private bool _disposed;

    private protected QueryRunner(QueryProgram query, ParameterValues parameters, RunnerMaps maps)
    {
        if (!ReferenceEquals(parameters.Query, query))
        {
            throw new ArgumentException("The parameters were bound to another query.");
        }

        Query = query;
        _parameters = parameters;
        Maps = new MapSet(query.Maps, maps.Budget ?? new MemoryBudget(), cpus: 1, parameters, maps.Frozen);
        _groups = [.. Enumerable.Range(0, query.Maps.Length).Where(map => !query.Maps[map].IsFrozenGroups).Select(map => Maps[map]).OfType<GroupMap>()];
        ResultTotals = new ResultTotals(query, Maps);
    }

    public QueryProgram Query { get; }

    /// <summary>
    /// One for each result field over all batches so far; each starts at its merge's identity. Valid until the next call. A
    /// <see cref="WideSum"/> is not among them.
    /// </summary>
    public ReadOnlySpan<Int128> Totals
    {
        get
        {
            Settle();
            return ResultTotals.Values;
        }
    }

    /// <summary>The words of a field that is <see cref="ResultField.IsWideSum"/>, over all batches so far. Valid until the next call.</summary>
    internal ReadOnlySpan<ulong> WideSum(int field) => ResultTotals.WideSum(field);

    /// <summary>
    /// Positions of the records that were kept last, ascending; empty where no filter was run because all of them are.
    /// </summary>
    public ReadOnlySpan<int> Selection => _areAllKept ? [] : new ReadOnlySpan<int>(SelectionStart, _kept);

    /// <summary>Where its runs are counted and timed; nobody looks where nobody says so.</summary>
    internal QueryStatistics Statistics { get; init; } = new();

    /// <summary>
    /// The groups that reduce made so far, of each group map in the object's order: to be asked for again after more was reduced. Valid until this
    /// is disposed.
    /// </summary>
    public ImmutableArray<GroupMap> Groups
    {
        get
        {
            Settle();
            return _groups;
        }
    }

    /// <summary>Fields of text that reduce takes as codes, where a batch has them (<see cref="RecordBatch.Coded"/>), in less time than as values.</summary>
    public virtual ImmutableArray<int> CodedFields => [];

    /// <summary>
    /// Fields that the programs take in less time where a batch has their values in 32 bits (<see cref="RecordBatch.Narrow"/>), in these ranges.
    /// </summary>
    public virtual NarrowColumns Narrow => NarrowColumns.None;

    private protected MapSet Maps { get; }

    private protected ResultTotals ResultTotals { get; }

    private protected int* SelectionStart => (int*)_selection.Start;

    /// <summary>Decides which of the batch's records are kept, and remembers them.</summary>
    /// <returns>How many are; all of them without a filter.</returns>
    public int Filter(RecordBatch batch)
    {
        Check(batch, Query.FilterFields);
        if (Query.Filter is null)
        {
            KeepAll(batch);
            return _kept;
        }

        Candidates(batch);
        long begun = Statistics.Filter.Begin();
        Keep(batch, Select(batch));
        Statistics.Filter.End(begun, batch.Count);
        KeepAlive(batch);
        return _kept;
    }

    /// <summary>
    /// Room for the positions of those of the batch's records that its filter can keep, where a caller has found that out by itself: to
    /// be filled, ascending, before <see cref="Filter(RecordBatch, int)"/> or <see cref="KeepCandidates"/>.
    /// </summary>
    public Span<int> Candidates(RecordBatch batch)
    {
        long length = ((long)batch.Capacity + MaskBits.Slack) * sizeof(int);
        if (_selection.Length < length)
        {
            _selection.Dispose();
            _selection = new AlignedMemory(length);
        }

        return new Span<int>(SelectionStart, batch.Count);
    }

    /// <summary>Fills <see cref="Candidates(RecordBatch)"/>.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="bits">One for each of its records, the first lowest, set for candidates; zeros behind the last.</param>
    /// <returns>How many candidates there are.</returns>
    public int Candidates(RecordBatch batch, ReadOnlySpan<ulong> bits)
    {
        int words = (batch.Count + MaskBits.WordRecords - 1) / MaskBits.WordRecords;
        int behind = (words * MaskBits.WordRecords) - batch.Count;
        if (bits.Length != words || (behind > 0 && bits[^1] >> (MaskBits.WordRecords - behind) != 0))
        {
            throw new ArgumentException($"There must be a bit for each of the batch's {batch.Count} records, and none set behind them.", nameof(bits));
        }

        Candidates(batch);
        fixed (ulong* word = bits)
        {
            return MaskBits.WritePositions(word, batch.Count, SelectionStart);
        }
    }

    /// <summary>As <see cref="Filter(RecordBatch)"/>, over the first <see cref="Candidates(RecordBatch)"/> only.</summary>
    public int Filter(RecordBatch batch, int candidates)
    {
        Check(batch, Query.FilterFields);
        CheckCandidates(batch, candidates);
        long begun = Statistics.Filter.Begin();
        Keep(batch, SelectAmong(batch, candidates));
        Statistics.Filter.End(begun, candidates);
        KeepAlive(batch);
        return _kept;
    }

    /// <summary>
    /// Takes the first <see cref="Candidates(RecordBatch)"/> for what the filter keeps, without running it: the caller has proven that.
    /// </summary>
    public void KeepCandidates(RecordBatch batch, int candidates)
    {
        CheckCandidates(batch, candidates);
        Keep(batch, candidates);
    }

    /// <summary>Takes all of the batch's records for what the filter keeps, without running it: the caller has proven that.</summary>
    public void KeepAll(RecordBatch batch)
    {
        Keep(batch, batch.Count);
        _areAllKept = true;
    }

    /// <summary>Merges what reduce comes to over records that weren't read (<see cref="UnreadReduction.Reduce"/>).</summary>
    public void Reduce(ImmutableArray<(int Result, Int128 Value)> unread)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        Settle();
        foreach ((int result, Int128 value) in unread)
        {
            ResultTotals.Merge(result, value);
        }

        ResultTotals.TakeMerged();
    }

    /// <summary>Runs reduce over the records that the last <see cref="Filter(RecordBatch)"/> kept of this same batch.</summary>
    public void Reduce(RecordBatch batch)
    {
        Check(batch, Query.ReduceFields);
        if (!ReferenceEquals(batch, _filtered) || batch.Count != _filteredCount)
        {
            throw new InvalidOperationException("This is not the batch that was filtered last.");
        }

        if (Query.Reduce is not null && _kept > 0)
        {
            long begun = Statistics.Reduce.Begin();
            Accumulate(batch, _kept == batch.Count ? null : SelectionStart, _kept);
            Statistics.Reduce.End(begun, _kept);
            KeepAlive(batch);
            foreach (GroupMap groups in _groups)
            {
                groups.ThrowIfExceeded();
            }
        }
    }

    /// <summary>Runs a query that takes buffers over one.</summary>
    /// <param name="buffer">Where it is stays meanwhile.</param>
    public void Reduce(ReadOnlySpan<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (!Query.TakesBuffers)
        {
            throw new InvalidOperationException("The query is run over records.");
        }

        fixed (byte* data = buffer)
        {
            XdpContext context = XdpContext.Over(data, buffer.Length, headroom: 0, buffer.Length);
            long begun = Statistics.Reduce.Begin();
            Accumulate(&context);
            Statistics.Reduce.End(begun, 1);
        }

        GC.KeepAlive(this);
        GC.KeepAlive(_parameters);
    }

    /// <summary>Makes the groups of other runners of the same query part of this one's; those are of no use afterwards, nor are these where it fails.</summary>
    /// <param name="others">The runners.</param>
    /// <param name="threads">The most threads that do it.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="GroupLimitException">Together they are too many.</exception>
    public void AbsorbGroups(IReadOnlyList<QueryRunner> others, int threads, CancellationToken cancellation = default)
    {
        for (int map = 0; map < Groups.Length; map++)
        {
            Groups[map].Absorb([.. others.Select(other => other.Groups[map])], threads, cancellation);
        }
    }

    /// <summary>Whether the query has a program that chooses among a map's groups.</summary>
    /// <param name="groups">One of <see cref="Groups"/>.</param>
    public bool HasEmit(GroupMap groups) => EmitMap(groups) is not null;

    /// <summary>Whether a group is part of the answer: the query's emit program says so, or the map has none.</summary>
    /// <param name="groups">One of <see cref="Groups"/>.</param>
    /// <param name="number">The group's number in it.</param>
    /// <exception cref="GroupLimitException">A sum of the group has more than the 64 bits that the program sees.</exception>
    public bool Emits(GroupMap groups, long number)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (EmitMap(groups) is not { } map)
        {
            return true;
        }

        groups.ThrowUnlessVisible(number);
        bool keeps = ReturnValue.Keeps(Judge(map, number));
        GC.KeepAlive(this);
        return keeps;
    }

    private int? EmitMap(GroupMap groups)
    {
        foreach (VerifiedProgram emit in Query.Emits)
        {
            int map = ((ProgramContext.Group)emit.Program.Context).Map;
            if (ReferenceEquals(Maps[map], groups))
            {
                return map;
            }
        }

        return null;
    }

    public virtual void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            Maps.Dispose();
            ResultTotals.Dispose();
            _selection.Dispose();
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>Brings what was added up elsewhere into <see cref="ResultTotals"/> and the groups.</summary>
    private protected virtual void Settle()
    {
    }

    /// <summary>Writes the positions of the records that are kept to <see cref="SelectionStart"/>; returns their number.</summary>
    private protected abstract int Select(RecordBatch batch);

    /// <summary>As <see cref="Select"/>, over the first positions that stand there already.</summary>
    private protected abstract int SelectAmong(RecordBatch batch, int candidates);

    /// <summary>Runs the emit program of a map over a group of it; returns r0.</summary>
    private protected abstract ulong Judge(int map, long group);

    /// <summary>Runs reduce over the records at these positions; where there are none, over the first records.</summary>
    private protected abstract void Accumulate(RecordBatch batch, int* selection, int count);

    /// <summary>Runs the buffer program once.</summary>
    private protected abstract void Accumulate(XdpContext* buffer);

    private void Keep(RecordBatch batch, int count)
    {
        _filtered = batch;
        _filteredCount = batch.Count;
        _kept = count;
        _areAllKept = false;
    }

    // Compiled code looks records up unchecked.
    private void CheckCandidates(RecordBatch batch, int candidates)
    {
        Span<int> records = Candidates(batch)[..candidates];
        int outside = records.IndexOfAnyExceptInRange(0, batch.Count - 1);
        if (outside >= 0)
        {
            throw new ArgumentOutOfRangeException(nameof(candidates), records[outside], $"The batch has {batch.Count} records.");
        }
    }

    // Compiled code knows addresses only; what they belong to must not be collected under it.
    private void KeepAlive(RecordBatch batch)
    {
        GC.KeepAlive(this);
        GC.KeepAlive(_parameters);
        GC.KeepAlive(batch);
    }

    // Compiled code reads columns unchecked, so that a batch without them must not reach it.
    private void Check(RecordBatch batch, ImmutableArray<int> fields)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (!ReferenceEquals(batch.Row, Query.Row) && !batch.Row.Fields.SequenceEqual(Query.Row.Fields))
        {
            throw new ArgumentException(
                $"The batch holds rows of struct {batch.Row.Name}, the query reads struct {Query.Row.Name}.");
        }

        foreach (int field in fields)
        {
            if (!batch.Has(field))
            {
                throw new ArgumentException($"The batch has no column {Query.Row.Fields[field].Name}, which the query reads.");
            }
        }
    }
}
