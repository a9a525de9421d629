using NearData.Isa.Programs;

namespace NearData.Client.Linq.Ir;

/// <summary>Everything that a stage's program depends on, and nothing that varies between executions of the same query. Compared by content.</summary>
/// <param name="Filter">Over the row alone.</param>
/// <param name="Joins">What else decides whether a record counts.</param>
internal abstract record StageShape(Condition Filter, JoinShape Joins);

/// <summary>A stage that gives numbers.</summary>
internal sealed record QueryShape(Condition Filter, JoinShape Joins, Aggregate Aggregate) : StageShape(Filter, Joins);

/// <summary>A stage that makes groups.</summary>
/// <param name="Filter">As of every stage.</param>
/// <param name="Joins">As of every stage.</param>
/// <param name="Key">What records are grouped by.</param>
/// <param name="Totals">One or more.</param>
/// <param name="Map">The groups' name.</param>
/// <param name="MaxGroups">More of them end the execution.</param>
internal sealed record GroupShape(Condition Filter, JoinShape Joins, Sequence<KeyPart> Key, Sequence<GroupTotal> Totals, string Map, int MaxGroups)
    : StageShape(Filter, Joins)
{
    /// <summary>Over a group's totals: those for which it doesn't hold don't leave the stage.</summary>
    public Condition Having { get; init; } = Condition.True;

    /// <summary>Whether a later stage looks the groups up; otherwise they are the answer.</summary>
    public bool IsLookedUp => Map != ResultNames.Groups;
}

/// <summary>A part of a group's key.</summary>
/// <param name="Present">Where it isn't null; where that is always so, the key has no place for it.</param>
internal abstract record KeyPart(Condition Present);

/// <param name="Value">Zero where it is null.</param>
/// <param name="Present">As of every part.</param>
internal sealed record NumberKey(Scalar Value, Condition Present) : KeyPart(Present);

/// <param name="Text">Empty where it is null.</param>
/// <param name="Bytes">What the key has room for, a multiple of eight.</param>
/// <param name="Present">As of every part.</param>
internal sealed record TextKey(TextField Text, int Bytes, Condition Present) : KeyPart(Present);

/// <summary>What reduce keeps for each group.</summary>
/// <param name="Merge">Sum, minimum or maximum.</param>
/// <param name="Value">What is merged; null counts records.</param>
/// <param name="Present">Records where this doesn't hold are skipped.</param>
internal sealed record GroupTotal(MergeRule Merge, Scalar? Value, Condition Present);
