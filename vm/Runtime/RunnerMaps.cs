using NearData.Vm.Maps;

namespace NearData.Vm;

/// <summary>What the maps of a runner take from outside.</summary>
/// <param name="Budget">The memory that they are taken from; null for a budget of their own.</param>
/// <param name="Frozen">
/// Groups of earlier stages, under the names of the maps that stand for them; whoever made them keeps them meanwhile. Null for none.
/// </param>
public readonly record struct RunnerMaps(MemoryBudget? Budget = null, IReadOnlyDictionary<string, GroupMap>? Frozen = null);
