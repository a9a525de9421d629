using NearData.Engine.Binding;
using NearData.Engine.Pruning;

namespace NearData.Engine.Formats;

/// <summary>What parts are narrowed by.</summary>
/// <param name="Pages">Decides rows by what is known of pages.</param>
/// <param name="Values">Which values the filter wants fields to equal.</param>
/// <param name="Filtered">Fields that the filter loads.</param>
/// <param name="Loaded">Fields whose columns are read.</param>
internal sealed record PartFilter(PagePruning Pages, EqualityValues Values, IReadOnlyList<FieldBinding> Filtered, IReadOnlyList<FieldBinding> Loaded);
