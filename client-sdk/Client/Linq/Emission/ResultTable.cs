using System.Collections.Immutable;
using NearData.Client.Linq.Ir;
using NearData.Isa.Programs;

namespace NearData.Client.Linq.Emission;

/// <summary>The result fields of a stage.</summary>
internal sealed class ResultTable
{
    private readonly List<ResultField> _fields = [];

    public ResultTable(StageShape shape)
    {
        if (shape is QueryShape { Aggregate: var aggregate })
        {
            Add(aggregate);
        }
        else if (shape is GroupShape groups && groups.Key.Any(part => part is TextKey))
        {
            LongTexts = Add(ResultNames.LongTexts, FieldType.UInt64, MergeRule.Sum);
        }

        if (shape is not GroupShape { IsLookedUp: true })
        {
            Doubts = [.. shape.Joins.Steps.Select((_, index) => Add(ResultNames.Doubt(index), FieldType.UInt64, MergeRule.Sum))];
        }
    }

    /// <summary>What is aggregated; null for a count.</summary>
    public ResultField? Value { get; private set; }

    /// <summary>How many values there were; null where nobody asks.</summary>
    public ResultField? Rows { get; private set; }

    /// <summary>Records whose text the key has no room for; null where it has none.</summary>
    public ResultField? LongTexts { get; }

    /// <summary>
    /// For each join the records that found a key of several rows. Empty where the stage's groups are looked up: their numbers of rows say so.
    /// </summary>
    public ImmutableArray<ResultField> Doubts { get; } = [];

    public ImmutableArray<ResultField> Fields => [.. _fields];

    private void Add(Aggregate aggregate)
    {
        if (aggregate.Value is { } value)
        {
            FieldType type = value.IsSigned ? FieldType.Int64 : FieldType.UInt64;
            (string name, MergeRule merge) = aggregate.Kind switch
            {
                AggregateKind.Min => (ResultNames.Minimum, MergeRule.Min),
                AggregateKind.Max => (ResultNames.Maximum, MergeRule.Max),
                _ => (ResultNames.Sum, MergeRule.Sum),
            };
            Value = Add(name, type, merge);
        }

        // A sum over nothing is zero; the others have to know that there was something.
        if (aggregate.Kind != AggregateKind.Sum)
        {
            Rows = Add(ResultNames.Rows, FieldType.UInt64, MergeRule.Sum);
        }
    }

    private ResultField Add(string name, FieldType type, MergeRule merge)
    {
        _fields.Add(new ResultField(name, _fields.Count * sizeof(long), type, merge));
        return _fields[^1];
    }
}
