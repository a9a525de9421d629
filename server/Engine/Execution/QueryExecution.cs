using System.Collections.Immutable;
using System.Diagnostics;
using NearData.Engine.Datasets;
using NearData.Engine.Explanation;
using NearData.Engine.Formats;
using NearData.Engine.Groups;
using NearData.Engine.Programs;
using NearData.Engine.Reactors;
using NearData.Isa.Programs;
using NearData.Storage;
using NearData.Vm;
using NearData.Vm.Maps;

namespace NearData.Engine.Execution;

/// <summary>
/// One run of a program over a dataset. <see cref="Progress"/> may be read by any thread; it runs once. The answer's groups live until it
/// is disposed.
/// </summary>
public sealed class QueryExecution : IDisposable
{
    private readonly Catalog _catalog;
    private readonly ReactorGroup _reactors;
    private readonly Tenant _tenant;
    private readonly ExecutionPlan _plan;
    private readonly FrozenMaps _inputs;
    private readonly StepMeasuring _measuring;
    private StageMeasure? _measure;
    private QueryRunner? _groups;

    /// <exception cref="BindingException">The program's row does not fit the dataset.</exception>
    /// <exception cref="ParameterException">A parameter is missing, unknown or out of its type's range.</exception>
    /// <exception cref="ProgramUnloadedException">The program was disposed.</exception>
    public QueryExecution(
        Catalog catalog, ReactorGroup reactors, LoadedProgram program, Dataset dataset, IReadOnlyDictionary<string, Int128> parameters, Tenant? tenant = null)
        : this(catalog, reactors, program, dataset, ParameterValue.Of(parameters), tenant)
    {
    }

    /// <exception cref="BindingException">The program's row does not fit the dataset.</exception>
    /// <exception cref="ParameterException">A parameter is missing, unknown or out of its type's range.</exception>
    /// <exception cref="ProgramUnloadedException">The program was disposed.</exception>
    public QueryExecution(
        Catalog catalog,
        ReactorGroup reactors,
        LoadedProgram program,
        Dataset dataset,
        IReadOnlyDictionary<string, ParameterValue> parameters,
        Tenant? tenant = null,
        RunnerMaps maps = default,
        StepMeasuring measuring = StepMeasuring.Off)
    {
        _measuring = measuring;
        _catalog = catalog;
        _reactors = reactors;
        _tenant = tenant ?? Tenant.Anonymous;
        _inputs = program.Inputs.Freeze() ?? throw new ProgramUnloadedException(program.Id);
        try
        {
            _plan = new ExecutionPlan(program, dataset, ParameterValues.Bind(program.Query, parameters, _inputs), maps, _tenant.Trust);
        }
        catch
        {
            _inputs.Dispose();
            throw;
        }
    }

    public ExecutionProgress Progress => _plan.Progress;

    /// <summary>Runs to the end on the node's reactors; cancelling stops between batches.</summary>
    /// <param name="maxWorkers">Reactors, at most one for each part of its files and as many as there are.</param>
    /// <param name="cancellation">Stops the execution.</param>
    /// <returns>The whole answer: never part of one.</returns>
    /// <exception cref="DatasetChangedException">A file was changed or removed meanwhile.</exception>
    /// <exception cref="NearData.Parquet.ParquetException">A file is broken.</exception>
    /// <exception cref="NearData.Formats.TextFormatException">A text file isn't what its schema says.</exception>
    /// <exception cref="NearData.Formats.Streams.StreamFormatException">A compressed file is broken.</exception>
    /// <exception cref="StorageException">A device failed.</exception>
    /// <exception cref="BufferLimitException">A part of a file needs more memory than the node gives.</exception>
    public async Task<ExecutionAnswer> RunAsync(int maxWorkers, CancellationToken cancellation)
    {
        long start = Stopwatch.GetTimestamp();
        List<ExecutionWorker> workers = [];
        OpenFiles? files = null;
        try
        {
            files = new OpenFiles(_catalog, _plan.Dataset, _plan.Files, _reactors.Devices);
            _plan.Narrow(files);
            int count = Math.Clamp(Math.Min(maxWorkers, _reactors.Count), 1, Math.Max(_plan.Parts, 1));
            for (int i = 0; i < count; i++)
            {
                workers.Add(new ExecutionWorker(_plan, _measuring == StepMeasuring.On ? new StepTimes() : null));
            }

            if (_plan.Survey(files) is { IsEmpty: false } survey)
            {
                _plan.HandOut(survey);
                await RunSharesAsync(files, workers, cancellation);
            }

            _plan.HandOut();
            await RunSharesAsync(files, workers, cancellation);
            files.CheckUnchanged();
            _plan.Learn();
            return Merge(workers, start, cancellation);
        }
        finally
        {
            workers.ForEach(worker => worker.Dispose());
            files?.Dispose();
            if (_groups is null)
            {
                _inputs.Dispose();
            }
        }
    }

