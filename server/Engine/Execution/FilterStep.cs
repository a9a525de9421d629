using System.Collections.Immutable;
using NearData.Engine.Formats;
using NearData.Engine.Pruning;
using NearData.Parquet;
using NearData.Verifier;
using NearData.Vm;

namespace NearData.Engine.Execution;

/// <summary>
/// Finds a batch's records that a query keeps, at the least cost: a filter that statistics or guards over dictionary codes decide isn't
/// run, and columns are decoded only for the records that are still in question. One worker's.
/// </summary>
internal sealed class FilterStep
{
    /// <summary>
    /// Guards that leave fewer than one row in this many spare the filter more than they can cost. What they decide alone they always do: an entry's text may
    /// take long to look at.
    /// </summary>
    private const int FewPart = 4;

    private readonly bool _hasFilter;
    private readonly ImmutableArray<int> _fields;
    private readonly QueryRunner _runner;
    private readonly FilterGuards? _guards;
    private readonly LateDecoding _late;
    private readonly Selectivity[] _order;
    private readonly int[] _guarded;
    private (int[] Guarded, int Version, bool IsProven) _decisive = ([], 0, false);
    private PartLoad? _load;

    /// <param name="plan">Whose filter, and its guards.</param>
    /// <param name="runner">Runs it.</param>
    /// <param name="late">Decodes columns for the rows that guards leave.</param>
    public FilterStep(ExecutionPlan plan, QueryRunner runner, LateDecoding late)
    {
        _late = late;
        _hasFilter = plan.Program.Query.Filter is not null;
        _fields = plan.FilterFields;
        _runner = runner;
        _guards = plan.Guards;
        _order = plan.Guards is not { } guards ? [] : [.. _fields.Where(guards.Has).Select(field => new Selectivity(field))];
        _guarded = new int[_order.Length];
    }

    /// <summary>Which way of filtering is faster.</summary>
    public Pace<FilterWay> Pace { get; } = new(FilterWay.Guarded, FilterWay.Plain);

    /// <summary>Whether guards may have cost more than they saved in the batch before, or would have, had they been asked.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>Filters the batch that a scan has come to.</summary>
    /// <returns>How many records are kept: the runner reduces those.</returns>
    public int Run(PartScan scan, RecordBatch batch)
    {
        IsOpen = false;
        if (!_hasFilter || scan.Filter == FilterOutcome.KeepsAll)
        {
            _runner.KeepAll(batch);
            return batch.Count;
        }

        if (Pace.Way == FilterWay.Plain)
        {
            IsOpen = true;
            scan.Decode(_fields.AsSpan(), batch);
            return _runner.Filter(batch);
        }

        Enter(scan);
        Span<int> candidates = _runner.Candidates(batch);
        int count = Narrow(scan, batch, candidates, out int guarded, out bool isWhole);
        if (count == 0 || AreDecisive(_guarded.AsSpan(0, guarded)))
        {
            return Keep(batch, count, isWhole);
        }

        IsOpen = guarded > 0 && count >= batch.Count / FewPart;
        if (isWhole)
        {
            scan.Decode(_fields.AsSpan(), batch);
            return _runner.Filter(batch);
        }

        _late.Decode(scan, _fields.AsSpan(), batch, candidates[..count]);
        return _runner.Filter(batch, count);
    }

    // Of the guards, those that drop most are asked first: what comes after looks at the rest only.
    private void Enter(PartScan scan)
    {
        if (!ReferenceEquals(scan.Load, _load))
        {
            _load = scan.Load;
            Array.Sort(_order, static (left, right) => left.Ratio.CompareTo(right.Ratio));
        }
    }

    private int Narrow(PartScan scan, RecordBatch batch, Span<int> candidates, out int guarded, out bool isWhole)
    {
        int count = batch.Count;
        guarded = 0;
        isWhole = true;
        foreach (Selectivity guard in _order)
        {
            if (count == 0 || !scan.TryReadCodes(guard.Field, batch, _guards!, out RowCodes? codes, out CodeTable? table))
            {
                continue;
            }

            _guarded[guarded++] = guard.Field;
            if (!table.IsTotal)
            {
                int asked = count;
                count = Choose(guard, batch, candidates[..count], isWhole, codes, table);
                isWhole &= count == asked;
                guard.Count(asked, count);
            }
        }

        return count;
    }

    private int Choose(Selectivity guard, RecordBatch batch, Span<int> candidates, bool isWhole, RowCodes codes, CodeTable table) =>
        codes.Only is { } code ? (CodeChoice.Passes(table, code) ? candidates.Length : 0)
        : isWhole ? _runner.Candidates(batch, guard.Choice.Choose(codes, table))
        : CodeChoice.ChooseAmong(candidates, codes.Each(), table);

    // Other workers ask the guards too, and one at a time: what they said stands until a table of somebody's has changed it.
    private bool AreDecisive(ReadOnlySpan<int> guarded)
    {
        int version = _guards!.Version;
        if (version != _decisive.Version || !guarded.SequenceEqual(_decisive.Guarded))
        {
            int[] known = guarded.Length == _decisive.Guarded.Length ? _decisive.Guarded : new int[guarded.Length];
            guarded.CopyTo(known);
            _decisive = (known, version, _guards.AreDecisive(guarded));
        }

        return _decisive.IsProven;
    }

    private int Keep(RecordBatch batch, int count, bool isWhole)
    {
        if (isWhole)
        {
            _runner.KeepAll(batch);
        }
        else
        {
            _runner.KeepCandidates(batch, count);
        }

        return count;
    }

    /// <summary>Of the rows that a guard was asked about, how many passed.</summary>
    private sealed class Selectivity(int field)
    {
        private long _asked;
        private long _passed;

        public int Field { get; } = field;

        public CodeChoice Choice { get; } = new();

        public double Ratio => _asked == 0 ? 1 : (double)_passed / _asked;

        public void Count(int asked, int passed)
        {
            _asked += asked;
            _passed += passed;
        }
    }
}
