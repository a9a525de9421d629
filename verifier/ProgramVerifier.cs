using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using NearData.Isa.Programs;
using NearData.Verifier.Analysis;
using NearData.Verifier.Explanations;
using NearData.Verifier.Rejections;
using NearData.Verifier.States;

namespace NearData.Verifier;

/// <summary>
/// Proves that a program is safe to run unchecked, that it ends, and that a reduction doesn't depend on the order of records; what
/// can't be proven is rejected (docs/verifier.md). The only maker of a <see cref="VerifiedProgram"/>. Time grows with
/// the program's length and the turns of its loops, whatever the number of its paths, and is bounded. Thread-safe.
/// </summary>
public static class ProgramVerifier
{
    /// <summary>Proves a program safe.</summary>
    /// <exception cref="ProgramRejectedException">It can't be proven.</exception>
    public static VerifiedProgram Verify(Program program) => Verify(program, (AnalysisObserver?)null);

    /// <summary>As <see cref="Verify(Program)"/>, for callers to whom a rejection is an answer.</summary>
    public static bool TryVerify(
        Program program,
        [NotNullWhen(true)] out VerifiedProgram? verified,
        [NotNullWhen(false)] out Rejection? rejection)
    {
        try
        {
            (verified, rejection) = (Verify(program), null);
            return true;
        }
        catch (ProgramRejectedException rejected)
        {
            (verified, rejection) = (null, rejected.Rejection);
            return false;
        }
    }

    /// <summary>
    /// How a program comes to what can't be proven: runs the analysis again with a record of its way, so that it takes a few times as long
    /// as <see cref="Verify(Program)"/>, and some tens of megabytes at most.
    /// </summary>
    /// <param name="program">The program.</param>
    /// <param name="count">Whether to go on behind the first finding.</param>
    /// <returns>The findings in order of instruction, or the first alone; none where the program is accepted.</returns>
    public static ImmutableArray<Explanation> Explain(Program program, FindingCount count = FindingCount.First) => new Diagnosis(program, count).Run();

    /// <summary>
    /// The full log of a verification: each look at an instruction, with all that is known before it, up to the end or to what can't be
    /// proven. Keeps none of it.
    /// </summary>
    /// <param name="program">The program.</param>
    /// <param name="write">Is given the entries one by one.</param>
    /// <exception cref="ProgramRejectedException">It can't be proven; the last entry is what it failed at, or leads there.</exception>
    public static VerifiedProgram Log(Program program, Action<LogEntry> write) => Verify(program, new ProgramLog(program, write));

    /// <summary>As <see cref="Verify(Program)"/>, with somebody who looks on.</summary>
    internal static VerifiedProgram Verify(Program program, AnalysisObserver? observer) => new(program, new ProgramProof(program, observer).Find());

    /// <summary>Follows every call with so much work.</summary>
    internal static VerifiedProgram Verify(Program program, AnalysisObserver? observer, WorkBudget budget) =>
        new(program, new ProgramProof(program, observer).Follow(budget));

    /// <summary>Follows every call, and shows each reachable slot with what is known before it.</summary>
    /// <param name="program">The program.</param>
    /// <param name="look">Shown the states.</param>
    /// <param name="budget">Bounds the work; null for as much as any proof may take.</param>
    internal static VerifiedProgram Verify(Program program, Action<int, MachineState> look, WorkBudget? budget = null) =>
        Verify(program, new VisitObserver(look), budget ?? WorkBudget.ForProof(program.Code.Length));

    /// <summary>
    /// Takes calls of global functions by what is proven of each on its own, without looking for another way; otherwise as
    /// <see cref="Verify(Program)"/>.
    /// </summary>
    internal static VerifiedProgram VerifyByGlobals(Program program, AnalysisObserver? observer = null) =>
        new(program, new ProgramProof(program, observer).TakeGlobals());
}
