using System.Collections.Immutable;
using NearData.Isa;
using NearData.Isa.Helpers;
using NearData.Isa.Programs;
using NearData.Verifier.Checking;
using NearData.Verifier.Flow;
using NearData.Verifier.Rejections;
using NearData.Verifier.States;
using NearData.Verifier.Surroundings;
using NearData.Verifier.Values;

namespace NearData.Verifier.Analysis;

/// <summary>
/// One run over a program, each instruction after all that lead to it. So every path to an instruction is known when its turn
/// comes: each is looked at once, in the union of those paths.
/// </summary>
internal sealed class ForwardPass
{
    private readonly Program _program;
    private readonly RejectionSite _site;
    private readonly ControlFlow _flow;
    private readonly ImmutableArray<int> _order;
    private readonly ProgramEnvironment _environment;
    private readonly TermSource _terms = new();
    private readonly Checker _checker;
    private readonly Transformer _transformer;
    private readonly Branching _branching;
    private readonly MeetingPoint?[] _ahead;
    private readonly FactsRecorder _facts;
    private readonly Dictionary<int, Term> _returns = [];
    private readonly Action<int, MachineState>? _observer;

    /// <param name="program">Of sound structure and declarations.</param>
    /// <param name="flow">Where its instructions lead.</param>
    /// <param name="order">Its instructions, each after all that lead to it.</param>
    /// <param name="site">Makes its rejections.</param>
    /// <param name="observer">Shown each reachable slot with the state before it; null where nobody looks.</param>
    public ForwardPass(
        Program program, ControlFlow flow, ImmutableArray<int> order, RejectionSite site, Action<int, MachineState>? observer)
    {
        _program = program;
        _flow = flow;
        _order = order;
        _site = site;
        _observer = observer;
        _environment = new(program);
        _checker = new(_environment);
        _transformer = new(_environment, _terms);
        _branching = new(_environment, new PostDominators(flow, order));
        _ahead = new MeetingPoint?[program.Code.Length];
        _facts = new(_environment);
    }

    public ProgramFacts Run()
    {
        GoTo(0, from: null, _transformer.Start());
        foreach (int slot in _order)
        {
            if (_ahead[slot] is not { } meeting)
            {
                continue;
            }

            _ahead[slot] = null;
            (MachineState? state, Finding? finding) = meeting.Meet();
            finding ??= _checker.Check(_program.Code[slot], state!);
            if (finding is not null)
            {
                throw _site.Reject(finding.Code, slot, finding.Reason);
            }

            _observer?.Invoke(slot, state!);
            Step(slot, state!);
        }

        return _facts.Finish();
    }

    private void Step(int slot, MachineState state)
    {
        Instruction instruction = _program.Code[slot];
        _facts.Reach(slot, Place.Of(instruction, state), CostOf(instruction));
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
            (MachineState? taken, MachineState? notTaken) = _branching.Split(slot, instruction, state);
            GoTo(_flow.Next(slot), slot, notTaken);
            GoTo(_flow.Target(slot), slot, taken);
        }
        else
        {
            _transformer.Apply(slot, instruction, instruction.IsWide ? _program.Code[slot + 1] : default, state);
            GoTo(_flow.Next(slot), slot, state);
        }
    }

    private void GoTo(int slot, int? from, MachineState? state)
    {
        if (state is not null)
        {
            (_ahead[slot] ??= new(slot, _environment, _terms)).Arrive(state);
            _facts.Continue(from, slot);
        }
    }

    /// <summary>Where a result decided which exit is taken, all must return the same.</summary>
    private void Exit(int slot, MachineState state)
    {
        _facts.Exit(slot, state.Sums);
        if (state.Decision is not { } decision)
        {
            return;
        }

        Term returned = ((Value.Number)state[Register.R0]).Term;
        if (!_returns.TryAdd(decision.Branch, returned) && _returns[decision.Branch] != returned)
        {
            throw _site.Reject(
                RejectionCode.ResultInfluence,
                slot,
                $"r0 is {state[Register.R0]} at this exit and something else at another, as a result decided at {decision.Branch}.");
        }
    }

    private static int CostOf(Instruction instruction) => instruction.IsCall ? 1 + HelperTable.Find(instruction.Immediate)!.Cost : 1;
}
