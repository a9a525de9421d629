using NearData.Contracts.V1;
using Int128 = System.Int128;

namespace NearData.Client;

/// <summary>A result field after an execution.</summary>
/// <param name="Name">As the program names it.</param>
/// <param name="Merge">How partial values became this one.</param>
/// <param name="Value">Exact; 0 for a result of floating point.</param>
/// <param name="IsIdentity">No record moved it from what its merge starts with: for a minimum or maximum, there was none.</param>
/// <param name="Number">The double nearest to the exact result, for results of floating point; null for the others.</param>
public sealed record ExecutionResult(string Name, Merge Merge, Int128 Value, bool IsIdentity, double? Number = null);

/// <summary>What an execution computed, and what that took.</summary>
public sealed class ExecutionAnswer
{
    internal ExecutionAnswer(Answer answer, IReadOnlyList<GroupRows> groups)
    {
        Groups = groups;
        Results = [.. answer.Results.Select(result => new ExecutionResult(
            result.Name, result.Merge, new Int128((ulong)(result.Value?.High ?? 0), result.Value?.Low ?? 0), result.IsIdentity,
            result.HasNumber ? result.Number : null))];
        Counters = answer.Counters ?? new Counters();
    }

    /// <summary>In the program's order.</summary>
    public IReadOnlyList<ExecutionResult> Results { get; }

    /// <summary>The groups of each group map of the last stage, in the program's order.</summary>
    public IReadOnlyList<GroupRows> Groups { get; }

    /// <summary>Bytes, rows and time at the node.</summary>
    public Counters Counters { get; }

    /// <summary>The value of an integer result.</summary>
    /// <exception cref="KeyNotFoundException">The program has no such result.</exception>
    public Int128 this[string name] => Find(name).Value;

    /// <summary>The value of a result of floating point.</summary>
    /// <exception cref="KeyNotFoundException">The program has no such result.</exception>
    /// <exception cref="InvalidOperationException">The result is an integer.</exception>
    public double Number(string name) =>
        Find(name).Number ?? throw new InvalidOperationException($"Result '{name}' is an integer, not a number of floating point.");

    private ExecutionResult Find(string name) =>
        Results.FirstOrDefault(result => string.Equals(result.Name, name, StringComparison.Ordinal))
        ?? throw new KeyNotFoundException($"There is no result '{name}'; there are {string.Join(", ", Results.Select(result => result.Name))}.");
}
