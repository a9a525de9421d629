using System.Collections.Immutable;
using NearData.Engine.Binding;
using NearData.Engine.Datasets;
using NearData.Engine.Formats;
using NearData.Engine.Formats.Raw;
using NearData.Engine.Programs;
using NearData.Engine.Pruning;
using NearData.Verifier;
using NearData.Vm;

namespace NearData.Engine.Execution;

/// <summary>What is read and with which parameters; hands out parts of files to workers. Thread-safe.</summary>
internal sealed class ExecutionPlan
{
    private readonly FilterDecisions? _decisions;
    private ImmutableArray<ScanTask> _tasks;
    private ImmutableArray<ScanTask> _queue = [];
    private readonly Lazy<NarrowColumns> _narrow;
    private int _next = -1;
    private long _rowsScanned;
    private long _rowsFound;
    private long _bytesRead;

    public ExecutionPlan(LoadedProgram program, Dataset dataset, ParameterValues parameters, RunnerMaps maps, CodeTrust trust)
    {
        Maps = maps;
        Program = program;
        Compiled = program.CompiledFor(trust);
        Dataset = dataset;
        Parameters = parameters;
        Bindings = program.Bind(dataset);
        Stored = [.. Bindings.Where(binding => !binding.Column.IsPartition)];
        Partition = new PartitionFields([.. Bindings.Where(binding => binding.Column.IsPartition)]);
        FilterFields = [.. program.Query.FilterFields.Where(IsStored)];
        ReduceFields = [.. program.Query.ReduceFields.Where(IsStored)];
        Filtered = [.. Bindings.Where(binding => program.Query.FilterFields.Contains(binding.Field))];
        LearnedFilter? learned = program.Query.Filter is { } filter
            ? program.Guards.Of(parameters.ToArray(), constants => new LearnedFilter(new FilterAnalysis(filter, constants, HelperAnswers.Of)))
            : null;
        _decisions = learned?.Decisions;
        All = ListParts();
        _tasks = All.RemoveAll(static task => task.Filter == FilterOutcome.DropsAll);
        Guards = learned is null ? null : new FilterGuards(learned, program.Query.Row, FilterFields, KnownRows);
        PartsPruned = All.Length - _tasks.Length;
        _narrow = new(() => NarrowFields.Of(program.Query.Row, Stored, [.. _tasks.Select(task => task.Part)]));
        if (UnreadReduction.Of(program.Query, parameters) is { } reduction)
        {
            (_tasks, Unread) = UnreadParts.Split(reduction, _tasks, Bindings, hasFilter: program.Query.Filter is not null);
        }
    }

    public LoadedProgram Program { get; }

    /// <summary>The program's machine code, as far as it is trusted.</summary>
    public CompiledQuery Compiled { get; }

    public Dataset Dataset { get; }

    public ParameterValues Parameters { get; }

    /// <summary>What the workers' maps take their memory and the groups of earlier stages from.</summary>
    public RunnerMaps Maps { get; }

    /// <summary>One for each field that the programs load.</summary>
    public ImmutableArray<FieldBinding> Bindings { get; }

    /// <summary>Those of columns that files have.</summary>
    public ImmutableArray<FieldBinding> Stored { get; }

    /// <summary>The others: those of columns that the names of folders say.</summary>
    public PartitionFields Partition { get; }

    /// <summary>The fields among <see cref="Stored"/> that the filter loads.</summary>
    public ImmutableArray<int> FilterFields { get; }

    /// <summary>The fields among <see cref="Stored"/> that reduce loads.</summary>
    public ImmutableArray<int> ReduceFields { get; }

    /// <summary>Those of the fields that the filter loads.</summary>
    public ImmutableArray<FieldBinding> Filtered { get; }

    /// <summary>All parts of the dataset's files, with what the filter does with them.</summary>
    public ImmutableArray<ScanTask> All { get; }

    /// <summary>Those that are read.</summary>
    public ImmutableArray<ScanTask> Tasks => _tasks;

    /// <summary>What dictionaries decide of the filter; null where there is none.</summary>
    public FilterGuards? Guards { get; }

    /// <summary>The places of the files that have parts to be read.</summary>
    public IEnumerable<int> Files => _tasks.Select(task => task.FileIndex).Distinct();

    /// <summary>Parts to be read.</summary>
    public int Parts => _tasks.Length;

    /// <summary>Parts that need not be read: what is known of their values proves that the filter keeps none of their rows.</summary>
    public int PartsPruned { get; private set; }

    /// <summary>A runner of the program for one worker; the caller's to dispose.</summary>
    public QueryRunner CreateRunner() => Compiled.CreateRunner(Parameters, Maps, Dataset.MostRows, NarrowColumns);

    /// <summary>How the programs are run.</summary>
    public (EngineChoice Filter, EngineChoice Reduce) Engines => Compiled.EnginesFor(Parameters, Dataset.MostRows, NarrowColumns);

