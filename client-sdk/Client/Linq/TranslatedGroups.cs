using System.Collections.Immutable;
using NearData.Client.Linq.Emission;
using NearData.Client.Linq.Ir;
using NearData.Contracts.V1;

namespace NearData.Client.Linq;

/// <summary>A grouping query bound to a dataset, with the values of one execution.</summary>
/// <param name="Shape">What its program is made from.</param>
/// <param name="Readers">Each reads one value that the projection uses out of a row of the answer.</param>
/// <param name="Sorts">The columns that the node sorts by.</param>
/// <param name="Limit">The most groups that come back; null for all.</param>
/// <param name="Parameters">Values by name; the program may use fewer.</param>
internal sealed record TranslatedGroups(
    GroupShape Shape,
    ImmutableArray<Func<GroupRows, int, object?>> Readers,
    ImmutableArray<OrderKey> Sorts,
    int? Limit,
    IReadOnlyDictionary<string, ParameterValue> Parameters) : ITranslatedQuery
{
    object ITranslatedQuery.Shape => Shape;

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

    public QueryObject Compile() => QueryObject.Of(Shape);
}
