using NearData.Isa;
using NearData.Verifier.States;
using NearData.Verifier.Values;

namespace NearData.Verifier.Explanations;

internal enum LocationKind
{
    Register,

    /// <summary>Eight aligned bytes of a stack.</summary>
    Stack,

    /// <summary>What is proven of the packet's length.</summary>
    Packet,

    /// <summary>Records that have to be given back.</summary>
    References,

    /// <summary>The branch that a result decided.</summary>
    Decision,
}

/// <summary>A part of a machine's state that an instruction can depend on.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Depth">Of registers and stacks: the number of calls that lead to their function.</param>
/// <param name="Index">The register, or the stack's slot from the lowest address.</param>
internal readonly record struct Location(LocationKind Kind, int Depth = 0, int Index = 0)
{
    public static Location Of(Register register, int depth) => new(LocationKind.Register, depth, register);

    public static Location OfStack(int slot, int depth) => new(LocationKind.Stack, depth, slot);

    /// <summary>As readers see it: <c>r2</c>, <c>stack[-8]</c>.</summary>
    public string Name => Kind switch
    {
        LocationKind.Register => $"r{Index}",
        LocationKind.Stack => $"stack[{(Index * StackSlot.Size) - StackFrame.Size}]",
        LocationKind.Packet => "packet",
        LocationKind.References => "references",
        _ => "decision",
    };

    /// <summary>What a state knows of it; null where it doesn't exist there. Equal where nothing was learned in between.</summary>
    public object? In(MachineState state)
    {
        switch (Kind)
        {
            case LocationKind.Register when Depth == state.Depth:
                return state[new Register((byte)Index)];
            case LocationKind.Register:
                int kept = Index - Activation.FirstKept;
                return Depth < state.Depth && kept is >= 0 and < Activation.KeptCount ? state.Callers[Depth].Kept[kept] : null;
            case LocationKind.Stack:
                return Depth <= state.Depth ? state.StackAt(Depth)[Index] : null;
            case LocationKind.Packet:
                return state.Packet;
            case LocationKind.References:
                return string.Join(' ', state.References);
            default:
                return state.Decision ?? (object)"none";
        }
    }

    /// <summary>The value in it, for those that hold one.</summary>
    public Value? ValueIn(MachineState state) => In(state) switch
    {
        Value value => value,
        StackSlot slot => slot.Whole,
        _ => null,
    };
}
