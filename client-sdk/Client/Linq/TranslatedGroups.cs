using System.Collections.Immutable;
using NearData.Client.Linq.Emission;
using NearData.Client.Linq.Ir;
using Int128 = System.Int128;

namespace NearData.Client.Linq;

/// <summary>A grouping query bound to a dataset, with the values of one execution.</summary>
/// <param name="Shape">What its program is made from.</param>
/// <param name="Readers">Each reads one value that the projection uses out of a row of the answer.</param>
/// <param name="Parameters">Values by name; the program may use fewer.</param>
internal sealed record TranslatedGroups(
    GroupShape Shape, ImmutableArray<Func<GroupRows, int, object?>> Readers, IReadOnlyDictionary<string, ParameterValue> Parameters) : ITranslatedQuery
{
    object ITranslatedQuery.Shape => Shape;

    public QueryObject Compile() => QueryObject.Of(Shape);
}
