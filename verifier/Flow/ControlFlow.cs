using System.Collections.Immutable;
using NearData.Isa;

namespace NearData.Verifier.Flow;

/// <summary>Where each instruction of a program can go next. Immutable.</summary>
public sealed class ControlFlow
{
    private readonly ImmutableArray<Instruction> _code;

    /// <param name="code">Each jump leads to the first slot of an instruction, and nothing falls off the end.</param>
    public ControlFlow(ImmutableArray<Instruction> code) => _code = code;

    /// <summary>The program's length in slots, which as a successor stands for its end.</summary>
    public int End => _code.Length;

    /// <summary>The slot after an instruction.</summary>
    public int Next(int slot) => slot + (_code[slot].IsWide ? 2 : 1);

    /// <summary>Where a jump leads when it is taken.</summary>
    public int Target(int slot) => slot + 1 + _code[slot].JumpDistance;

    /// <summary>The one or two places that an instruction leads to, whatever is known of values.</summary>
    public ImmutableArray<int> Successors(int slot)
    {
        Instruction instruction = _code[slot];
        if (instruction.IsExit)
        {
            return [End];
        }

        return instruction.IsUnconditionalJump ? [Target(slot)]
            : instruction.IsConditionalJump ? [Target(slot), Next(slot)]
            : [Next(slot)];
    }
}
