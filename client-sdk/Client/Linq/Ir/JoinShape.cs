using NearData.Isa.Programs;

namespace NearData.Client.Linq.Ir;

/// <summary>Groups of an earlier stage that a program looks up by a key of its record.</summary>
/// <param name="Map">Their name.</param>
/// <param name="Key">The parts of the key, 64 bits each.</param>
/// <param name="Layout">As the earlier stage makes them.</param>
internal sealed record Lookup(string Map, Sequence<Scalar> Key, GroupLayout Layout)
{
    public bool Equals(Lookup? other) => other is not null && Map == other.Map && Key.Equals(other.Key) && Layout.IsLike(other.Layout);

    public override int GetHashCode() => HashCode.Combine(Map, Key);
}

/// <summary>1 where a lookup finds a group, otherwise 0. A leaf: it is asked once on each way through.</summary>
internal sealed record Found(Lookup Lookup) : Scalar(Interval.Bit);

/// <summary>A total of the group that a join found: of the one row that made it.</summary>
/// <param name="Map">The groups.</param>
/// <param name="Index">The total; <see cref="Rows"/> is how many rows made the group.</param>
/// <param name="Range">Of the row's value.</param>
internal sealed record Member(string Map, int Index, Interval Range) : Scalar(Range)
{
    /// <summary>The total that says how many rows there are of a key: with more than one, the others are of none of them.</summary>
    public const int Rows = 0;
}

/// <summary>A total of the stage's own group, when all records are merged.</summary>
/// <param name="Index">Which of the shape's.</param>
/// <param name="Range">What it can be.</param>
internal sealed record MergedTotal(int Index, Interval Range) : Scalar(Range);

/// <summary>A row of another dataset that belongs to the record.</summary>
/// <param name="Before">What is known to decide before that row is looked up.</param>
/// <param name="Lookup">Where it is found; a record without it doesn't count.</param>
internal sealed record JoinStep(Condition Before, Lookup Lookup);

/// <summary>The rows of other datasets that a stage's records are joined with.</summary>
/// <param name="Steps">In order: a later one's key may be of an earlier one's row.</param>
/// <param name="After">Over all of these rows.</param>
internal sealed record JoinShape(Sequence<JoinStep> Steps, Condition After)
{
    public static readonly JoinShape None = new([], Condition.True);

    /// <summary>Whether no record counts, whatever is found.</summary>
    public bool IsNever => After is Constant { Value: false } || Steps.Any(step => step.Before is Constant { Value: false });
}
