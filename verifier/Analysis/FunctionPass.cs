using NearData.Isa;
using NearData.Isa.Helpers;
using NearData.Verifier.Checking;
using NearData.Verifier.Flow;
using NearData.Verifier.Rejections;
using NearData.Verifier.States;
using NearData.Verifier.Surroundings;
using NearData.Verifier.Values;

namespace NearData.Verifier.Analysis;

/// <summary>
/// One activation of a function, with what its caller knows: each instruction after all that lead to it, so that it is looked at
/// in the union of the paths; loops turn by turn until no path goes round again; calls by an activation of their own.
/// </summary>
internal sealed class FunctionPass
{
    /// <summary>Functions that can be active together (the kernel's <c>MAX_CALL_FRAMES</c>).</summary>
    public const int MostFrames = 8;

    private readonly ProgramAnalysis _analysis;
    private readonly FunctionShape _shape;
    private readonly ControlFlow _flow;
    private readonly LoopOrder _order;
    private readonly FunctionPass? _caller;
    private readonly int _frames;
    private readonly Arrivals _ahead;
    private readonly DecidedExits _exits = new();

    // The most instructions of all turns of the loops that the function's budget ends, by their heads.
    private readonly Dictionary<int, Int128> _budgeted = [];

    // The loops that are being followed, outermost first.
    private readonly List<LoopGuard> _guards = [];

    /// <param name="analysis">The analysis.</param>
    /// <param name="shape">The function.</param>
    /// <param name="caller">The activation that called it; null for the program itself, and for a function without a caller.</param>
    public FunctionPass(ProgramAnalysis analysis, FunctionShape shape, FunctionPass? caller)
    {
        _analysis = analysis;
        _shape = shape;
        _flow = shape.Flow;
        _order = shape.Order;
        _caller = caller;
        _frames = (caller?._frames ?? 0) + 1;
        _ahead = new(analysis, shape);
    }

    /// <summary>Follows the function from its first slot.</summary>
    /// <returns>What is known where it ends, before its exit was taken back; empty where no run gets to an end.</returns>
    public MachineState[] Run(MachineState entry)
    {
        GoTo(_flow.Start, from: null, entry);
        Run(0, _order.Slots.Length, within: null);
        MachineState[] ends = _ahead.Take(_flow.End, _flow.Limit - 1);
        _ahead.End();

        // They share one budget, of which each turn of each takes at least one: nested loops don't multiply it.
        _analysis.Facts.Spend(_budgeted.Values.Aggregate(Int128.Zero, (sum, most) => sum + most));
        return ends;
    }

    /// <summary>Whether a function is active.</summary>
    public bool IsActive(FunctionShape shape) => _shape == shape || (_caller?.IsActive(shape) ?? false);

    private void Run(int first, int limit, LoopGuard? within)
    {
        MachineState? carried = null;
        for (int place = first; place < limit; place++)
        {
            if (_order.LoopAt(place) is { } loop && loop != within?.Loop)
            {
                Leave(ref carried, place);
                Follow(loop);
                place = loop.Limit - 1;
                continue;
            }

            int slot = _order.Slots[place];
            bool runsOn = place + 1 < limit && _shape.RunsOn(place);
            if (carried is not null && place != within?.Loop.First)
            {
                carried = Pass(slot, carried, runsOn);
                continue;
            }

            MachineState[] states = carried is null ? _ahead.Take(slot, slot) : [carried];
            carried = null;
            if (states.Length > 0 && place == within?.Loop.First)
            {
                states = Turn(within, states);
            }

            foreach (MachineState state in states)
            {
                carried = Pass(slot, state, runsOn && states.Length == 1);
            }
        }
    }

    /// <summary>Looks at an instruction.</summary>
    /// <returns>The state behind it where it runs on to the next in order; null where it was put in a place, or there is none.</returns>
    private MachineState? Pass(int slot, MachineState state, bool runsOn)
    {
        MachineState? next = Visit(slot, state);
        if (runsOn)
        {
            return next;
        }

        GoTo(_flow.Next(slot), slot, next);
        return null;
    }

    /// <summary>Puts a state that ran on to a place there, to be taken up.</summary>
    private void Leave(ref MachineState? carried, int place)
    {
        if (carried is not null)
        {
            GoTo(_order.Slots[place], from: null, carried);
            carried = null;
        }
    }

