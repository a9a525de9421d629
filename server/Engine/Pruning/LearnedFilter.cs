using System.Collections.Immutable;
using NearData.Verifier;

namespace NearData.Engine.Pruning;

/// <summary>
/// What executions have found out of a filter with one set of parameters, whatever files they read: what was proven of ranges of fields, and which values
/// of each field it can keep. Thread-safe.
/// </summary>
/// <param name="filter">The filter with those parameters. Used by nobody else.</param>
internal sealed class LearnedFilter(FilterAnalysis filter)
{
    private ImmutableDictionary<int, ImmutableArray<ValueSegment>> _numbers = ImmutableDictionary<int, ImmutableArray<ValueSegment>>.Empty;

    /// <summary>What was proven of ranges.</summary>
    public FilterDecisions Decisions { get; } = new(filter);

    /// <summary>Values of each field of numbers, few segments: what the execution that ended last has learned.</summary>
    public ImmutableDictionary<int, ImmutableArray<ValueSegment>> Numbers
    {
        get => Volatile.Read(ref _numbers);
        set => Volatile.Write(ref _numbers, value);
    }

    /// <summary>Values of each field of text.</summary>
    public TextMemory Texts { get; } = new();
}
