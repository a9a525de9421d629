using NearData.Isa;
using NearData.Isa.Helpers;
using NearData.Isa.Programs;
using NearData.Isa.Text;

namespace NearData.Verifier.Explanations;

/// <summary>Single instructions as text, with what they call by name.</summary>
internal static class InstructionText
{
    public static string Of(Program program, int slot)
    {
        Instruction instruction = program.Code[slot];
        string text = Disassembler.Format(instruction, instruction.IsWide ? program.Code[slot + 1] : null, program.Maps);
        string? callee = !instruction.IsCall ? null
            : (CallKind)instruction.Source.Number == CallKind.Helper ? HelperTable.Find(instruction.Immediate)?.Name
            : program.FunctionAt(slot + 1 + instruction.Immediate)?.Name;
        return callee is null ? text : $"{text} ({callee})";
    }
}
