using NearData.Verifier.Rejections;
using NearData.Verifier.States;

namespace NearData.Verifier.Analysis;

/// <summary>
/// Collects what is known at one place over any number of turns, widening it so that few turns show all: an ascending chain whose last
/// element holds for every turn.
/// </summary>
internal sealed class Settling
{
    // Exact for the first turns, so that what settles by itself stays precise.
    private const int ExactTurns = 3;

    // More than widening needs for a state of many numbers that grow one after the other.
    private const int MostTurns = 1000;

    private readonly ProgramAnalysis _analysis;
    private readonly int _slot;
    private readonly StateJoin _widening;
    private MachineState? _known;
    private int _turns;

    /// <param name="analysis">The analysis.</param>
    /// <param name="slot">The place.</param>
    public Settling(ProgramAnalysis analysis, int slot)
    {
        _analysis = analysis;
        _slot = slot;
        _widening = new StateJoin(analysis.Terms, analysis.Bounds);
    }

    /// <summary>What holds for all turns so far.</summary>
    public MachineState? Known => _known;

    /// <summary>What holds for this turn and all before; null where that was known.</summary>
    public MachineState? Add(MachineState state)
    {
        if (_known is null)
        {
            _known = state.Copy();
            return state;
        }

        if (_known.Lock != state.Lock)
        {
            throw _analysis.Site.Reject(RejectionCode.LockHeld, _slot, "a lock that is taken in a turn here must be given back in the same turn.");
        }

        if (!_known.References.SequenceEqual(state.References))
        {
            throw _analysis.Site.Reject(
                RejectionCode.UnreleasedReference, _slot, "records of a ring buffer that are reserved in a turn here must be given back in the same turn.");
        }

        if (++_turns > MostTurns)
        {
            throw _analysis.Site.Reject(RejectionCode.TooComplex, _slot, $"what is known here still changes after {MostTurns} turns of the loop.");
        }

        StateJoin join = _turns > ExactTurns ? _widening : _analysis.Union.Join;
        Choice choice = _known.Decision is { Arm: Arm.Mixed } decision ? new Choice.Influenced(decision.Field, _analysis.Terms) : _analysis.Union.Free;
        MachineState both = join.Join(_slot, _known, state, choice, _known.Decision);
        if (StateComparison.AreSame(_known, both))
        {
            return null;
        }

        _known = both.Copy();
        return both;
    }
}
