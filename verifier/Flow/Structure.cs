using System.Collections.Immutable;
using NearData.Isa;
using NearData.Isa.Decoding;
using NearData.Isa.Programs;
using NearData.Verifier.Rejections;

namespace NearData.Verifier.Flow;

/// <summary>Judges a program's shape before anything is known of its values: defined instructions, no way off the end.</summary>
internal static class Structure
{
    /// <summary>
    /// Slots of a program that is looked at. States wait at the ends of paths that haven't met yet, about a kilobyte each, so this
    /// bounds the memory of one analysis to some tens of megabytes; compiled queries have hundreds of slots.
    /// </summary>
    public const int MaximumSlots = 65_536;

    public static void Check(Program program, RejectionSite site)
    {
        ImmutableArray<Instruction> code = program.Code;
        if (code.Length > MaximumSlots)
        {
            throw site.Reject(RejectionCode.TooLong, MaximumSlots, $"the program has {code.Length} slots; {MaximumSlots} are taken.");
        }

        CheckInstructions(code, site);
        ControlFlow flow = new(code);
        for (int slot = 0; slot < code.Length; slot = flow.Next(slot))
        {
            CheckEnd(code, flow, slot, site);
        }
    }

    /// <summary>Programs come decoded, but the proof must not rest on who made them: the decoder looks at each again.</summary>
    private static void CheckInstructions(ImmutableArray<Instruction> code, RejectionSite site)
    {
        try
        {
            InstructionDecoder.Decode(InstructionEncoder.Encode(code.AsSpan()));
        }
        catch (InvalidInstructionException invalid)
        {
            // The compilers' call of a function by register is no instruction of RFC 9669, but authors will meet it.
            bool isIndirectCall = invalid.Instruction < code.Length
                && code[invalid.Instruction] is { IsCall: true, Opcode.UsesSourceRegister: true };
            throw isIndirectCall
                ? site.Reject(RejectionCode.IndirectCall, invalid.Instruction, "the call's target is in a register; only helpers may be called, by number.")
                : site.Reject(RejectionCode.UndefinedInstruction, invalid.Instruction, invalid.Message);
        }
    }

    private static void CheckEnd(ImmutableArray<Instruction> code, ControlFlow flow, int slot, RejectionSite site)
    {
        Instruction instruction = code[slot];
        bool continues = !instruction.IsExit && !instruction.IsUnconditionalJump;
        if (continues && flow.Next(slot) >= code.Length)
        {
            throw site.Reject(RejectionCode.FallsOffEnd, slot, "execution can go on behind the last instruction; an exit or a jump is needed.");
        }
    }
}
