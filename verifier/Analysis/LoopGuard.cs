using NearData.Verifier.Flow;
using NearData.Verifier.States;

namespace NearData.Verifier.Analysis;

/// <summary>
/// Watches the turns of one loop. A loop whose turns nothing but its own values bound is followed until no path goes round, or until
/// nothing changes any more: then it never ends. A loop with <c>may_goto</c> on each way round ends by its budget, and is followed
/// until nothing is new. So is one that takes too many turns to be followed, where a number is found that proves their end.
/// </summary>
internal sealed class LoopGuard
{
    /// <summary>Turns of a loop over an iterator that are followed one by one: an end that isn't known takes as many as there can be.</summary>
    private const int MostIterated = 16;

    private readonly ProgramAnalysis _analysis;
    private Settling? _settling;

    // What was known at a turn, each time twice as late: a cycle of turns of any length is seen from some mark on (Brent, 1980).
    private MachineState[]? _mark;
    private long _nextMark = 1;
    private long _start;

    // What was spent before the turns that are not followed one by one.
    private Int128 _spent;

    // Where following goes on if no number proves the end; null where that isn't tried.
    private MachineState[]? _resume;
    private bool _wasTried;

    public LoopGuard(Loop loop, ProgramAnalysis analysis)
    {
        Loop = loop;
        _analysis = analysis;
        _settling = loop.IsBudgeted ? new Settling(analysis, loop.Head) : null;
        _spent = analysis.Facts.Spent;
    }

    public enum Progress
    {
        /// <summary>The turn is another than those before.</summary>
        Some,

        /// <summary>Every turn from here would be like one before.</summary>
        None,

        /// <summary>Nothing is known that wasn't known at the last turn, and the budget or a number ends the loop.</summary>
        Settled,
    }

    public Loop Loop { get; }

    /// <summary>How often execution came to the head.</summary>
    public long Turns { get; private set; }

    /// <summary>The last slot that went back to the head.</summary>
    public int BackFrom { get; private set; }

    /// <summary>What is known at the head for this turn.</summary>
    public MachineState[] States { get; private set; } = [];

    /// <summary>The most instructions on one way round, of turns that are not followed one by one.</summary>
    public long Longest { get; private set; }

    /// <summary>The most of those turns, where a number proves it; null for a loop that was followed, or ends by its budget.</summary>
    public Int128? ProvenTurns { get; private set; }

    /// <summary>The most instructions that budgets let one of those turns execute in loops and calls inside; taken out of what is spent.</summary>
    public Int128 Inside { get; private set; }

    public void GoBack(int from) => BackFrom = from;

    public Progress Turn(MachineState[] states)
    {
        Turns++;
        States = states;
        bool isLong = _analysis.Budget.IsHalfSpent || (Loop.Iterates && Turns > MostIterated);
        if (_settling is null && !_wasTried && isLong)
        {
            (_settling, _wasTried) = (new Settling(_analysis, Loop.Head), true);
            _resume = [.. states.Select(state => state.Copy())];
            _spent = _analysis.Facts.Spent;
        }

        return _settling is null ? Follow() : Settle(_settling);
    }

    /// <summary>Counts what was spent in a turn that is not followed by itself.</summary>
    public void TakeInside() => Inside = Int128.Max(Inside, _analysis.Facts.TakeSpent(_spent));

    private Progress Follow()
    {
        if (_mark is not null && AreSame(_mark, States))
        {
            return Progress.None;
        }

        if (Turns >= _nextMark)
        {
            _mark = [.. States.Select(state => state.Copy())];
            _nextMark = 2 * Turns;
        }

        return Progress.Some;
    }

    private static bool AreSame(MachineState[] left, MachineState[] right)
    {
        for (int index = 0; index < left.Length; index++)
        {
            if (left.Length != right.Length || !StateComparison.AreSame(left[index], right[index]))
            {
                return false;
            }
        }

        return left.Length == right.Length;
    }

    private Progress Settle(Settling settling)
    {
        if (settling.Known is not { } known)
        {
            _start = States.Max(state => state.Steps);
            known = States[0];
        }

        TakeInside();
        MachineState[] back = States;
        MachineState? wider = null;
        foreach (MachineState state in back)
        {
            Longest = long.Max(Longest, state.Steps - _start);
            state.Steps = _start;
            wider = settling.Add(state) ?? wider;
        }

        States = wider is null ? [] : [wider];
        if (wider is not null || _resume is null)
        {
            return wider is null ? Progress.Settled : Progress.Some;
        }

        ProvenTurns = TurnProof.Most(known, back);
        if (ProvenTurns is null)
        {
            (States, _settling) = (_resume, null);
            return Progress.Some;
        }

        return Progress.Settled;
    }
}
