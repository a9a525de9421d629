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

    /// <summary>The stack of the function that runs.</summary>
    public StackFrame Stack { get; set; }

    /// <summary>The functions that wait for it, the program itself first.</summary>
    public ImmutableArray<Activation> Callers { get; set; } = [];

    /// <summary>The number of calls that lead to the function that runs.</summary>
    public int Depth => Callers.Length;

    /// <summary>The result's decision that this point depends on; null where there is none.</summary>
    public Decision? Decision { get; set; }

    /// <summary>For each result field, how far it was moved on the way here; only sums move.</summary>
    public ImmutableArray<SumChange> Sums { get; set; }

    /// <summary>What is proven of the packet's length.</summary>
    public PacketBounds Packet { get; set; } = PacketBounds.None;

    /// <summary>Numbers of the records that were reserved and not given back, ascending.</summary>
    public ImmutableArray<int> References { get; set; } = [];

    /// <summary>The spin lock that is held; null where none is.</summary>
    public HeldLock? Lock { get; set; }

    /// <summary>Whether states hold the same: what was taken has to be given back on each path, so that paths on which it differs are told apart.</summary>
    public bool HoldsLike(MachineState other) => Lock == other.Lock && References.SequenceEqual(other.References);

    /// <summary>Whether a helper called the function that runs, or one that waits for it, any number of times.</summary>
    public bool IsRepeated { get; set; }

    /// <summary>Whether nothing is known of the callers of the function that is lowest on the stack but one: it is verified for all of them at once.</summary>
    public bool IsAlone { get; set; }

    /// <summary>
    /// Origins that are kept where paths meet: the latest are enough to explain from, and where as many paths as a loop has turns meet, a state must
    /// not grow with them.
    /// </summary>
    public const int MostOrigins = 32;

    /// <summary>Where it came from, as numbers in the record of an analysis; empty where none is kept.</summary>
    public ImmutableArray<long> Origins { get; set; } = [];

    /// <summary>The most instructions that were executed on the way here, helpers' costs included.</summary>
    public long Steps { get; set; }

    public Value this[Register register]
    {
        get => _registers[register];
        set => _registers[register] = value;
    }

    /// <summary>The stack of a function, by the number of calls that lead to it.</summary>
    public StackFrame StackAt(int depth) => depth == Depth ? Stack : Callers[depth].Stack;

    /// <summary>Replaces a function's stack.</summary>
    public void SetStack(int depth, StackFrame stack)
    {
        if (depth == Depth)
        {
            Stack = stack;
        }
        else
        {
            Callers = Callers.SetItem(depth, Callers[depth] with { Stack = stack });
        }
    }

    public MachineState Copy() => new([.. _registers], Stack, Decision, Sums)
        {
            Callers = Callers,
            Packet = Packet,
            References = References,
            Lock = Lock,
            IsRepeated = IsRepeated,
            IsAlone = IsAlone,
            Steps = Steps,
            Origins = Origins,
        };

    /// <summary>Replaces every register and spilled value, of waiting functions too, by what a function makes of it.</summary>
    public void Rewrite(Func<Value, Value> replace)
    {
        for (int register = 0; register < Register.Count; register++)
        {
            _registers[register] = replace(_registers[register]);
        }

        Stack = Stack.Rewrite(replace);
        for (int caller = 0; caller < Callers.Length; caller++)
        {
            Activation activation = Callers[caller];
            Activation replaced = activation with
            {
                Kept = Rewrite(activation.Kept, replace),
                Stack = activation.Stack.Rewrite(replace),
            };
            Callers = Callers.SetItem(caller, replaced);
        }
    }

    private static ImmutableArray<Value> Rewrite(ImmutableArray<Value> values, Func<Value, Value> replace)
    {
        for (int index = 0; index < values.Length; index++)
        {
            Value replaced = replace(values[index]);
            if (!ReferenceEquals(replaced, values[index]))
            {
                values = values.SetItem(index, replaced);
            }
        }

        return values;
    }
}
