using NearData.Isa.Programs;

namespace NearData.Verifier.Rejections;

/// <summary>A program that can't be proven safe. Its author has to change it; trying again gives the same answer.</summary>
public sealed class ProgramRejectedException : Exception
{
    /// <param name="program">The program.</param>
    /// <param name="rejection">Why it can't be proven.</param>
    public ProgramRejectedException(Program program, Rejection rejection)
        : base(rejection.Message)
    {
        Program = program;
        Rejection = rejection;
    }

    /// <summary>What can't be proven: <see cref="ProgramVerifier.Explain(Program, Explanations.FindingCount)"/> tells how it comes to that.</summary>
    public Program Program { get; }

    public Rejection Rejection { get; }

    /// <inheritdoc cref="Rejection.Code"/>
    public RejectionCode Code => Rejection.Code;

    /// <inheritdoc cref="Rejection.ProgramName"/>
    public string ProgramName => Rejection.ProgramName;

    /// <inheritdoc cref="Rejection.Instruction"/>
    public int Instruction => Rejection.Instruction;

    /// <inheritdoc cref="Rejection.Line"/>
    public SourceLine? Line => Rejection.Line;
}
