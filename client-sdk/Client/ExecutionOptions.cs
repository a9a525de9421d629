using System.Collections.Immutable;
using NearData.Contracts.V1;

namespace NearData.Client;

/// <summary>What an execution does besides running one program over one dataset.</summary>
public sealed record ExecutionOptions
{
    /// <summary>Stages that run before, in order: the programs after them look their groups up.</summary>
    public ImmutableArray<ExecutionStage> Before { get; init; } = [];

    /// <summary>Which groups come back, and in which order; at most one for each map.</summary>
    public ImmutableArray<GroupOrder> Orders { get; init; } = [];

    /// <summary>Null, or the described version: the execution fails where the dataset has changed since.</summary>
    public string? DatasetVersion { get; init; }
}

/// <summary>A program over a dataset that runs before another.</summary>
/// <param name="Program">Loaded at the same node.</param>
/// <param name="Dataset">The dataset's name.</param>
/// <param name="Parameters">A value for each parameter, by name. Null: there are none.</param>
public sealed record ExecutionStage(LoadedProgram Program, string Dataset, IReadOnlyDictionary<string, ParameterValue>? Parameters = null)
{
    /// <inheritdoc cref="ExecutionOptions.DatasetVersion"/>
    public string? DatasetVersion { get; init; }
}
