using NearData.Client.Linq.Emission;
using NearData.Contracts.V1;

namespace NearData.Client.Linq;

/// <summary>A query bound to a dataset, with the values of one execution.</summary>
internal interface ITranslatedQuery
{
    /// <summary>What its program is made from: equal shapes share one.</summary>
    object Shape { get; }

    /// <summary>Values by name; the program may use fewer.</summary>
    IReadOnlyDictionary<string, ParameterValue> Parameters { get; }

    /// <summary>Which groups come back, and in which order; null for all, in no order.</summary>
    GroupOrder? Order => null;

    /// <exception cref="QueryTranslationException">The program is too long for its jumps.</exception>
    QueryObject Compile();
}
