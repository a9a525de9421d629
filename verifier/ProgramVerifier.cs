using System.Diagnostics.CodeAnalysis;
using NearData.Isa.Programs;
using NearData.Verifier.Analysis;
using NearData.Verifier.Flow;
using NearData.Verifier.Rejections;
using NearData.Verifier.States;
using NearData.Verifier.Surroundings;

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
    public static VerifiedProgram Verify(Program program) => Verify(program, observer: null);

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

    /// <summary>As <see cref="Verify(Program)"/>, and shows each reachable slot with what is known before it.</summary>
    internal static VerifiedProgram Verify(Program program, Action<int, MachineState>? observer)
    {
        RejectionSite site = new(program);
        Functions functions = Structure.Check(program, site);
        Declarations.Check(program, site);
        ProgramAnalysis analysis = new(
            new ProgramEnvironment(program), functions, new FunctionShape?[functions.Count], site, WorkBudget.ForProof(program.Code.Length), observer);
        return new VerifiedProgram(program, analysis.Run());
    }
}
