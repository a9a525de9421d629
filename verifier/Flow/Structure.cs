using System.Collections.Immutable;
using NearData.Isa;
using NearData.Isa.Decoding;
using NearData.Isa.Programs;
using NearData.Verifier.Rejections;

namespace NearData.Verifier.Flow;

/// <summary>Judges a program's shape before anything is known of its values: defined instructions, whole functions, no way off their ends.</summary>
internal static class Structure
{
    /// <summary>Slots of a program that is looked at: the kernel's own limit for privileged users (<c>BPF_COMPLEXITY_LIMIT_INSNS</c>).</summary>
    public const int MaximumSlots = 1_000_000;

    /// <summary>The program's functions.</summary>
    public static Functions Check(Program program, RejectionSite site)
    {
        ImmutableArray<Instruction> code = program.Code;
        if (code.Length > MaximumSlots)
        {
            throw site.Reject(RejectionCode.TooLong, MaximumSlots, $"the program has {code.Length} slots; {MaximumSlots} are taken.");
        }

        CheckInstructions(code, site);
        Functions functions = Functions.Find(program, site);
        for (int index = 0; index < functions.Count; index++)
        {
            CheckFunction(code, new ControlFlow(code, functions[index], index), site);
        }

        return functions;
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

    private static void CheckFunction(ImmutableArray<Instruction> code, ControlFlow flow, RejectionSite site)
    {
        for (int slot = flow.Start; slot < flow.Limit; slot = flow.Next(slot))
        {
            Instruction instruction = code[slot];
            bool continues = !instruction.IsExit && !instruction.IsUnconditionalJump;
            if (continues && flow.Next(slot) >= flow.Limit)
            {
                throw site.Reject(
                    RejectionCode.FallsOffEnd, slot, $"execution can go on behind the last instruction of {flow.Function.Name}; an exit or a jump is needed.");
            }

            bool jumps = instruction.IsConditionalJump || instruction.IsUnconditionalJump;
            if (jumps && (flow.Target(slot) < flow.Start || flow.Target(slot) >= flow.Limit))
            {
                throw site.Reject(
                    RejectionCode.JumpsOut, slot, $"the jump to {flow.Target(slot)} leaves {flow.Function.Name}; other functions can only be called.");
            }
        }
    }
}
