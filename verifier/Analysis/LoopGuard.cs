using NearData.Verifier.Flow;
using NearData.Verifier.States;

namespace NearData.Verifier.Analysis;

/// <summary>
/// Watches the turns of one loop. A loop whose turns nothing but its own values bound is followed until no path goes round, or until
/// nothing changes any more: then it never ends. A loop with <c>may_goto</c> on each way round ends by its budget, and is followed
/// until nothing is new.
/// </summary>
internal sealed class LoopGuard
{
    private readonly ProgramAnalysis _analysis;
    private readonly Settling? _settling;

    // What was known at the turn that is the last power of two: a cycle of turns of any length is seen from some power on (Brent, 1980).
    private MachineState[]? _mark;
    private long _nextMark = 1;
    private long _start;

    public LoopGuard(Loop loop, ProgramAnalysis analysis)
    {
        Loop = loop;
        _analysis = analysis;
        _settling = loop.IsBudgeted ? new Settling(analysis, loop.Head) : null;
    }

    public enum Progress
    {
        /// <summary>The turn is another than those before.</summary>
        Some,

        /// <summary>Every turn from here would be like one before.</summary>
        None,

        /// <summary>Nothing is known that wasn't known at the last turn, and the budget ends the loop.</summary>
        Settled,
    }

    public Loop Loop { get; }

    /// <summary>How often execution came to the head.</summary>
    public long Turns { get; private set; }

    /// <summary>The last slot that went back to the head.</summary>
    public int BackFrom { get; private set; }

    /// <summary>What is known at the head for this turn.</summary>
    public IReadOnlyList<MachineState> States { get; private set; } = [];

    /// <summary>The most instructions on one way round that the budget ends.</summary>
    public long Longest { get; private set; }

    public void GoBack(int from) => BackFrom = from;

    public Progress Turn(IReadOnlyList<MachineState> states)
    {
        Turns++;
        States = states;
        return _settling is null ? Follow() : Settle();
    }

    private Progress Follow()
    {
        if (_mark is not null && _mark.Length == States.Count && _mark.Zip(States).All(pair => StateComparison.AreSame(pair.First, pair.Second)))
        {
            return Progress.None;
        }

        if (Turns == _nextMark)
        {
            _mark = [.. States.Select(state => state.Copy())];
            _nextMark *= 2;
        }

        return Progress.Some;
    }

    private Progress Settle()
    {
        if (Turns == 1)
        {
            _start = States.Max(state => state.Steps);
        }

        MachineState? wider = null;
        foreach (MachineState state in States)
        {
            Longest = long.Max(Longest, state.Steps - _start);
            state.Steps = _start;
            wider = _settling!.Add(state) ?? wider;
        }

        States = wider is null ? [] : [wider];
        return wider is null ? Progress.Settled : Progress.Some;
    }
}
