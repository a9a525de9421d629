using System.Collections.Immutable;
using System.Diagnostics;
using System.Runtime.ExceptionServices;
using Microsoft.Win32.SafeHandles;
using NearData.Engine.Datasets;
using NearData.Engine.Programs;
using NearData.Isa.Programs;
using NearData.Storage;
using NearData.Vm;
using NearData.Vm.Maps;

namespace NearData.Engine.Execution;

/// <summary>One run of a program over a dataset. <see cref="Progress"/> may be read by any thread; it runs once.</summary>
public sealed class QueryExecution
{
    private readonly Catalog _catalog;
    private readonly IFileDevices _devices;
    private readonly BufferPool _pool;
    private readonly ExecutionPlan _plan;
    private readonly FrozenMaps _inputs;

    /// <exception cref="BindingException">The program's row does not fit the dataset.</exception>
    /// <exception cref="ParameterException">A parameter is missing, unknown or out of its type's range.</exception>
    /// <exception cref="ProgramUnloadedException">The program was disposed.</exception>
    public QueryExecution(
        Catalog catalog, IFileDevices devices, BufferPool pool, LoadedProgram program, Dataset dataset, IReadOnlyDictionary<string, Int128> parameters)
    {
        _catalog = catalog;
        _devices = devices;
        _pool = pool;
        _inputs = program.Inputs.Freeze() ?? throw new ProgramUnloadedException(program.Id);
        try
        {
            _plan = new ExecutionPlan(program, dataset, ParameterValues.Bind(program.Query, parameters, _inputs));
        }
        catch
        {
            _inputs.Dispose();
            throw;
        }
    }

    public ExecutionProgress Progress => _plan.Progress;

    /// <summary>Runs to the end on threads of its own; cancelling stops between batches.</summary>
    /// <param name="maxWorkers">Threads, at most one for each row group.</param>
    /// <param name="cancellation">Stops the execution.</param>
    /// <returns>The whole answer: never part of one.</returns>
    /// <exception cref="DatasetChangedException">A file was changed or removed meanwhile.</exception>
    /// <exception cref="Parquet.ParquetException">A file is broken.</exception>
    /// <exception cref="StorageException">A device failed.</exception>
    /// <exception cref="BufferLimitException">A row group needs more memory than the node gives.</exception>
    public async Task<ExecutionAnswer> RunAsync(int maxWorkers, CancellationToken cancellation)
    {
        long start = Stopwatch.GetTimestamp();
        List<OpenFile> files = [];
        List<ExecutionWorker> workers = [];
        try
        {
            foreach (DatasetFile file in _plan.Dataset.Files)
            {
                files.Add(new OpenFile(file, _catalog.OpenFile(_plan.Dataset, file), _devices));
            }

            int count = Math.Clamp(maxWorkers, 1, Math.Max(_plan.RowGroups, 1));
            for (int i = 0; i < count; i++)
            {
                workers.Add(new ExecutionWorker(_plan, [.. files.Select(file => file.Device)], _pool));
            }

            await RunAllAsync(workers, cancellation);
            files.ForEach(file => file.CheckUnchanged(_plan.Dataset));
            return Merge(workers, Stopwatch.GetElapsedTime(start));
        }
        finally
        {
            workers.ForEach(worker => worker.Dispose());
            files.ForEach(file => file.Device.Dispose());
            _inputs.Dispose();
        }
    }

    private static async Task RunAllAsync(List<ExecutionWorker> workers, CancellationToken cancellation)
    {
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Task[] running = [.. workers.Select(worker => Task.Factory.StartNew(
            () =>
            {
                try
                {
                    worker.Run(stop.Token);
                }
                catch
                {
                    // The others need not go on: the answer would not be whole.
                    stop.Cancel();
                    throw;
                }
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default))];
        await Task.WhenAll(running).ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        cancellation.ThrowIfCancellationRequested();
        // The first failure is the cause; cancellations that it set off are not.
        Exception? failure = running.Where(task => task.IsFaulted).SelectMany(task => task.Exception!.InnerExceptions)
            .OrderBy(error => error is OperationCanceledException)
            .FirstOrDefault();
        if (failure is not null)
        {
            ExceptionDispatchInfo.Throw(failure);
        }
    }

    private ExecutionAnswer Merge(List<ExecutionWorker> workers, TimeSpan elapsed)
    {
        ImmutableArray<ResultField> fields = _plan.Program.Query.Results;
        MergedResults merged = new(_plan.Program.Query);
        foreach (ExecutionWorker worker in workers)
        {
            worker.AddResults(merged);
        }

        ExecutionProgress progress = Progress;
        return new ExecutionAnswer(
            [.. fields.Select((field, i) => new ResultValue(field, merged[i]))],
            progress.BytesRead,
            progress.RowsScanned,
            workers.Sum(worker => worker.RowsKept),
            _plan.RowGroups,
            _plan.RowGroupsPruned,
            workers.Count,
            elapsed,
            [.. _plan.Bindings.Select(binding => binding.Column.Name)]);
    }

    /// <summary>A file that is being read; its device owns the handle.</summary>
    private sealed class OpenFile(DatasetFile file, SafeFileHandle handle, IFileDevices devices)
    {
        public IDevice Device { get; } = devices.Open(file.Name, handle);

        /// <summary>
        /// A file that was replaced under its name goes on giving its old bytes here. One that was overwritten in place may have
        /// given some of each.
        /// </summary>
        public void CheckUnchanged(Dataset dataset)
        {
            if (Catalog.StampOf(handle) != file.Stamp)
            {
                throw new DatasetChangedException(dataset.Name, $"{file.Name} was overwritten while it was read");
            }
        }
    }
}
