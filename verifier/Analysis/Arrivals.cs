using NearData.Verifier.Checking;
using NearData.Verifier.Flow;
using NearData.Verifier.Rejections;
using NearData.Verifier.States;

namespace NearData.Verifier.Analysis;

/// <summary>The states that wait in one activation of a function, at the slots that they got to.</summary>
internal sealed class Arrivals
{
    private readonly ProgramAnalysis _analysis;
    private readonly FunctionShape _shape;
    private readonly ControlFlow _flow;
    private readonly MeetingPoint?[] _places;

    public Arrivals(ProgramAnalysis analysis, FunctionShape shape)
    {
        _analysis = analysis;
        _shape = shape;
        _flow = shape.Flow;
        _places = shape.Borrow();
    }

    /// <summary>Whether states wait at a slot.</summary>
    public bool AreAt(int slot) => _places[Place(slot)] is { Count: > 0 };

    /// <summary>A state gets to a slot.</summary>
    /// <param name="slot">The slot.</param>
    /// <param name="from">The one that it comes from; null where it is not by a jump or a call.</param>
    /// <param name="state">What is known; taken over.</param>
    /// <exception cref="ProgramRejectedException">Too many wait, in all activations together.</exception>
    public void Add(int slot, int? from, MachineState state)
    {
        _analysis.Observer?.Arrive(slot, state);
        MeetingPoint meeting = _places[Place(slot)] ??= new(slot, _analysis.Environment.TakesRows ? null : _shape.Liveness);
        int before = meeting.Count;
        meeting.Arrive(state, _analysis.Union);
        _analysis.Budget.Waiting += meeting.Count - before;
        if (_analysis.Budget.Waiting > WorkBudget.MostWaiting)
        {
            throw _analysis.Site.Reject(
                RejectionCode.TooComplex, from ?? slot, $"more than {WorkBudget.MostWaiting} paths that haven't met lead here and elsewhere.");
        }
    }

    /// <summary>The union of all that wait at a slot, or the few that are kept apart; none wait there any more then.</summary>
    /// <param name="slot">The slot.</param>
    /// <param name="site">The one that is named where they can't be brought together.</param>
    public MachineState[] Take(int slot, int site)
    {
        if (_places[Place(slot)] is not { Count: > 0 } meeting)
        {
            return [];
        }

        _analysis.Budget.Waiting -= meeting.Count;
        (MachineState[] states, Finding? finding) = meeting.Meet(_analysis.Union);
        if (finding is not null)
        {
            _analysis.Refuse(finding, site);
        }

        return states;
    }

    /// <summary>The activation ended: nobody waits, and the places serve the next one.</summary>
    public void End() => _shape.Return(_places);

    private int Place(int slot) => slot == _flow.End ? _flow.Function.Length : slot - _flow.Start;
}
