namespace NearData.Client.Linq.Ir;

internal enum AggregateKind
{
    Count,
    Sum,
    Average,
    Min,
    Max,
}

/// <summary>What reduce does with a record that was kept.</summary>
/// <param name="Kind">Which aggregate.</param>
/// <param name="Value">What is aggregated; null for a count.</param>
/// <param name="Present">Records where this doesn't hold are skipped: the value is null there.</param>
internal sealed record Aggregate(AggregateKind Kind, Scalar? Value, Condition Present);