    /// <summary>How it is done, and, where its steps were measured and it has run, what it took.</summary>
    /// <exception cref="DatasetChangedException">A file isn't the one any more that the dataset was described by.</exception>
    public StageExplanation Explain()
    {
        if (_measure is null)
        {
            using OpenFiles files = new(_catalog, _plan.Dataset, _plan.Files, _reactors.Devices);
            _plan.Narrow(files);
        }

        return new StageExplainer(_plan, _reactors.Rates, _reactors.Count).Explain(_measure);
    }

    public void Dispose()
    {
        _groups?.Dispose();
        _inputs.Dispose();
    }

    private async Task RunSharesAsync(OpenFiles files, List<ExecutionWorker> workers, CancellationToken cancellation)
    {
        ExecutionRun run = new(workers.Count);
        using CancellationTokenRegistration registration = cancellation.Register(() =>
        {
            run.Stop();
            _reactors.Wake();
        });
        _reactors.Start([.. workers.Select(worker => new ExecutionShare(run, _plan, files, worker, _tenant))]);
        await run.Ended;
        cancellation.ThrowIfCancellationRequested();
    }

    private ExecutionAnswer Merge(List<ExecutionWorker> workers, long start, CancellationToken cancellation)
    {
        ImmutableArray<ResultField> fields = _plan.Program.Query.Results;
        MergedResults merged = new(_plan.Program.Query);
        _plan.Unread.Reduce(workers[0].Runner);
        foreach (ExecutionWorker worker in workers)
        {
            worker.AddResults(merged);
        }

        QueryRunner first = workers[0].Runner;
        first.AbsorbGroups([.. workers.Skip(1).Select(worker => worker.Runner)], workers.Count, cancellation);

        _groups = first.Groups.IsEmpty ? null : workers[0].TakeRunner();
        TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
        ExecutionProgress progress = Progress;
        _measure = MeasureOf(workers, elapsed);
        return new ExecutionAnswer(
            [.. fields.Select((field, i) => new ResultValue(field, merged[i]))],
            progress.BytesRead,
            progress.RowsScanned,
            workers.Sum(worker => worker.RowsKept) + _plan.Unread.Rows,
            _plan.Parts,
            _plan.PartsPruned,
            workers.Count,
            elapsed,
            [.. _plan.Stored.Select(binding => binding.Column.Name)])
        {
            RowGroupsUnread = _plan.Unread.Count,
            PagesPruned = _plan.PagesPruned,
            Groups = [.. first.Groups.Select(groups => new GroupAnswer(first, groups, groups.Definition.Group!.Key.Select(TypeOf)))],
        };
    }

    private StageMeasure? MeasureOf(List<ExecutionWorker> workers, TimeSpan elapsed)
    {
        if (_measuring == StepMeasuring.Off)
        {
            return null;
        }

        TimeSpan Sum(Func<StepTimes, long> step) => Stopwatch.GetElapsedTime(0, workers.Sum(worker => step(worker.Times!)));
        return new StageMeasure(
            elapsed,
            workers.Count,
            Sum(times => times.Decode),
            Sum(times => times.Filter),
            Sum(times => times.Reduce),
            Progress.BytesRead,
            Progress.RowsScanned,
            workers.Sum(worker => worker.RowsKept))
        {
            PagesOpened = workers.Sum(worker => worker.Times!.PagesOpened),
        };
    }

    /// <summary>The type of the column that a part of a key has its name from; null where there is none that the program loads.</summary>
    private ColumnType? TypeOf(GroupKeyField part) =>
        _plan.Bindings.FirstOrDefault(binding => string.Equals(binding.Column.Name, part.Name, StringComparison.Ordinal))?.Column.Type;
}
