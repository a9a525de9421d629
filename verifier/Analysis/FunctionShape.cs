using System.Collections.Immutable;
using NearData.Isa;
using NearData.Verifier.Checking;
using NearData.Verifier.Flow;
using NearData.Verifier.Rejections;

namespace NearData.Verifier.Analysis;

/// <summary>What is known of a function before any of its values: the order of its instructions, and where paths meet.</summary>
internal sealed class FunctionShape
{
    private readonly Lazy<PostDominators> _meetings;
    private readonly Lazy<Liveness> _liveness;
    private readonly byte[] _arrivals;
    private readonly bool[] _runsOn;
    private readonly Requirement[]?[] _requirements;

    // Meeting points of activations that ended, where nobody waits any more: functions are entered often.
    private readonly Stack<MeetingPoint?[]> _idle = [];

    /// <param name="flow">The function.</param>
    /// <param name="code">The program's.</param>
    /// <param name="site">Makes its rejections.</param>
    public FunctionShape(ControlFlow flow, ImmutableArray<Instruction> code, RejectionSite site)
    {
        Flow = flow;
        Order = LoopFinder.Find(flow, site);
        _meetings = new(() => new PostDominators(flow, Order));
        _liveness = new(() => new Liveness(flow, Order, code));
        _arrivals = new byte[flow.Function.Length];
        foreach (int slot in Order.Slots)
        {
            Successors successors = flow.Successors(slot);
            for (int index = 0; index < successors.Count; index++)
            {
                if (successors[index] != flow.End)
                {
                    ref byte arrivals = ref _arrivals[successors[index] - flow.Start];
                    arrivals = (byte)int.Min(arrivals + 1, byte.MaxValue);
                }
            }
        }

        _arrivals[0]++;
        _requirements = new Requirement[flow.Function.Length][];
        _runsOn = new bool[Order.Slots.Length];
        for (int place = 0; place + 1 < _runsOn.Length; place++)
        {
            int next = flow.Next(Order.Slots[place]);
            _runsOn[place] = Order.Slots[place + 1] == next && _arrivals[next - flow.Start] <= 1;
        }
    }

    public ControlFlow Flow { get; }

    public LoopOrder Order { get; }

    public PostDominators Meetings => _meetings.Value;

    public Liveness Liveness => _liveness.Value;

    /// <summary>Whether what runs on from a place in the order comes to the next place, and nothing else does.</summary>
    public bool RunsOn(int place) => _runsOn[place];

    /// <summary>What must hold before an instruction, found once: loops and calls look at it many times.</summary>
    public Requirement[] RequirementsOf(int slot, Instruction instruction) =>
        _requirements[slot - Flow.Start] ??= Requirements.Of(instruction);

    /// <summary>Places for the states that wait in one activation: one for each slot that one came to, and one for the end.</summary>
    public MeetingPoint?[] Borrow() => _idle.TryPop(out MeetingPoint?[]? places) ? places : new MeetingPoint?[Flow.Function.Length + 1];

    /// <summary>Takes places back where nobody waits.</summary>
    public void Return(MeetingPoint?[] places) => _idle.Push(places);
}
