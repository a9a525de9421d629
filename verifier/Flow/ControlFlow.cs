using System.Collections.Immutable;
using NearData.Isa;
using NearData.Isa.Helpers;
using NearData.Isa.Programs;

namespace NearData.Verifier.Flow;

/// <summary>Where each instruction of one function can go next; calls come back to the slot behind them. Immutable.</summary>
public sealed class ControlFlow
{
    private readonly ImmutableArray<Instruction> _code;

    /// <param name="code">The program's. Each jump leads to the first slot of an instruction of its own function, and nothing falls off the end.</param>
    /// <param name="function">The function.</param>
    /// <param name="index">Its number in the program.</param>
    public ControlFlow(ImmutableArray<Instruction> code, ProgramFunction function, int index)
    {
        _code = code;
        Function = function;
        End = code.Length + index;
    }

    public ProgramFunction Function { get; }

    public int Start => Function.Start;

    /// <summary>The slot behind the function's last.</summary>
    public int Limit => Function.Start + Function.Length;

    /// <summary>Stands for the function's end among successors; another number for each function, and no slot's.</summary>
    public int End { get; }

    /// <summary>The slot after an instruction.</summary>
    public int Next(int slot) => slot + (_code[slot].IsWide ? 2 : 1);

    /// <summary>Where a jump leads when it is taken.</summary>
    public int Target(int slot) => slot + 1 + _code[slot].JumpDistance;

    /// <summary>The one or two places that an instruction leads to, whatever is known of values.</summary>
    public Successors Successors(int slot)
    {
        Instruction instruction = _code[slot];
        if (instruction.IsExit)
        {
            return new(End, null);
        }

        return instruction.IsUnconditionalJump ? new(Target(slot), null)
            : instruction.IsConditionalJump ? new(Target(slot), Next(slot))
            : new(Next(slot), null);
    }

    /// <summary>Whether the instruction takes the next number out of an iterator.</summary>
    public bool Iterates(int slot) => _code[slot].IsCall && (CallKind)_code[slot].Source.Number == CallKind.Helper
        && _code[slot].Immediate == IteratorHelpers.Next.Number;

    /// <summary>Whether the instruction may go on only as often as a budget lasts.</summary>
    public bool IsBudgeted(int slot) => _code[slot].IsMayGoto;
}

/// <summary>The places that an instruction leads to.</summary>
public readonly record struct Successors(int First, int? Second)
{
    public int Count => Second is null ? 1 : 2;

    public int this[int index] => index == 0 ? First : Second!.Value;
}
