using NearData.Verifier.Checking;
using NearData.Verifier.Flow;
using NearData.Verifier.Rejections;
using NearData.Verifier.States;
using NearData.Verifier.Values;

namespace NearData.Verifier.Analysis;

/// <summary>
/// The states that arrive at one slot. Those whose difference depends on no result are joined at once, so that few wait;
/// the others are told apart by the outcome of the branch that a result decided, until all have arrived.
/// </summary>
internal sealed class MeetingPoint
{
    /// <summary>States that are kept apart at one place where their union would lose what a register is: each is followed by itself.</summary>
    private const int MostApart = 16;

    private readonly int _slot;
    private readonly Liveness? _liveness;
    private readonly List<MachineState> _waiting = [];

    /// <param name="slot">The place.</param>
    /// <param name="liveness">Tells what is still read, where states may be kept apart; null where they are not.</param>
    public MeetingPoint(int slot, Liveness? liveness)
    {
        _liveness = liveness;
        _slot = slot;
    }

    /// <summary>How many states wait here.</summary>
    public int Count => _waiting.Count;

    /// <summary>A state gets here.</summary>
    /// <param name="state">What is known; taken over.</param>
    /// <param name="union">Of the analysis that it is a state of.</param>
    public void Arrive(MachineState state, StateUnion union)
    {
        int place = 0;
        while (place < _waiting.Count && !IsLike(_waiting[place], state))
        {
            place++;
        }

        if (place == _waiting.Count && place >= MostApart && _liveness is not null)
        {
            int alike = _waiting.FindIndex(waiting => waiting.HoldsLike(state));
            place = alike < 0 ? place : alike;
        }

        if (place == _waiting.Count)
        {
            _waiting.Add(state);
            return;
        }

        _waiting[place] = Join(_waiting[place], state, union);
    }

    /// <summary>The union of all that arrived, or the few that are kept apart; or why there is none. Nobody waits here any more then.</summary>
    public (MachineState[] States, Finding? Finding) Meet(StateUnion union)
    {
        (MachineState[] States, Finding? Finding) met = _waiting is [{ } only] && only.Decision?.Close != _slot
            ? ([only], null)
            : MeetAll(union);
        _waiting.Clear();
        return met;
    }

    private (MachineState[] States, Finding? Finding) MeetAll(StateUnion union)
    {
        if (_liveness is not null)
        {
            return _waiting.Count <= MostApart
                ? ([.. _waiting], null)
                : ([], new(RejectionCode.TooComplex, $"more than {MostApart} paths that hold different records or locks meet here."));
        }

        foreach (IGrouping<int, MachineState> decided in _waiting
            .Where(state => state.Decision?.Close == _slot)
            .GroupBy(state => state.Decision!.Branch)
            .ToArray())
        {
            _waiting.RemoveAll(decided.Contains);
            Arrive(Close([.. decided], union), union);
        }

        int branches = _waiting.Where(state => state.Decision is not null).DistinctBy(state => state.Decision!.Branch).Count();
        if (branches > 1)
        {
            return ([], new(
                RejectionCode.ResultInfluence, "paths from two branches that results decided meet here, before either's own paths have all met."));
        }

        return ([_waiting.Aggregate((left, right) => Mix(left, right, union))], null);
    }

    private bool IsLike(MachineState waiting, MachineState state) =>
        waiting.Decision?.Branch == state.Decision?.Branch && waiting.Decision?.Arm == state.Decision?.Arm
        && waiting.HoldsLike(state)
        && (_liveness is null || StateShape.AreAlike(waiting, state, _slot, _liveness));

    /// <summary>States of the same outcomes.</summary>
    private MachineState Join(MachineState left, MachineState right, StateUnion union)
    {
        if (left.Decision is not { } decision)
        {
            return union.Join.Join(_slot, left, right, union.Free, decision: null);
        }

        // Where outcomes were mixed, which of two paths was taken can depend on the result once more.
        Choice choice = decision.Arm == Arm.Mixed ? new Choice.Influenced(decision.Field, union.Terms) : union.Free;
        Term? stored = decision.Stored == right.Decision!.Stored ? decision.Stored : union.Terms.Fresh(influencedBy: null);
        return union.Join.Join(_slot, left, right, choice, decision with { Stored = stored });
    }

    /// <summary>States of different outcomes, or of paths past the branch, before all have met.</summary>
    private MachineState Mix(MachineState left, MachineState right, StateUnion union)
    {
        Decision decision = (left.Decision ?? right.Decision)! with { Arm = Arm.Mixed };
        return union.Join.Join(_slot, left, right, new Choice.Influenced(decision.Field, union.Terms), decision);
    }

    /// <summary>All states of one branch, where its paths have met: nothing after depends on how it was decided but what differs now.</summary>
    private MachineState Close(MachineState[] states, StateUnion union)
    {
        Decision decision = states[0].Decision!;
        MachineState? winner = Array.Find(states, state => state.Decision!.Arm == decision.Winner);
        bool areTwoArms = states.Length == 2 && states.All(state => state.Decision!.Arm != Arm.Mixed);
        MachineState met;
        if (areTwoArms && winner is not null)
        {
            MachineState loser = states[0] == winner ? states[1] : states[0];
            ExtremumChoice choice = new(decision, winner.Decision!.Stored, union.Environment.ResultBits(decision.Field), union.Terms);
            met = union.Join.Join(_slot, winner, loser, choice, decision: null);
        }
        else
        {
            met = states.Aggregate((left, right) => Mix(left, right, union));
        }

        met.Decision = null;
        return met;
    }
}
