using NearData.Verifier.Checking;
using NearData.Verifier.Flow;
using NearData.Verifier.Rejections;
using NearData.Verifier.Results;
using NearData.Verifier.States;
using NearData.Verifier.Surroundings;
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
    private readonly ProgramEnvironment _environment;
    private readonly TermSource _terms;
    private readonly StateJoin _join;
    private readonly Choice _free;
    private readonly List<MachineState> _waiting = [];

    /// <param name="slot">The place.</param>
    /// <param name="environment">The program's surroundings.</param>
    /// <param name="terms">Numbers new values.</param>
    /// <param name="liveness">Tells what is still read, where states may be kept apart; null where they are not.</param>
    public MeetingPoint(int slot, ProgramEnvironment environment, TermSource terms, Liveness? liveness)
    {
        _liveness = liveness;
        _slot = slot;
        _environment = environment;
        _terms = terms;
        _join = new(terms);
        _free = new Choice.Free(new ResultTerms(environment, terms));
    }

    /// <summary>How many states wait here.</summary>
    public int Count => _waiting.Count;

    public void Arrive(MachineState state)
    {
        int place = _waiting.FindIndex(waiting =>
            waiting.Decision?.Branch == state.Decision?.Branch && waiting.Decision?.Arm == state.Decision?.Arm
            && waiting.HoldsLike(state)
            && (_liveness is null || StateShape.AreAlike(waiting, state, _slot, _liveness)));
        if (place < 0 && _waiting.Count >= MostApart && _liveness is not null)
        {
            place = _waiting.FindIndex(waiting => waiting.HoldsLike(state));
        }

        if (place < 0)
        {
            _waiting.Add(state);
            return;
        }

        _waiting[place] = Join(_waiting[place], state);
    }

    /// <summary>The union of all that arrived, or the few that are kept apart; or why there is none.</summary>
    public (IReadOnlyList<MachineState> States, Finding? Finding) Meet()
    {
        if (_liveness is not null)
        {
            return _waiting.Count <= MostApart
                ? (_waiting, null)
                : ([], new(RejectionCode.TooComplex, $"more than {MostApart} paths that hold different records or locks meet here."));
        }

        foreach (IGrouping<int, MachineState> decided in _waiting
            .Where(state => state.Decision?.Close == _slot)
            .GroupBy(state => state.Decision!.Branch)
            .ToArray())
        {
            _waiting.RemoveAll(decided.Contains);
            Arrive(Close([.. decided]));
        }

        int branches = _waiting.Where(state => state.Decision is not null).DistinctBy(state => state.Decision!.Branch).Count();
        if (branches > 1)
        {
            return ([], new(
                RejectionCode.ResultInfluence, "paths from two branches that results decided meet here, before either's own paths have all met."));
        }

        return ([_waiting.Aggregate(Mix)], null);
    }

    /// <summary>States of the same outcomes.</summary>
    private MachineState Join(MachineState left, MachineState right)
    {
        if (left.Decision is not { } decision)
        {
            return _join.Join(_slot, left, right, _free, decision: null);
        }

        // Where outcomes were mixed, which of two paths was taken can depend on the result once more.
        Choice choice = decision.Arm == Arm.Mixed ? new Choice.Influenced(decision.Field, _terms) : _free;
        Term? stored = decision.Stored == right.Decision!.Stored ? decision.Stored : _terms.Fresh(influencedBy: null);
        return _join.Join(_slot, left, right, choice, decision with { Stored = stored });
    }

    /// <summary>States of different outcomes, or of paths past the branch, before all have met.</summary>
    private MachineState Mix(MachineState left, MachineState right)
    {
        Decision decision = (left.Decision ?? right.Decision)! with { Arm = Arm.Mixed };
        return _join.Join(_slot, left, right, new Choice.Influenced(decision.Field, _terms), decision);
    }

    /// <summary>All states of one branch, where its paths have met: nothing after depends on how it was decided but what differs now.</summary>
    private MachineState Close(MachineState[] states)
    {
        Decision decision = states[0].Decision!;
        MachineState? winner = Array.Find(states, state => state.Decision!.Arm == decision.Winner);
        bool areTwoArms = states.Length == 2 && states.All(state => state.Decision!.Arm != Arm.Mixed);
        MachineState met;
        if (areTwoArms && winner is not null)
        {
            MachineState loser = states[0] == winner ? states[1] : states[0];
            ExtremumChoice choice = new(decision, winner.Decision!.Stored, _environment.ResultBits(decision.Field), _terms);
            met = _join.Join(_slot, winner, loser, choice, decision: null);
        }
        else
        {
            met = states.Aggregate(Mix);
        }

        met.Decision = null;
        return met;
    }
}
