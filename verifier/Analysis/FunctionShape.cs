using System.Collections.Immutable;
using NearData.Isa;
using NearData.Verifier.Flow;
using NearData.Verifier.Rejections;

namespace NearData.Verifier.Analysis;

/// <summary>What is known of a function before any of its values: the order of its instructions, and where paths meet.</summary>
internal sealed class FunctionShape
{
    private readonly Lazy<PostDominators> _meetings;
    private readonly Lazy<Liveness> _liveness;
    private readonly byte[] _arrivals;

    // Meeting points of activations that ended, all empty again: functions are entered often.
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
    }

    public ControlFlow Flow { get; }

    public LoopOrder Order { get; }

    public PostDominators Meetings => _meetings.Value;

    public Liveness Liveness => _liveness.Value;

    /// <summary>Whether more than one instruction leads to a slot.</summary>
    public bool IsMeeting(int slot) => _arrivals[slot - Flow.Start] > 1;

    /// <summary>Places for the states that wait in one activation: one for each slot, and one for the end.</summary>
    public MeetingPoint?[] Borrow() => _idle.TryPop(out MeetingPoint?[]? places) ? places : new MeetingPoint?[Flow.Function.Length + 1];

    /// <summary>Takes places back of which none is in use.</summary>
    public void Return(MeetingPoint?[] places) => _idle.Push(places);
}