    private void Follow(Loop loop)
    {
        LoopGuard guard = new(loop, _analysis);
        _guards.Add(guard);
        do
        {
            Run(loop.First, loop.Limit, guard);
        }
        while (_ahead.AreAt(loop.Head));

        _guards.RemoveAt(_guards.Count - 1);

        if (loop.IsBudgeted)
        {
            guard.TakeInside();
            Int128 most = guard.Inside + (IterationBudget.PerFunction * (guard.Inside + guard.Longest));
            _budgeted[loop.Head] = Int128.Max(most, _budgeted.GetValueOrDefault(loop.Head));
        }
        else if (guard.ProvenTurns is { } turns)
        {
            guard.TakeInside();
            _analysis.Facts.Spend(guard.Inside + (turns * (guard.Inside + guard.Longest)));
        }
        else
        {
            _analysis.Facts.Spend(guard.Inside);
        }
    }

    /// <summary>What is known at the head where the loop goes round once more; nothing where nothing is new.</summary>
    private MachineState[] Turn(LoopGuard guard, MachineState[] states)
    {
        if (guard.Turn(states) != LoopGuard.Progress.None)
        {
            return guard.States;
        }

        bool isFollowUp = _analysis.Recovery is { } recovery && _order.Slots[guard.Loop.First..guard.Loop.Limit].Any(recovery.HasSkipped);
        if (!isFollowUp)
        {
            string reason = $"{Describe(guard)} and nothing that is known of values changes on the way, so that it is not proven to end.";
            _analysis.Refuse(new(RejectionCode.UnboundedLoop, reason), guard.BackFrom);
        }

        return [];
    }

    /// <summary>The state after an instruction that runs on to the next; null where it does not, or where others were put in its place.</summary>
    private MachineState? Visit(int slot, MachineState state)
    {
        if (!_analysis.Budget.Visit())
        {
            throw TooLong(slot);
        }

        Instruction instruction = _analysis.Program.Code[slot];
        _analysis.Observer?.Visit(slot, state);
        if (_analysis.Recovery is { } recovery && Recovery.IsAssumed(instruction, state))
        {
            return Skip(recovery, slot, instruction, state);
        }

        if (_analysis.Checker.Check(_shape.RequirementsOf(slot, instruction), state) is { } finding)
        {
            _analysis.Refuse(finding, slot);
            if (!_analysis.Recovery!.Repair(finding, instruction, state, _analysis.Checker))
            {
                return Skip(_analysis.Recovery, slot, instruction, state);
            }
        }

        if (_analysis.Facts.Reach(slot, PlaceOf(instruction, state), state.Depth) is { } conflict)
        {
            _analysis.Refuse(conflict, slot);
        }

        _analysis.Facts.Enter(slot, instruction, state);
        state.Steps += CostOf(instruction);
        if (instruction.IsExit)
        {
            Exit(slot, state);
        }
        else if (instruction.IsUnconditionalJump)
        {
            GoTo(_flow.Target(slot), slot, state);
        }
        else if (instruction.IsConditionalJump)
        {
            (MachineState? taken, MachineState? notTaken) = _analysis.Branching.Split(slot, instruction, state, _shape);
            _analysis.Facts.Branch(slot, taken, notTaken);
            GoTo(_flow.Next(slot), slot, notTaken);
            GoTo(_flow.Target(slot), slot, taken);
        }
        else if (instruction.IsCall && (CallKind)instruction.Source.Number == CallKind.Local)
        {
            Call(slot, slot + 1 + instruction.Immediate, state);
        }
        else if (_flow.Iterates(slot))
        {
            (MachineState? more, MachineState? over) = _analysis.Transformer.Next(slot, state);
            GoTo(_flow.Next(slot), slot, over);
            GoTo(_flow.Next(slot), slot, more);
        }
        else if (instruction.IsCall && HelperTable.Find(instruction.Immediate) is { } helper && helper.Arguments.Contains(ArgumentKind.Callback))
        {
            int start = CallbackCall.FunctionOf(helper, state);
            return new CallbackCall(_analysis, slot, helper, state).Follow(entered => Enter(slot, start).Run(entered));
        }
        else
        {
            if (state.Depth > 0 && ControlHelpers.IsTailCall(instruction))
            {
                GoTo(_flow.End, slot, _analysis.Transformer.EndByTailCall(slot, state.Copy()));
            }

            _analysis.Transformer.Apply(slot, instruction, instruction.IsWide ? _analysis.Program.Code[slot + 1] : default, state);
            _analysis.Facts.Leave(slot, instruction, state);
            return state;
        }

        return null;
    }

