using System.Collections.Immutable;
using NearData.Client.Linq.Ir;
using NearData.Isa.Programs;

namespace NearData.Client.Linq.Emission;

/// <summary>The result fields of an aggregate.</summary>
internal sealed class ResultTable
{
    public ResultTable(Aggregate aggregate)
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
            Value = new(name, 0, type, merge);
        }

        // A sum over nothing is zero; the others have to know that there was something.
        if (aggregate.Kind != AggregateKind.Sum)
        {
            Rows = new(ResultNames.Rows, Value is null ? 0 : sizeof(long), FieldType.UInt64, MergeRule.Sum);
        }
    }

    /// <summary>What is aggregated; null for a count.</summary>
    public ResultField? Value { get; }

    /// <summary>How many values there were; null where nobody asks.</summary>
    public ResultField? Rows { get; }

    public ImmutableArray<ResultField> Fields => [.. new[] { Value, Rows }.OfType<ResultField>()];
}
