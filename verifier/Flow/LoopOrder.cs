using System.Collections.Immutable;

namespace NearData.Verifier.Flow;

/// <summary>
/// A function's reachable instructions in an order where each comes after all that lead to it but by going back to the head of a loop
/// around it (Bourdoncle, "Efficient chaotic iteration strategies with widenings", 1993: a weak topological order). Immutable.
/// </summary>
internal sealed class LoopOrder
{
    private const int Unvisited = -1;

    private readonly int[] _position;
    private readonly Loop?[] _loopAt;

    internal LoopOrder(int start, int[] position, ImmutableArray<int> slots, ImmutableArray<Loop> loops)
    {
        Start = start;
        _position = position;
        Slots = slots;
        Loops = loops;
        _loopAt = new Loop[slots.Length];
        foreach (Loop loop in loops)
        {
            _loopAt[loop.First] = loop;
        }
    }

    /// <summary>The function's first slot.</summary>
    public int Start { get; }

    /// <summary>First slots of the instructions, in order.</summary>
    public ImmutableArray<int> Slots { get; }

    /// <summary>Each loop before those inside it.</summary>
    public ImmutableArray<Loop> Loops { get; }

    /// <summary>Whether an edge between reachable slots goes back to the head of a loop around it.</summary>
    public bool GoesBack(int from, int to) => _position[to - Start] <= _position[from - Start];

    public bool IsReachable(int slot) => _position[slot - Start] != Unvisited;

    /// <summary>The outermost loop whose head has this place in the order; null where none has.</summary>
    public Loop? LoopAt(int place) => _loopAt[place];
}

/// <summary>Instructions of which each leads to each other. The first in order is the head, where going back leads to.</summary>
/// <param name="First">Place of the head in the order.</param>
/// <param name="Limit">Place behind the last.</param>
/// <param name="Head">The head's slot.</param>
/// <param name="IsBudgeted">Whether each way around passes a <c>may_goto</c> (or a loop inside ends by itself).</param>
/// <param name="Iterates">Whether it takes numbers out of an iterator.</param>
internal sealed record Loop(int First, int Limit, int Head, bool IsBudgeted, bool Iterates);
