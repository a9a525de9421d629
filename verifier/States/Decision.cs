using System.Collections.Immutable;
using NearData.Verifier.Values;

namespace NearData.Verifier.States;

/// <summary>
/// A branch that was decided by a result, from there to where all its paths have met again. What is different in between by its
/// outcome depends on the result.
/// </summary>
/// <param name="Branch">The jump's slot.</param>
/// <param name="Field">The result that decided.</param>
/// <param name="Close">The slot that every path from the branch comes through first; the program's length where that is its end.</param>
/// <param name="Arm">Which outcomes lead here.</param>
/// <param name="Winner">For a minimum or maximum: the outcome where a candidate is to replace the field's content.</param>
/// <param name="Candidates">The low bits of the values that the content was compared with.</param>
/// <param name="Stored">The candidate that was stored on the way here; null where none was.</param>
public sealed record Decision(
    int Branch,
    int Field,
    int Close,
    Arm Arm,
    Arm? Winner,
    ImmutableArray<Term> Candidates,
    Term? Stored = null);

/// <summary>Outcomes of a conditional jump.</summary>
public enum Arm
{
    Taken,
    NotTaken,

    /// <summary>Paths of either outcome, or that went past the branch, have met.</summary>
    Mixed,
}
