using System.Collections.Immutable;
using NearData.Engine.Binding;
using NearData.Verifier;
using NearData.Vm;

namespace NearData.Engine.Execution;

/// <summary>
/// Parts that an execution needs nothing of: the filter keeps all of their rows, and what reduce makes of those follows from what the files say of
/// their columns. Immutable.
/// </summary>
internal sealed class UnreadParts
{
    private readonly ImmutableArray<ImmutableArray<(int Result, Int128 Value)>> _values;

    private UnreadParts(ImmutableArray<ImmutableArray<(int, Int128)>> values, long rows)
    {
        _values = values;
        Rows = rows;
    }

    public static UnreadParts None { get; } = new([], 0);

    public int Count => _values.Length;

    /// <summary>Rows of all of them, which are all kept.</summary>
    public long Rows { get; }

    /// <summary>Parts the unread from those that have to be read.</summary>
    /// <param name="reduction">What the reduction comes to over rows that aren't read.</param>
    /// <param name="tasks">Parts with what the filter does with them.</param>
    /// <param name="bindings">Of all fields.</param>
    /// <param name="hasFilter">Whether rows may be dropped at all.</param>
    public static (ImmutableArray<ScanTask> Read, UnreadParts Unread) Split(
        UnreadReduction reduction, ImmutableArray<ScanTask> tasks, ImmutableArray<FieldBinding> bindings, bool hasFilter)
    {
        var read = ImmutableArray.CreateBuilder<ScanTask>(tasks.Length);
        var values = ImmutableArray.CreateBuilder<ImmutableArray<(int, Int128)>>();
        long rows = 0;
        foreach (ScanTask task in tasks)
        {
            bool keepsAll = !hasFilter || task.Filter == FilterOutcome.KeepsAll;
            if (keepsAll && task.Part.RowCount is { } count && reduction.Reduce(count, field => SummaryOf(task, bindings, field, count)) is { } value)
            {
                values.Add(value);
                rows += count;
            }
            else
            {
                read.Add(task);
            }
        }

        return (read.ToImmutable(), new UnreadParts(values.ToImmutable(), rows));
    }

    /// <summary>Merges them into what a runner has.</summary>
    public void Reduce(QueryRunner runner)
    {
        foreach (ImmutableArray<(int, Int128)> value in _values)
        {
            runner.Reduce(value);
        }
    }

    private static FieldSummary? SummaryOf(ScanTask task, ImmutableArray<FieldBinding> bindings, int field, long rows) =>
        task.SummaryOf(bindings.First(binding => binding.Field == field), rows);
}
