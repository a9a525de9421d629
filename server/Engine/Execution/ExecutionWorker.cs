using System.Collections.Immutable;
using System.Diagnostics;
using NearData.Engine.Explanation;
using NearData.Engine.Formats;
using NearData.Engine.Formats.Raw;
using NearData.Vm;

namespace NearData.Engine.Execution;

/// <summary>
/// What one share of an execution computes with: a batch and accumulators of its own. Nothing is shared on the way but two counters and
/// what dictionaries decided. One thread.
/// </summary>
internal sealed class ExecutionWorker : IDisposable
{
    /// <summary>
    /// Rows of one batch. Four 8-byte columns of it are 128 KiB, which stays in a core's second-level cache between decoding
    /// and filtering.
    /// </summary>
    public const int BatchRows = 4096;

    private readonly ExecutionPlan _plan;
    private readonly ImmutableArray<int> _coded;
    private readonly ImmutableArray<int> _decoded;
    private readonly RecordBatch _batch;
    private readonly QueryRunner _runner;
    private readonly LateDecoding _late;
    private readonly FilterStep _filter;
    private MeasuredScan? _measured;
    private long _earlierPages;
    private bool _ownsRunner = true;

    /// <param name="plan">What is run.</param>
    /// <param name="times">Gets what the time is spent with; null where nobody asks.</param>
    public ExecutionWorker(ExecutionPlan plan, StepTimes? times = null)
    {
        _plan = plan;
        Times = times;
        QueryProgram query = plan.Program.Query;
        _runner = plan.CreateRunner();
        _coded = [.. _runner.CodedFields.Intersect(plan.ReduceFields)];
        _decoded = [.. plan.ReduceFields.Except(_coded)];
        _batch = new RecordBatch(query.Row, plan.Bindings.Select(binding => binding.Field), BatchRows, _coded, _runner.Narrow);
        _late = new LateDecoding(query.Row.Fields.Length);
        _filter = new FilterStep(plan, _runner, _late);
    }

    public long RowsKept { get; private set; }

    /// <summary>What the time was spent with; null where nobody asked.</summary>
    public StepTimes? Times { get; }

    /// <summary>What holds this worker's groups.</summary>
    public QueryRunner Runner => _runner;

    /// <summary>Gives the runner to the caller, whose it is to dispose.</summary>
    public QueryRunner TakeRunner()
    {
        _ownsRunner = false;
        return _runner;
    }

    /// <summary>Adds this worker's partial results.</summary>
    public void AddResults(MergedResults merged) => merged.Add(_runner);

    public void Dispose()
    {
        if (_ownsRunner)
        {
            _runner.Dispose();
        }

        _batch.Dispose();
    }

    /// <summary>Begins with a part, before its first batch.</summary>
    public void Begin(PartScan scan) => _plan.Partition.Fill(_batch, scan.Load.Task.File);

    /// <summary>Runs the program over the next rows of a part.</summary>
    public void RunBatch(PartScan scan)
    {
        if (Times is { } times)
        {
            Measure(scan, times);
        }
        else
        {
            Run(scan);
        }
    }

    private void Measure(PartScan scan, StepTimes times)
    {
        if (!ReferenceEquals(_measured?.Inner, scan) || !ReferenceEquals(_measured.Load, scan.Load))
        {
            _earlierPages = times.PagesOpened - scan.PagesOpened;
            _measured = new MeasuredScan(scan, times);
        }

        (long start, long decoded, long reduced) = (Stopwatch.GetTimestamp(), times.Decode, times.Reduce);
        Run(_measured);
        times.PagesOpened = _earlierPages + scan.PagesOpened;
        times.Filter += Stopwatch.GetTimestamp() - start - (times.Decode - decoded) - (times.Reduce - reduced);
    }

    private void Run(PartScan scan)
    {
        int rows = scan.Advance(BatchRows);
        if (rows == 0)
        {
            return;
        }

        RowsKept += scan is RawScan buffers ? RunOver(buffers, rows) : RunOver(scan, rows);
        _plan.CountScanned(scan.Load.Task, rows);
    }

    private int RunOver(RawScan buffers, int count)
    {
        for (int buffer = 0; buffer < count; buffer++)
        {
            _runner.Reduce(buffers.Buffer(buffer));
        }

        return count;
    }

    private int RunOver(PartScan scan, int rows)
    {
        _batch.Count = rows;
        _batch.ForgetNarrow();
        if (!_filter.Pace.IsTrial)
        {
            int filtered = FilterAndReduce(scan);
            _filter.Pace.Pass(_filter.IsOpen);
            return filtered;
        }

        long start = Stopwatch.GetTimestamp();
        int kept = FilterAndReduce(scan);
        _filter.Pace.Measure(Stopwatch.GetTimestamp() - start, rows, _filter.IsOpen);
        return kept;
    }

    private int FilterAndReduce(PartScan scan)
    {
        int kept = _filter.Run(scan, _batch);
        if (kept > 0)
        {
            DecodeKept(scan, kept);
            Reduce();
        }

        return kept;
    }

    private void Reduce()
    {
        long start = Times is null ? 0 : Stopwatch.GetTimestamp();
        _runner.Reduce(_batch);
        if (Times is { } times)
        {
            times.Reduce += Stopwatch.GetTimestamp() - start;
        }
    }

    // Only now, and where it pays only for those that are kept: what the filter drops costs no decoding of the columns that reduce alone reads.
    private void DecodeKept(PartScan scan, int kept)
    {
        ReadOnlySpan<int> selection = kept < _batch.Count ? _runner.Selection : [];
        Decode(scan, _decoded.AsSpan(), selection);
        foreach (ref readonly int field in _coded.AsSpan())
        {
            if (!scan.TryCode(field, _batch))
            {
                _batch.Coded(field)!.IsUsed = false;
                Decode(scan, new ReadOnlySpan<int>(in field), selection);
            }
        }
    }

    private void Decode(PartScan scan, ReadOnlySpan<int> fields, ReadOnlySpan<int> selection)
    {
        if (selection.IsEmpty)
        {
            scan.Decode(fields, _batch);
        }
        else
        {
            _late.Decode(scan, fields, _batch, selection);
        }
    }
}
