using System.Collections.Immutable;
using NearData.Engine.Binding;
using NearData.Engine.Execution;
using NearData.Engine.Groups;
using NearData.Isa.Programs;
using NearData.Verifier;
using NearData.Vm;

namespace NearData.Engine.Explanation;

/// <summary>Tells how a plan's stage is done.</summary>
/// <param name="plan">The plan.</param>
/// <param name="rates">What the node's executions took.</param>
/// <param name="reactors">How many the node has.</param>
internal sealed class StageExplainer(ExecutionPlan plan, StepRates rates, int reactors)
{
    /// <summary>Bytes of one result in an answer, about: its name, type and value.</summary>
    private const int ResultBytes = 32;

    private readonly ImmutableArray<ScanTask> _read = plan.Tasks;
    private readonly HashSet<int> _places = [.. plan.Tasks.Select(task => task.Place)];

    /// <param name="measure">What it took; null where it wasn't run.</param>
    public StageExplanation Explain(StageMeasure? measure)
    {
        ImmutableArray<ColumnExplanation> columns = [.. plan.Stored.Select(Explain)];
        long rows = _read.Sum(task => task.Part.RowCount ?? 0);
        long recordBytes = _read.Sum(task => task.Part.RecordBytes);
        StageWork work = new(recordBytes == 0 ? rows * columns.Length : 0, recordBytes, FilteredRows, rows);
        StageEstimate estimate = new(
            columns.Sum(column => column.Bytes ?? 0) + recordBytes, work.Values, rates.Estimate(work), Math.Clamp(_read.Length, 1, reactors), AnswerOf(rows));
        if (measure is not null)
        {
            rates.Learn(measure, work);
        }

        return new StageExplanation(
            plan.Program.Id,
            plan.Dataset.Name,
            [.. Programs()],
            columns,
            new PartCounts(plan.All.Length, plan.PartsPruned, plan.Unread.Count, _read.Length, rows, plan.PagesPruned),
            [.. plan.All.Take(StageExplanation.MostListed).Select(Explain)],
            estimate)
        {
            Measure = measure,
        };
    }

    private long FilteredRows => _read.Where(task => task.Filter == FilterOutcome.Unknown).Sum(task => task.Part.RowCount ?? 0);

    // Each row that is read may make a group of its own.
    private AnswerSize AnswerOf(long rows)
    {
        bool areRowsKnown = _read.All(task => task.Part.RowCount is not null);
        long results = plan.Program.Query.Results.Length * (long)ResultBytes;
        long groups = plan.Program.Query.Maps
            .Where(map => map is { Type: MapType.Groups, IsFrozenGroups: false })
            .Sum(map => GroupSelection.WidestRowOf(map) * Math.Min(map.MaxEntries, areRowsKnown ? rows : long.MaxValue));
        return new AnswerSize(results, results + groups);
    }

    private IEnumerable<ProgramExplanation> Programs()
    {
        QueryProgram query = plan.Program.Query;
        (EngineChoice filterEngine, EngineChoice reduceEngine) = plan.Engines;
        if (query.Filter is { } filter)
        {
            yield return Explain(filter, filterEngine);
        }

        if (query.Reduce is { } reduce)
        {
            yield return Explain(reduce, reduceEngine);
        }
    }

    private ProgramExplanation Explain(VerifiedProgram program, EngineChoice engine) =>
        new(program.Program.Name, program.Program.Section, engine, program.Facts.WorstCaseInstructions, plan.Compiled.Trust == CodeTrust.Guards);

    private ColumnExplanation Explain(FieldBinding binding)
    {
        bool isFiltered = plan.FilterFields.Contains(binding.Field);
        bool isReduced = plan.ReduceFields.Contains(binding.Field);
        return new ColumnExplanation(
            binding.Column.Name,
            binding.Column.Type,
            isFiltered && isReduced ? ColumnUse.Both : isFiltered ? ColumnUse.Filter : ColumnUse.Reduce,
            _read.Aggregate((long?)0, (sum, task) => sum + task.Part.BytesOf(binding)),
            plan.Guards?.Has(binding.Field) == true ? _read.Count(task => task.Filter == FilterOutcome.Unknown && task.Part.HasDictionary(binding)) : 0);
    }

    private PartExplanation Explain(ScanTask task)
    {
        Dictionary<int, FieldRange> ranges = task.RangesOf(plan.Filtered);
        return new PartExplanation(
            task.File.Name,
            task.Number,
            task.Part.RowCount,
            task.Filter,
            [.. plan.Filtered.Where(binding => ranges.ContainsKey(binding.Field)).Select(binding => (binding.Column.Name, binding.RowField.Type, ranges[binding.Field]))])
        {
            IsRead = _places.Contains(task.Place),
        };
    }
}
