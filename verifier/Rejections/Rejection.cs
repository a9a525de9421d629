using NearData.Isa;
using NearData.Isa.Programs;

namespace NearData.Verifier.Rejections;

/// <summary>Why a program can't be proven safe.</summary>
/// <param name="Code">The kind of reason.</param>
/// <param name="ProgramName">The program's function.</param>
/// <param name="Instruction">The slot that can't be proven.</param>
/// <param name="Line">Its line in the author's source; null where the object has none.</param>
/// <param name="Reason">What was found, with the register and what is known of its value, and what was needed.</param>
public sealed record Rejection(RejectionCode Code, string ProgramName, int Instruction, SourceLine? Line, string Reason)
{
    /// <summary>The register that the reason is about; null where it is about none, or several.</summary>
    public Register? Subject { get; init; }

    /// <summary>Place and reason, in one line.</summary>
    public string Message => Line is null
        ? $"{ProgramName}, instruction {Instruction}: {Reason}"
        : $"{ProgramName}, instruction {Instruction} ({Line.File}:{Line.Line}): {Reason}";
}
