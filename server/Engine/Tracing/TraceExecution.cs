using System.Collections.Immutable;
using NearData.Engine.Binding;
using NearData.Engine.Datasets;
using NearData.Engine.Execution;
using NearData.Engine.Formats;
using NearData.Engine.Programs;
using NearData.Storage;
using NearData.Vm;
using NearData.Vm.Introspection;
using NearData.Vm.Maps;

namespace NearData.Engine.Tracing;

/// <summary>
/// Runs a program over some of a dataset's records, step by step, for people who look: in the interpreter, on the caller's thread, with reads
/// of its own. Executions know nothing of it. The filter is asked as it is compiled which records it keeps; results begin at nothing, and hold
/// the traced records alone.
/// </summary>
public sealed class TraceExecution
{
    /// <summary>Rows that are decoded at once; few, since few are looked at.</summary>
    private const int BatchRows = 1024;

    private readonly Catalog _catalog;
    private readonly IFileDevices _devices;
    private readonly LoadedProgram _program;
    private readonly Dataset _dataset;
    private readonly IReadOnlyDictionary<string, ParameterValue> _parameters;
    private readonly TraceOptions _options;
    private readonly ImmutableArray<FieldBinding> _bindings;
    private readonly ImmutableArray<FieldBinding> _stored;
    private readonly PartitionFields _partition;
    private long _seen;
    private int _traced;

    /// <exception cref="BindingException">The program's row does not fit the dataset.</exception>
    public TraceExecution(
        Catalog catalog,
        IFileDevices devices,
        LoadedProgram program,
        Dataset dataset,
        IReadOnlyDictionary<string, ParameterValue> parameters,
        TraceOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Every, 1);
        _catalog = catalog;
        _devices = devices;
        _program = program;
        _dataset = dataset;
        _parameters = parameters;
        _options = options;
        _bindings = program.Bind(dataset);
        _stored = [.. _bindings.Where(binding => !binding.Column.IsPartition)];
        _partition = new PartitionFields([.. _bindings.Where(binding => binding.Column.IsPartition)]);
    }

    /// <summary>The runs, one after another, as they are asked for: of each record the filter's, and where it keeps the record the reduce program's.</summary>
    /// <exception cref="ParameterException">A parameter is missing, unknown or out of its type's range.</exception>
    /// <exception cref="ProgramUnloadedException">The program was disposed.</exception>
    /// <exception cref="NearData.Parquet.ParquetException">A file is broken.</exception>
    public IEnumerable<TracedRun> Run(CancellationToken cancellation)
    {
        using FrozenMaps inputs = _program.Inputs.Freeze() ?? throw new ProgramUnloadedException(_program.Id);
        ParameterValues parameters = ParameterValues.Bind(_program.Query, _parameters, inputs);
        using QueryRunner compiled = _program.CompiledFor(CodeTrust.Guards).CreateRunner(parameters);
        using InterpretedRunner interpreter = new(_program.Query, parameters);
        using RecordBatch batch = new(_program.Query.Row, _bindings.Select(binding => binding.Field), BatchRows);
        using BlockingReads reads = new(_devices);
        long first = 0;
        foreach (DatasetFile file in _dataset.Files)
        {
            using OpenFile open = new(_catalog, _dataset, file, _devices);
            Survey(reads, file, open, cancellation);
            foreach (FilePart part in file.Content.Parts)
            {
                cancellation.ThrowIfCancellationRequested();
                if (first - _options.FirstRow >= _options.RowCount)
                {
                    yield break;
                }

                if (part.RowCount is { } rows && first + rows <= _options.FirstRow)
                {
                    first += rows;
                    continue;
                }

                using PartScan scan = reads.Open(new ScanTask(file, 0, part).Load(_stored, open));
                _partition.Fill(batch, file);
                while (_traced < _options.MaxRecords && Advance(reads, scan, batch))
                {
                    cancellation.ThrowIfCancellationRequested();
                    foreach (TracedRun run in RunBatch(batch, first, compiled, interpreter))
                    {
                        yield return run;
                    }

                    first += batch.Count;
                }

                if (_traced == _options.MaxRecords)
                {
                    yield break;
                }
            }

            reads.Release(open.Device);
        }
    }

    private void Survey(BlockingReads reads, DatasetFile file, OpenFile open, CancellationToken cancellation)
    {
        foreach (FilePart part in file.Content.Survey(open))
        {
            cancellation.ThrowIfCancellationRequested();
            using PartScan scan = reads.Open(new ScanTask(file, 0, part).Load(_stored, open));
            reads.Advance(scan, BatchRows);
        }
    }

    private bool Advance(BlockingReads reads, PartScan scan, RecordBatch batch)
    {
        batch.Count = reads.Advance(scan, batch.Capacity);
        if (batch.Count > 0)
        {
            scan.Decode([.. _stored.Select(binding => binding.Field)], batch);
        }

        return batch.Count > 0;
    }

    private IEnumerable<TracedRun> RunBatch(RecordBatch batch, long first, QueryRunner compiled, InterpretedRunner interpreter)
    {
        foreach (int record in Chosen(batch, first, compiled))
        {
            _traced++;
            foreach (TracedRun run in RunRecord(batch, record, first + record, interpreter))
            {
                yield return run;
            }
        }
    }

    /// <summary>The records of a batch that are traced, as far as the limit goes.</summary>
    private List<int> Chosen(RecordBatch batch, long firstRow, QueryRunner compiled)
    {
        HashSet<int>? kept = null;
        if (_program.Query.Filter is not null && _options.Records != TracedRecords.Any)
        {
            compiled.Filter(batch);
            kept = [.. compiled.Selection];
        }

        List<int> chosen = [];
        for (int record = 0; record < batch.Count && _traced + chosen.Count < _options.MaxRecords; record++)
        {
            long offset = firstRow + record - _options.FirstRow;
            bool isKept = kept?.Contains(record) ?? true;
            bool isAsked = _options.Records == TracedRecords.Any || isKept == (_options.Records == TracedRecords.Kept);
            if (offset >= 0 && offset < _options.RowCount && isAsked && _seen++ % _options.Every == 0)
            {
                chosen.Add(record);
            }
        }

        return chosen;
    }

    private IEnumerable<TracedRun> RunRecord(RecordBatch batch, int record, long row, InterpretedRunner interpreter)
    {
        if (_program.Query.Filter is { } filter)
        {
            StepCollector steps = new(_options.MaxSteps);
            ulong result = interpreter.TraceFilter(batch, record, _program.Object.Types, steps.Add);
            yield return new TracedRun(row, filter.Program, steps.ToImmutable(), steps.LeftOut, result);
            if (!ReturnValue.Keeps(result))
            {
                yield break;
            }
        }

        if (_program.Query.Reduce is { } reduce)
        {
            StepCollector steps = new(_options.MaxSteps);
            ulong result = interpreter.TraceReduce(batch, record, _program.Object.Types, steps.Add);
            yield return new TracedRun(row, reduce.Program, steps.ToImmutable(), steps.LeftOut, result);
        }
    }
}
