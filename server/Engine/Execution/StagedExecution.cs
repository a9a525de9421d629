using System.Collections.Immutable;
using NearData.Engine.Binding;
using NearData.Engine.Datasets;
using NearData.Engine.Explanation;
using NearData.Engine.Programs;
using NearData.Engine.Reactors;
using NearData.Isa.Programs;
using NearData.Storage;
using NearData.Vm;
using NearData.Vm.Maps;

namespace NearData.Engine.Execution;

/// <summary>One program over one dataset of an execution.</summary>
/// <param name="Program">Its groups can be looked up by the stages after it.</param>
/// <param name="Dataset">What it runs over.</param>
/// <param name="Parameters">Values by name.</param>
public sealed record ExecutionStage(LoadedProgram Program, Dataset Dataset, IReadOnlyDictionary<string, ParameterValue> Parameters);

/// <summary>The stages of an execution don't fit each other. The caller's to fix.</summary>
public sealed class StageException(string message) : Exception(message);

/// <summary>
/// Stages one after another: the groups that one made are frozen when it ends, and those after it look them up. The answer is the last
/// one's. <see cref="Progress"/> may be read by any thread; it runs once. The answer's groups live until it is disposed.
/// </summary>
public sealed class StagedExecution : IDisposable
{
    private readonly ImmutableArray<QueryExecution> _stages;

    // Filled as stages end; the workers of a stage are made after that.
    private readonly Dictionary<string, GroupMap> _frozen = new(StringComparer.Ordinal);

    /// <param name="catalog">Opens the datasets' files.</param>
    /// <param name="reactors">Read them and run the programs.</param>
    /// <param name="tenant">Who shares the node with others.</param>
    /// <param name="maps">Memory for maps and groups.</param>
    /// <param name="stages">In order; one or more.</param>
    /// <exception cref="StageException">A stage looks up groups that none before it makes, or two make groups of one name.</exception>
    /// <exception cref="BindingException">A program's row does not fit its dataset.</exception>
    /// <exception cref="ParameterException">A parameter is missing, unknown or out of its type's range.</exception>
    public StagedExecution(Catalog catalog, ReactorGroup reactors, Tenant tenant, MemoryBudget maps, params IReadOnlyList<ExecutionStage> stages)
        : this(catalog, reactors, tenant, maps, StepMeasuring.Off, stages)
    {
    }

    /// <inheritdoc cref="StagedExecution(Catalog, ReactorGroup, Tenant, MemoryBudget, IReadOnlyList{ExecutionStage})"/>
    /// <param name="measuring">Whether steps are timed, for <see cref="Explain"/>.</param>
    public StagedExecution(
        Catalog catalog, ReactorGroup reactors, Tenant tenant, MemoryBudget maps, StepMeasuring measuring, IReadOnlyList<ExecutionStage> stages)
    {
        Check(stages);
        _stages = [.. stages.Select(stage => new QueryExecution(
            catalog, reactors, stage.Program, stage.Dataset, stage.Parameters, tenant, new RunnerMaps(maps, _frozen), measuring))];
    }

    /// <summary>How each stage is done, and what it took where it has run and was measured.</summary>
    public ImmutableArray<StageExplanation> Explain() => [.. _stages.Select(stage => stage.Explain())];

    public ExecutionProgress Progress => _stages.Select(stage => stage.Progress).Aggregate((left, right) => new ExecutionProgress(
        left.RowsScanned + right.RowsScanned, left.RowsTotal + right.RowsTotal, left.BytesRead + right.BytesRead));

    /// <summary>Runs to the end; cancelling stops between batches.</summary>
    /// <inheritdoc cref="QueryExecution.RunAsync"/>
    /// <exception cref="GroupLimitException">A stage has more groups than its map or the node holds.</exception>
    public async Task<ExecutionAnswer> RunAsync(int maxWorkers, CancellationToken cancellation)
    {
        List<ExecutionAnswer> answers = [];
        foreach (QueryExecution stage in _stages)
        {
            answers.Add(await stage.RunAsync(maxWorkers, cancellation));
            if (answers.Count < _stages.Length)
            {
                foreach (Groups.GroupAnswer groups in answers[^1].Groups)
                {
                    _frozen.Add(groups.Name, groups.Freeze());
                }
            }
        }

        return answers[^1] with
        {
            BytesRead = answers.Sum(answer => answer.BytesRead),
            RowsScanned = answers.Sum(answer => answer.RowsScanned),
            PagesPruned = answers.Sum(answer => answer.PagesPruned),
            RowGroups = answers.Sum(answer => answer.RowGroups),
            RowGroupsPruned = answers.Sum(answer => answer.RowGroupsPruned),
            RowGroupsUnread = answers.Sum(answer => answer.RowGroupsUnread),
            Workers = answers.Max(answer => answer.Workers),
            Elapsed = answers.Aggregate(TimeSpan.Zero, (sum, answer) => sum + answer.Elapsed),
            ColumnsRead = [.. answers.SelectMany(answer => answer.ColumnsRead).Distinct(StringComparer.Ordinal)],
        };
    }

    public void Dispose()
    {
        foreach (QueryExecution stage in _stages)
        {
            stage.Dispose();
        }

        foreach (GroupMap groups in _frozen.Values)
        {
            groups.Dispose();
        }
    }

    private static void Check(IReadOnlyList<ExecutionStage> stages)
    {
        Dictionary<string, MapDefinition> made = new(StringComparer.Ordinal);
        for (int stage = 0; stage < stages.Count; stage++)
        {
            ImmutableArray<MapDefinition> maps = stages[stage].Program.Query.Maps;
            foreach (MapDefinition map in maps.Where(map => map.IsFrozenGroups))
            {
                CheckFrozen(stage, map, made);
            }

            foreach (MapDefinition map in maps.Where(map => map is { Type: MapType.Groups, IsFrozenGroups: false }))
            {
                if (!made.TryAdd(map.Name, map))
                {
                    throw new StageException($"Stage {stage + 1} makes groups in map '{map.Name}', as one before it does; names are unique in an execution.");
                }
            }
        }
    }

    private static void CheckFrozen(int stage, MapDefinition map, Dictionary<string, MapDefinition> made)
    {
        if (!made.TryGetValue(map.Name, out MapDefinition? source))
        {
            string known = made.Count == 0 ? "none" : string.Join(", ", made.Keys);
            throw new StageException($"Stage {stage + 1} looks up groups of map '{map.Name}', which no stage before it makes; those make {known}.");
        }

        if (!source.Group!.IsLike(map.Group!))
        {
            throw new StageException($"Stage {stage + 1} looks up groups of map '{map.Name}' with another key or other members than the stage that makes them.");
        }
    }
}
