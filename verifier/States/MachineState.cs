using System.Collections.Immutable;
using NearData.Isa;
using NearData.Verifier.Values;

namespace NearData.Verifier.States;

/// <summary>
/// Everything that is known when an instruction is about to run: the union over all paths that lead there. Only the transformer
/// changes one, and only a copy of its own.
/// </summary>
public sealed class MachineState
{
    private readonly Value[] _registers;

    public MachineState(Value[] registers, StackFrame stack, Decision? decision, ImmutableArray<SumChange> sums)
    {
        _registers = registers;
        Stack = stack;
        Decision = decision;
        Sums = sums;
    }

    public StackFrame Stack { get; set; }

    /// <summary>The result's decision that this point depends on; null where there is none.</summary>
    public Decision? Decision { get; set; }

    /// <summary>For each result field, how far it was moved on the way here; only sums move.</summary>
    public ImmutableArray<SumChange> Sums { get; set; }

    public Value this[Register register]
    {
        get => _registers[register];
        set => _registers[register] = value;
    }

    public MachineState Copy() => new([.. _registers], Stack, Decision, Sums);

    /// <summary>Replaces every register and spilled value by what a function makes of it.</summary>
    public void Rewrite(Func<Value, Value> replace)
    {
        for (int register = 0; register < Register.Count; register++)
        {
            _registers[register] = replace(_registers[register]);
        }

        for (int slot = 0; slot < StackFrame.Slots; slot++)
        {
            StackSlot content = Stack[slot];
            if (content.Whole is { } whole && replace(whole) is var replaced && !ReferenceEquals(whole, replaced))
            {
                Term term = replaced is Value.Number number ? number.Term : content.Contents;
                Stack = Stack.With(slot, content with { Whole = replaced, Contents = term });
            }
        }
    }
}
