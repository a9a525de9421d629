using System.Collections.Immutable;
using Microsoft.Win32.SafeHandles;
using NearData.Engine.Binding;
using NearData.Engine.Datasets;
using NearData.Engine.Execution;
using NearData.Engine.Programs;
using NearData.Parquet;
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
    /// <summary>Bytes of a row group's column chunks, which are all read at once.</summary>
    private const long MostChunkBytes = 1L << 30;

    /// <summary>Rows that are decoded at once; few, since few are looked at.</summary>
    private const int BatchRows = 1024;

    private readonly Catalog _catalog;
    private readonly LoadedProgram _program;
    private readonly Dataset _dataset;
    private readonly IReadOnlyDictionary<string, ParameterValue> _parameters;
    private readonly TraceOptions _options;
    private readonly ImmutableArray<FieldBinding> _bindings;
    private long _seen;
    private int _traced;

    /// <exception cref="BindingException">The program's row does not fit the dataset.</exception>
    public TraceExecution(
        Catalog catalog, LoadedProgram program, Dataset dataset, IReadOnlyDictionary<string, ParameterValue> parameters, TraceOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Every, 1);
        _catalog = catalog;
        _program = program;
        _dataset = dataset;
        _parameters = parameters;
        _options = options;
        _bindings = program.Bind(dataset);
    }

    /// <summary>The runs, one after another, as they are asked for: of each record the filter's, and where it keeps the record the reduce program's.</summary>
    /// <exception cref="ParameterException">A parameter is missing, unknown or out of its type's range.</exception>
    /// <exception cref="ProgramUnloadedException">The program was disposed.</exception>
    /// <exception cref="ParquetException">A file is broken.</exception>
    public IEnumerable<TracedRun> Run(CancellationToken cancellation)
    {
        using FrozenMaps inputs = _program.Inputs.Freeze() ?? throw new ProgramUnloadedException(_program.Id);
        ParameterValues parameters = ParameterValues.Bind(_program.Query, _parameters, inputs);
        using QueryRunner compiled = _program.Compiled.CreateRunner(parameters);
        using InterpretedRunner interpreter = new(_program.Query, parameters);
        using RecordBatch batch = new(_program.Query.Row, _bindings.Select(binding => binding.Field), BatchRows);
        long first = 0;
        foreach (DatasetFile file in _dataset.Files)
        {
            using SafeFileHandle handle = _catalog.OpenFile(_dataset, file);
            foreach (RowGroup group in file.Metadata.RowGroups)
            {
                cancellation.ThrowIfCancellationRequested();
                if (first + group.RowCount > _options.FirstRow && first - _options.FirstRow < _options.RowCount)
                {
                    foreach (TracedRun run in RunGroup(new RowGroupTask(file, 0, group), handle, first, batch, compiled, interpreter, cancellation))
                    {
                        yield return run;
                    }
                }

                first += group.RowCount;
                if (_traced == _options.MaxRecords)
                {
                    yield break;
                }
            }
        }
    }

    private IEnumerable<TracedRun> RunGroup(
        RowGroupTask task, SafeFileHandle handle, long first, RecordBatch batch, QueryRunner compiled, InterpretedRunner interpreter, CancellationToken cancellation)
    {
        BoundColumn[] columns = Open(task, handle);
        try
        {
            for (long row = 0; row < task.Group.RowCount && _traced < _options.MaxRecords; row += batch.Count)
            {
                cancellation.ThrowIfCancellationRequested();
                batch.Count = (int)long.Min(task.Group.RowCount - row, batch.Capacity);
                foreach (BoundColumn column in columns)
                {
                    column.Begin(batch.Count);
                    column.Decode(batch);
                }

                foreach (int record in Chosen(batch, first + row, compiled))
                {
                    _traced++;
                    foreach (TracedRun run in RunRecord(batch, record, first + row + record, interpreter))
                    {
                        yield return run;
                    }
                }
            }
        }
        finally
        {
            Array.ForEach(columns, column => column.Dispose());
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

    private BoundColumn[] Open(RowGroupTask task, SafeFileHandle handle)
    {
        ColumnChunk[] chunks = [.. _bindings.Select(binding => task.ChunkOf(binding.Column.Name))];
        long bytes = chunks.Sum(chunk => chunk.CompressedLength);
        if (bytes > MostChunkBytes)
        {
            throw new BufferLimitException(bytes, MostChunkBytes);
        }

        return [.. _bindings.Select((binding, i) => BoundColumn.Open(binding, ColumnReader.Open(task.File.Name, chunks[i], Read(task.File, handle, chunks[i]))))];
    }

    private byte[] Read(DatasetFile file, SafeFileHandle handle, ColumnChunk chunk)
    {
        byte[] bytes = new byte[chunk.CompressedLength];
        for (int done = 0; done < bytes.Length;)
        {
            int read = RandomAccess.Read(handle, bytes.AsSpan(done), chunk.Offset + done);
            done += read > 0 ? read : throw new DatasetChangedException(_dataset.Name, $"{file.Name} has become shorter while it was read");
        }

        return bytes;
    }
}
