using System.Collections.Immutable;
using NearData.Engine.Binding;
using NearData.Engine.Datasets;
using NearData.Engine.Programs;
using NearData.Vm;

namespace NearData.Engine.Execution;

/// <summary>What is read and with which parameters; hands out row groups to workers. Thread-safe.</summary>
internal sealed class ExecutionPlan
{
    private readonly ImmutableArray<RowGroupTask> _tasks;
    private int _next = -1;
    private long _rowsScanned;
    private long _bytesRead;

    public ExecutionPlan(LoadedProgram program, Dataset dataset, ParameterValues parameters)
    {
        Program = program;
        Dataset = dataset;
        Parameters = parameters;
        Bindings = program.Bind(dataset);
        _tasks =
        [
            .. dataset.Files.SelectMany((file, index) => file.Metadata.RowGroups
                .Where(group => group.RowCount > 0)
                .Select(group => new RowGroupTask(file, index, group))),
        ];
    }

    public LoadedProgram Program { get; }

    public Dataset Dataset { get; }

    public ParameterValues Parameters { get; }

    /// <summary>One for each field that the programs load.</summary>
    public ImmutableArray<FieldBinding> Bindings { get; }

    public int RowGroups => _tasks.Length;

    public ExecutionProgress Progress => new(Interlocked.Read(ref _rowsScanned), Dataset.RowCount, Interlocked.Read(ref _bytesRead));

    /// <summary>The next row group, or null when all are taken.</summary>
    public RowGroupTask? TakeRowGroup()
    {
        int index = Interlocked.Increment(ref _next);
        return index < _tasks.Length ? _tasks[index] : null;
    }

    public void CountRead(RowGroupTask task) =>
        Interlocked.Add(ref _bytesRead, Bindings.Sum(binding => task.ChunkOf(binding.Column.Name).CompressedLength));

    public void CountScanned(int rows) => Interlocked.Add(ref _rowsScanned, rows);
}
