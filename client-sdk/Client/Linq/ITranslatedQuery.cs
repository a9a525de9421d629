using System.Collections.Immutable;
using NearData.Client.Linq.Sources;
using NearData.Contracts.V1;

namespace NearData.Client.Linq;

/// <summary>A query bound to its datasets, with the values of one execution.</summary>
internal interface ITranslatedQuery
{
    /// <summary>In order; the last one's groups or results are the answer.</summary>
    ImmutableArray<TranslatedStage> Stages { get; }

    /// <summary>Of the last stage's joins.</summary>
    IReadOnlyList<JoinedKey> JoinedKeys { get; }

    /// <summary>Which groups come back, and in which order; null for all, in no order.</summary>
    GroupOrder? Order => null;
}
