using NearData.Isa;
using NearData.Isa.Programs;

namespace NearData.Verifier.Rejections;

/// <summary>Makes rejections of one program.</summary>
internal sealed class RejectionSite
{
    private readonly Program _program;

    public RejectionSite(Program program) => _program = program;

    /// <summary>An instruction as reasons name it: its slot, with its source line where one is known.</summary>
    public string Name(int instruction) =>
        _program.LineOf(instruction) is { } line ? $"{instruction} ({line.File}:{line.Line})" : $"{instruction}";

    /// <param name="code">The kind of reason.</param>
    /// <param name="instruction">The slot that can't be proven.</param>
    /// <param name="reason">What was found and what was needed.</param>
    /// <param name="subject">The register that the reason is about; null where it is about none, or several.</param>
    public ProgramRejectedException Reject(RejectionCode code, int instruction, string reason, Register? subject = null) => new(
        _program, new Rejection(code, _program.Name, instruction, _program.LineOf(instruction), reason) { Subject = subject });
}
