using System.Collections.Immutable;
using NearData.Verifier.Analysis;
using NearData.Verifier.States;

namespace NearData.Verifier.Explanations;

/// <summary>What an analysis looked at last, with how it got there: the states before instructions and where paths met. Bounded.</summary>
internal sealed class RunRecord : AnalysisObserver
{
    /// <summary>Entries that are kept, of about a kilobyte each.</summary>
    public const int MostEntries = 32_768;

    private readonly RecordedState?[] _ring = new RecordedState?[MostEntries];
    private readonly Dictionary<int, long> _lastVisits = [];
    private long _next = 1;

    public override void Visit(int slot, MachineState state)
    {
        _lastVisits[slot] = _next;
        Add(slot, isVisit: true, state);
    }

    public override void Arrive(int slot, MachineState state) => Add(slot, isVisit: false, state);

    /// <summary>An entry by number; null where it was longer ago than is kept.</summary>
    public RecordedState? Find(long number) => _ring[number % MostEntries] is { } entry && entry.Number == number ? entry : null;

    /// <summary>The last look at an instruction; null where there was none, or it was longer ago than is kept.</summary>
    public RecordedState? LastVisit(int slot) => _lastVisits.TryGetValue(slot, out long number) ? Find(number) : null;

    private void Add(int slot, bool isVisit, MachineState state)
    {
        _ring[_next % MostEntries] = new RecordedState(_next, slot, isVisit, state.Copy(), state.Origins);
        state.Origins = [_next++];
    }
}

/// <summary>What was known at a moment of an analysis.</summary>
/// <param name="Number">Ascending in time.</param>
/// <param name="Slot">The instruction before which it was known.</param>
/// <param name="IsVisit">Whether the instruction was looked at then; otherwise a path arrived there.</param>
/// <param name="State">What was known.</param>
/// <param name="Origins">The entries that it came from directly; several where paths met.</param>
internal sealed record RecordedState(long Number, int Slot, bool IsVisit, MachineState State, ImmutableArray<long> Origins)
{
    public int Depth => State.Depth;
}
