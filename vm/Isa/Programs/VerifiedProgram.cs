namespace NearData.Isa.Programs;

/// <summary>
/// A program that was proven safe, with what was proven. Only the verifier can make one, and the compilers take nothing else,
/// so unverified code can't be compiled by mistake. Immutable.
/// </summary>
public sealed class VerifiedProgram
{
    internal VerifiedProgram(Program program, ProgramFacts facts)
    {
        Program = program;
        Facts = facts;
    }

    public Program Program { get; }

    public ProgramFacts Facts { get; }
}
