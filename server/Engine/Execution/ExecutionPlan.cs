using System.Collections.Immutable;
using NearData.Engine.Binding;
using NearData.Engine.Datasets;
using NearData.Engine.Programs;
using NearData.Engine.Pruning;
using NearData.Verifier;
using NearData.Vm;

namespace NearData.Engine.Execution;

/// <summary>What is read and with which parameters; hands out row groups to workers. Thread-safe.</summary>
internal sealed class ExecutionPlan
{
    private readonly ImmutableArray<RowGroupTask> _tasks;
    private int _next = -1;
    private long _rowsScanned;
    private long _bytesRead;

    public ExecutionPlan(LoadedProgram program, Dataset dataset, ParameterValues parameters, RunnerMaps maps)
    {
        Maps = maps;
        Program = program;
        Dataset = dataset;
        Parameters = parameters;
        Bindings = program.Bind(dataset);
        ImmutableArray<RowGroupTask> all =
        [
            .. dataset.Files.SelectMany((file, index) => file.Metadata.RowGroups
                .Where(group => group.RowCount > 0)
                .Select(group => new RowGroupTask(file, index, group))),
        ];
        _tasks = all;
        if (program.Query.Filter is { } filter)
        {
            FilterAnalysis analysis = new(filter, parameters.ToArray());
            _tasks = Decide(all, analysis);
            Guards = new FilterGuards(analysis, program.Query.FilterFields, RowsToRead);
        }

        RowGroupsPruned = all.Length - _tasks.Length;
    }

    public LoadedProgram Program { get; }

    public Dataset Dataset { get; }

    public ParameterValues Parameters { get; }

    /// <summary>What the workers' maps take their memory and the groups of earlier stages from.</summary>
    public RunnerMaps Maps { get; }

    /// <summary>One for each field that the programs load.</summary>
    public ImmutableArray<FieldBinding> Bindings { get; }

    /// <summary>What dictionaries decide of the filter; null where there is none.</summary>
    public FilterGuards? Guards { get; }

    /// <summary>Row groups to be read.</summary>
    public int RowGroups => _tasks.Length;

    /// <summary>Row groups that need not be read: statistics prove that the filter keeps none of their rows.</summary>
    public int RowGroupsPruned { get; }

    public ExecutionProgress Progress => new(Interlocked.Read(ref _rowsScanned), RowsToRead, Interlocked.Read(ref _bytesRead));

    private long RowsToRead => _tasks.Sum(task => task.Group.RowCount);

    /// <summary>The next row group, or null when all are taken.</summary>
    public RowGroupTask? TakeRowGroup()
    {
        int index = Interlocked.Increment(ref _next);
        return index < _tasks.Length ? _tasks[index] : null;
    }

    /// <summary>The row group that the next taker gets, unless another comes first; null when all are taken.</summary>
    public RowGroupTask? PeekRowGroup()
    {
        int index = Volatile.Read(ref _next) + 1;
        return index < _tasks.Length ? _tasks[index] : null;
    }

    /// <summary>Counts bytes that devices gave.</summary>
    public void CountRead(long bytes) => Interlocked.Add(ref _bytesRead, bytes);

    public void CountScanned(int rows) => Interlocked.Add(ref _rowsScanned, rows);

    private ImmutableArray<RowGroupTask> Decide(ImmutableArray<RowGroupTask> all, FilterAnalysis analysis)
    {
        FieldBinding[] filtered = [.. Bindings.Where(binding => Program.Query.FilterFields.Contains(binding.Field))];
        return
        [
            .. all.Select(task => task with { Filter = analysis.Decide(ChunkRanges.Of(task, filtered)) })
                .Where(task => task.Filter != FilterOutcome.DropsAll),
        ];
    }
}
