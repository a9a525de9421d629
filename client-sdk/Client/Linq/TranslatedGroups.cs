using System.Collections.Immutable;
using NearData.Client.Linq.Sources;
using NearData.Contracts.V1;

namespace NearData.Client.Linq;

/// <summary>A grouping query bound to its datasets, with the values of one execution.</summary>
/// <param name="Stages">In order.</param>
/// <param name="JoinedKeys">Of the last stage's joins.</param>
/// <param name="Readers">Each reads one value that the projection uses out of a row of the answer.</param>
/// <param name="Sorts">The columns that the node sorts by.</param>
/// <param name="Limit">The most groups that come back; null for all.</param>
internal sealed record TranslatedGroups(
    ImmutableArray<TranslatedStage> Stages,
    IReadOnlyList<JoinedKey> JoinedKeys,
    ImmutableArray<Func<GroupRows, int, object?>> Readers,
    ImmutableArray<OrderKey> Sorts,
    int? Limit) : ITranslatedQuery
{
    public GroupOrder? Order
    {
        get
        {
            GroupOrder order = new() { Map = ResultNames.Groups, Keys = { Sorts } };
            if (Limit is { } limit)
            {
                order.Limit = (ulong)limit;
            }

            return Sorts.IsEmpty && Limit is null ? null : order;
        }
    }
}