    /// <summary>What code of the execution's own may take in 32 bits.</summary>
    private NarrowColumns NarrowColumns => Dataset.MostRows < CompiledQuery.SpecializedRecords ? Vm.NarrowColumns.None : _narrow.Value;

    /// <summary>Pages of the parts' columns that need not be read.</summary>
    public long PagesPruned => _tasks.Sum(task => task.Part.PagesPruned);

    /// <summary>Parts that need not be read: what the files say of their columns is the answer.</summary>
    public UnreadParts Unread { get; } = UnreadParts.None;

    public ExecutionProgress Progress
    {
        get
        {
            // In this order, so that no more rows are scanned than there are.
            long scanned = Interlocked.Read(ref _rowsScanned);
            return new(scanned, KnownRows + Interlocked.Read(ref _rowsFound), Interlocked.Read(ref _bytesRead));
        }
    }

    /// <summary>Rows of the parts that say how many they have.</summary>
    private long KnownRows => _tasks.Sum(task => task.Part.RowCount ?? 0);

    /// <summary>What has to be run through before the parts of the plan; none where all is known.</summary>
    /// <param name="files">The dataset's, open.</param>
    public ImmutableArray<ScanTask> Survey(OpenFiles files) =>
    [
        .. Files.SelectMany(index =>
            Dataset.Files[index].Content.Survey(files[index]).Select(part => new ScanTask(Dataset.Files[index], index, part))),
    ];

    /// <summary>Begins to hand out the parts of the plan, or others before them. Nobody takes any meanwhile.</summary>
    public void HandOut(ImmutableArray<ScanTask>? others = null)
    {
        _queue = others ?? _tasks;
        _next = -1;
    }

    /// <summary>Leaves out what files say more of than was known before they were open. To be called before the first part is taken.</summary>
    /// <exception cref="NearData.Parquet.ParquetFormatException">A page index or bloom filter is broken.</exception>
    public void Narrow(OpenFiles files)
    {
        if (_decisions is null)
        {
            return;
        }

        PartFilter filter = new(new PagePruning(_decisions), new EqualityValues(_decisions), [.. Stored.Where(binding => FilterFields.Contains(binding.Field))], Stored);
        ImmutableArray<ScanTask>.Builder left = ImmutableArray.CreateBuilder<ScanTask>(_tasks.Length);
        foreach (ScanTask task in _tasks)
        {
            FilePart? part = task.Filter == FilterOutcome.Unknown ? task.Part.Narrow(task, filter, files[task.FileIndex]) : task.Part;
            if (part is not null)
            {
                left.Add(ReferenceEquals(part, task.Part) ? task : task with { Part = part });
            }
        }

        PartsPruned += _tasks.Length - left.Count;
        _tasks = left.DrainToImmutable();
    }

    /// <summary>Keeps what was learned of the filter for executions to come.</summary>
    public void Learn() => Guards?.Learn();

    /// <summary>The next part, or null when all are taken.</summary>
    public ScanTask? Take()
    {
        int index = Interlocked.Increment(ref _next);
        return index < _queue.Length ? _queue[index] : null;
    }

    /// <summary>The part that the next taker gets, unless another comes first; null when all are taken.</summary>
    public ScanTask? Peek()
    {
        int index = Volatile.Read(ref _next) + 1;
        return index < _queue.Length ? _queue[index] : null;
    }

    /// <summary>Counts bytes that devices gave.</summary>
    public void CountRead(long bytes) => Interlocked.Add(ref _bytesRead, bytes);

    /// <summary>Counts rows of a part that a filter has seen.</summary>
    public void CountScanned(ScanTask task, int rows)
    {
        if (task.Part.RowCount is null)
        {
            Interlocked.Add(ref _rowsFound, rows);
        }

        Interlocked.Add(ref _rowsScanned, rows);
    }

    private IEnumerable<FilePart> PartsOf(DatasetFile file) =>
        Program.Query.TakesBuffers ? RawPart.Of(file.Stamp.Length, Program.Object.BufferBytes) : file.Content.Parts;

    private bool IsStored(int field) => Stored.Any(binding => binding.Field == field);

    private ImmutableArray<ScanTask> ListParts()
    {
        var parts = ImmutableArray.CreateBuilder<ScanTask>();
        long analyses = 0;
        for (int file = 0; file < Dataset.Files.Length; file++)
        {
            int first = parts.Count;
            foreach (FilePart part in PartsOf(Dataset.Files[file]))
            {
                ScanTask task = new(Dataset.Files[file], file, part) { Place = parts.Count, Number = parts.Count - first };
                Decide(task, ref analyses);
                parts.Add(task);
            }
        }

        return parts.DrainToImmutable();
    }

    private void Decide(ScanTask task, ref long analyses)
    {
        if (_decisions is not null)
        {
            task.Filter = _decisions.Decide(task.RangesOf(Filtered), ref analyses);
        }
    }
}
