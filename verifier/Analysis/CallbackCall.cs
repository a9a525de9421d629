using NearData.Isa;
using NearData.Isa.Helpers;
using NearData.Verifier.Checking;
using NearData.Verifier.Domains;
using NearData.Verifier.Rejections;
using NearData.Verifier.States;
using NearData.Verifier.Values;

namespace NearData.Verifier.Analysis;

/// <summary>
/// A helper that calls a function of the program any number of times: what is known before each call is widened until it holds for
/// all, and holds behind the helper too.
/// </summary>
internal sealed class CallbackCall
{
    private readonly ProgramAnalysis _analysis;
    private readonly int _slot;
    private readonly HelperSignature _helper;
    private readonly Value _walked;
    private readonly Value _context;
    private readonly MachineState _state;
    private readonly Int128 _times;

    /// <param name="analysis">The analysis.</param>
    /// <param name="slot">The call of the helper.</param>
    /// <param name="helper"><see cref="ControlHelpers.Loop"/> or <see cref="ControlHelpers.ForEachElement"/>.</param>
    /// <param name="state">What is known before the call, which was judged; taken over.</param>
    public CallbackCall(ProgramAnalysis analysis, int slot, HelperSignature helper, MachineState state)
    {
        _analysis = analysis;
        _slot = slot;
        _helper = helper;
        _state = state;
        _walked = state[Register.R1];
        _context = state[Register.R3];
        _times = _walked is Value.Map map
            ? analysis.Environment.Map(map).MaxEntries
            : long.Min(((Value.Number)_walked).Range.Low.Unsigned.Maximum, IterationBudget.PerLoopHelper);
    }

    /// <summary>The function that the helper is given.</summary>
    public static int FunctionOf(HelperSignature helper, MachineState state) =>
        ((Value.Function)state[new Register((byte)(Register.R1 + helper.Arguments.IndexOf(ArgumentKind.Callback)))]).Start;

    /// <summary>The state behind the helper.</summary>
    /// <param name="call">Follows the function from a state at its start to its ends.</param>
    public MachineState Follow(Func<MachineState, IReadOnlyList<MachineState>> call)
    {
        HelperTransfer.Forget(_slot, _helper, _state);
        Settling settling = new(_analysis, _slot);
        long longest = 0;
        Int128 mostInside = 0;
        for (MachineState? known = settling.Add(_state); known is not null;)
        {
            Int128 before = _analysis.Facts.Spent;
            IReadOnlyList<MachineState> ends = call(Enter(known));
            mostInside = Int128.Max(mostInside, _analysis.Facts.TakeSpent(before));
            known = null;
            foreach (MachineState end in ends)
            {
                longest = long.Max(longest, end.Steps - _state.Steps);
                known = settling.Add(Leave(end)) ?? known;
            }
        }

        _analysis.Facts.Spend(_times * (longest + mostInside));
        MachineState after = settling.Known!.Copy();
        after[Register.R0] = new Value.Number(Scalar.Unknown, _analysis.Terms.Fresh(influencedBy: null));
        return after;
    }

    private MachineState Enter(MachineState known)
    {
        MachineState entered = CallTransfer.Enter(known.Copy());
        entered.IsRepeated = true;
        Value[] arguments = Arguments();
        for (int argument = 0; argument < arguments.Length; argument++)
        {
            entered[new Register((byte)(Register.R1 + argument))] = arguments[argument];
        }

        return entered;
    }

    /// <summary>What the function gets: in each call other values, so terms of their own, whatever a call before kept of its own.</summary>
    private Value[] Arguments() => _walked is Value.Map map
        ?
        [
            map,
            new Value.Pointer(Region.MapKey(map.Index), Scalar.Zero, Fresh()),
            new Value.Pointer(Region.MapValue(map.Index), Scalar.Zero, Fresh()),
            _context,
        ]
        : [new Value.Number(Scalar.Between(0, long.Max(0, (long)_times - 1)), Fresh()), _context];

    private Term Fresh() => _analysis.Terms.Fresh(influencedBy: null);

    private MachineState Leave(MachineState end)
    {
        if (Judge(end) is { } finding)
        {
            _analysis.Refuse(finding, _slot);
        }

        MachineState left = CallTransfer.Leave(_slot, end);
        left[Register.R0] = _state[Register.R0];
        left.IsRepeated = _state.IsRepeated;
        left.Steps = _state.Steps;
        return left;
    }

    private static Finding? Judge(MachineState end) => end[Register.R0] switch
    {
        Value.Number { Term.Result: not null } number =>
            new(RejectionCode.ResultInfluence, $"r0 is {number} where the callback ends; a result must not decide how often it is called.", Register.R0),
        Value.Number number when number.Range.IsWithin(0, 1) => null,
        Value value => new(RejectionCode.CallbackResult, $"r0 is {value} where the callback ends; it must return 0 to go on or 1 to stop.", Register.R0),
    };
}
