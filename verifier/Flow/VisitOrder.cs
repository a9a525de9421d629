using System.Collections.Immutable;
using NearData.Verifier.Rejections;

namespace NearData.Verifier.Flow;

/// <summary>
/// An order of a program's instructions where each comes after all that lead to it, wherever they were laid out: the reverse of
/// the order in which a depth-first search leaves them. Takes time and memory in the length of the program.
/// </summary>
internal sealed class VisitOrder
{
    private readonly ControlFlow _flow;
    private readonly RejectionSite _site;
    private readonly Progress[] _progress;

    // Where the path that is being followed goes on, innermost last. A list of its own: paths can be as long as programs.
    private readonly Stack<(int Slot, int Successor)> _path = [];
    private readonly List<int> _left = [];

    private VisitOrder(ControlFlow flow, RejectionSite site)
    {
        _flow = flow;
        _site = site;
        _progress = new Progress[flow.End];
    }

    private enum Progress : byte
    {
        New,
        OnPath,
        Left,
    }

    /// <summary>The first slots of all instructions, reachable or not.</summary>
    /// <exception cref="ProgramRejectedException">There is no such order: some path leads back to where it came through.</exception>
    public static ImmutableArray<int> Find(ControlFlow flow, RejectionSite site)
    {
        VisitOrder search = new(flow, site);
        for (int slot = 0; slot < flow.End; slot = flow.Next(slot))
        {
            search.FollowFrom(slot);
        }

        search._left.Reverse();
        return [.. search._left];
    }

    private void FollowFrom(int start)
    {
        Enter(start);
        while (_path.TryPop(out (int Slot, int Successor) at))
        {
            ImmutableArray<int> successors = _flow.Successors(at.Slot);
            if (at.Successor == successors.Length)
            {
                _progress[at.Slot] = Progress.Left;
                _left.Add(at.Slot);
                continue;
            }

            _path.Push((at.Slot, at.Successor + 1));
            int next = successors[at.Successor];
            if (next != _flow.End)
            {
                RefuseLoop(at.Slot, next);
                Enter(next);
            }
        }
    }

    private void Enter(int slot)
    {
        if (_progress[slot] == Progress.New)
        {
            _progress[slot] = Progress.OnPath;
            _path.Push((slot, 0));
        }
    }

    private void RefuseLoop(int from, int to)
    {
        if (_progress[to] == Progress.OnPath)
        {
            throw _site.Reject(
                RejectionCode.BackEdge, from, $"execution goes back from {from} to {to}, which leads here; only code without loops is proven to end.");
        }
    }
}
