using NearData.Isa.Programs;

namespace NearData.Verifier.Rejections;

/// <summary>Makes rejections of one program.</summary>
internal sealed class RejectionSite
{
    private readonly Program _program;

    public RejectionSite(Program program) => _program = program;

    /// <param name="code">The kind of reason.</param>
    /// <param name="instruction">The slot that can't be proven.</param>
    /// <param name="reason">What was found and what was needed.</param>
    public ProgramRejectedException Reject(RejectionCode code, int instruction, string reason) =>
        new(new Rejection(code, _program.Name, instruction, _program.LineOf(instruction), reason));
}