    /// <summary>Goes on behind an instruction whose operands were refused: whatever it leaves follows from that.</summary>
    private MachineState? Skip(Recovery recovery, int slot, Instruction instruction, MachineState state)
    {
        if (instruction.IsExit)
        {
            if (state.Depth > 0)
            {
                GoTo(_flow.End, slot, state);
            }

            return null;
        }

        if (instruction.IsConditionalJump)
        {
            GoTo(_flow.Target(slot), slot, state.Copy());
        }

        recovery.Skip(slot, instruction, state);
        return state;
    }

    /// <summary>Follows a call of a function of the program, or takes what is known of all its calls.</summary>
    private void Call(int slot, int start, MachineState state)
    {
        if (_analysis.Globals?.Call(_analysis, slot, start, _frames, state) is { } behind)
        {
            GoTo(_flow.Next(slot), slot, behind);
            return;
        }

        foreach (MachineState end in Enter(slot, start).Run(CallTransfer.Enter(state)))
        {
            if (CallTransfer.Judge(end) is { } finding)
            {
                _analysis.Refuse(finding, slot);
            }

            GoTo(_flow.Next(slot), slot, CallTransfer.Leave(slot, end));
        }
    }

    /// <summary>A new activation of the function that starts at a slot.</summary>
    private FunctionPass Enter(int slot, int start)
    {
        FunctionShape callee = _analysis.ShapeAt(start);
        if (IsActive(callee))
        {
            throw _analysis.Site.Reject(
                RejectionCode.Recursion, slot, $"{callee.Flow.Function.Name} is called while it is active; functions must not lead to themselves.");
        }

        return _frames == MostFrames
            ? throw _analysis.Site.Reject(
                RejectionCode.CallDepth, slot, $"{callee.Flow.Function.Name} is called by {_frames} functions inside each other; {MostFrames} can be active together.")
            : new(_analysis, callee, this);
    }

    private void GoTo(int slot, int? from, MachineState? state)
    {
        if (state is null)
        {
            return;
        }

        if (from is { } source && slot != _flow.End && _order.GoesBack(source, slot))
        {
            GoBack(slot, source, state);
        }

        _ahead.Add(slot, from, state);
    }

    private void GoBack(int head, int from, MachineState state)
    {
        if (state.Decision is { } decision && decision.Close != head)
        {
            string reason = $"execution goes back to {head} while it depends on how a result decided the branch at {decision.Branch}; its paths must meet before.";
            _analysis.Refuse(new(RejectionCode.ResultInfluence, reason), from);
            state.Decision = null;
        }

        _guards.Find(guard => guard.Loop.Head == head)?.GoBack(from);
    }

    private void Exit(int slot, MachineState state)
    {
        if (state.Depth > 0)
        {
            GoTo(_flow.End, slot, state);
            return;
        }

        _analysis.Facts.Exit(state);
        if (_exits.Add(state) is { } finding)
        {
            _analysis.Refuse(finding, slot);
        }
    }

    private static Place? PlaceOf(Instruction instruction, MachineState state) => Surroundings.Place.Of(instruction, state);

    private ProgramRejectedException TooLong(int slot)
    {
        for (FunctionPass? pass = this; pass is not null; pass = pass._caller)
        {
            if (pass._guards.Find(guard => guard.Turns > 0) is { } guard)
            {
                return _analysis.Site.Reject(
                    RejectionCode.TooComplex,
                    guard.BackFrom,
                    $"{Describe(guard)}, {guard.Turns} times so far, and {WorkBudget.MostVisits} instructions have been looked at again; the loop must "
                    + "turn less often, or be a bpf_loop, whose body is looked at once.");
            }
        }

        return _analysis.Site.Reject(
            RejectionCode.TooComplex, slot, $"calls lead here again and again, and {WorkBudget.MostVisits} instructions have been looked at more than once.");
    }

    private string Describe(LoopGuard guard) =>
        $"execution goes back from {_analysis.Site.Name(guard.BackFrom)} to {_analysis.Site.Name(guard.Loop.Head)}";

    private static int CostOf(Instruction instruction) =>
        instruction.IsCall && (CallKind)instruction.Source.Number == CallKind.Helper ? 1 + HelperTable.Find(instruction.Immediate)!.Cost : 1;
}
