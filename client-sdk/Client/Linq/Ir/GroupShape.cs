using System.Collections.Immutable;
using NearData.Isa.Programs;

namespace NearData.Client.Linq.Ir;

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

/// <summary>Everything that the program of a grouping query depends on. Compared by content.</summary>
internal sealed record GroupShape(Condition Filter, ImmutableArray<KeyPart> Key, ImmutableArray<GroupTotal> Totals, int MaxGroups)
{
    public bool Equals(GroupShape? other) => other is not null && Filter.Equals(other.Filter) && MaxGroups == other.MaxGroups
        && Key.SequenceEqual(other.Key) && Totals.SequenceEqual(other.Totals);

    public override int GetHashCode()
    {
        HashCode hash = default;
        hash.Add(Filter);
        hash.Add(MaxGroups);
        foreach (KeyPart part in Key)
        {
            hash.Add(part);
        }

        foreach (GroupTotal total in Totals)
        {
            hash.Add(total);
        }

        return hash.ToHashCode();
    }
}
