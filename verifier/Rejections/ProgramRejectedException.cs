using NearData.Isa.Programs;

namespace NearData.Verifier.Rejections;

/// <summary>A program that can't be proven safe. Its author has to change it; trying again gives the same answer.</summary>
public sealed class ProgramRejectedException : Exception
{
    public ProgramRejectedException(Rejection rejection)
        : base(rejection.Message)
    {
        Rejection = rejection;
    }

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
