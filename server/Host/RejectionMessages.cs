using NearData.Contracts.V1;
using NearData.Verifier.Explanations;
using NearData.Verifier.Rejections;
using KnownValue = NearData.Contracts.V1.KnownValue;
using SliceStep = NearData.Contracts.V1.SliceStep;

namespace NearData.Server;

/// <summary>Why a program was refused, as the contract says it.</summary>
internal static class RejectionMessages
{
    public static ProgramRejection Of(Explanation explanation)
    {
        Rejection rejection = explanation.Rejection;
        return new ProgramRejection
        {
            Code = rejection.Code.Text,
            Program = rejection.ProgramName,
            Instruction = (uint)rejection.Instruction,
            Line = LineOf(rejection.Line),
            Reason = rejection.Reason,
            Subject = { explanation.Subject.Select(ValueOf) },
            Hint = explanation.Hint ?? "",
            Slice = { explanation.Slice.Select(StepOf) },
            SliceIsCut = explanation.IsCut,
        };
    }

    private static SliceStep StepOf(Verifier.Explanations.SliceStep step) => new()
    {
        Instruction = (uint)step.Instruction,
        Line = LineOf(step.Line),
        Text = step.Text,
        After = { step.After.Select(ValueOf) },
    };

    private static KnownValue ValueOf(Verifier.Explanations.KnownValue known) => new() { Name = known.Name, Value = known.Value };

    private static SourceLine? LineOf(Isa.Programs.SourceLine? line) =>
        line is null ? null : new SourceLine { File = line.File, Line = (uint)line.Line, Text = line.Text };
}
