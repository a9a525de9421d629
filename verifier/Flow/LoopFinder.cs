using NearData.Verifier.Rejections;

namespace NearData.Verifier.Flow;

/// <summary>
/// Finds the order of a function's instructions: strongly connected components (Tarjan, 1972) in topological order, each with its
/// head, the first that is reached, in front, and what is left of it without the head ordered likewise. Takes time in the length of the
/// function for each level of nested loops.
/// </summary>
internal sealed class LoopFinder
{
    /// <summary>Loops inside each other. Compiled code has a handful; each level costs a walk over its instructions.</summary>
    public const int DeepestLoops = 64;

    private const int Unvisited = 0;
    private const int Finished = int.MaxValue;

    private readonly ControlFlow _flow;
    private readonly RejectionSite _site;

    // For each slot of the function: the level of loops at which it is being ordered, and the search's numbers there.
    private readonly int[] _level;
    private readonly int[] _number;
    private readonly int[] _lowest;
    private readonly int[] _position;
    private readonly List<int> _order = [];
    private readonly List<Loop> _loops = [];

    private LoopFinder(ControlFlow flow, RejectionSite site)
    {
        _flow = flow;
        _site = site;
        int length = flow.Function.Length;
        _level = new int[length];
        _number = new int[length];
        _lowest = new int[length];
        _position = new int[length];
        Array.Fill(_position, -1);
    }

    /// <summary>The order of what the function's first slot leads to.</summary>
    /// <exception cref="ProgramRejectedException">Loops are nested too deep.</exception>
    public static LoopOrder Find(ControlFlow flow, RejectionSite site)
    {
        LoopFinder finder = new(flow, site);
        finder.Order([flow.Start], level: 0);
        return new(flow.Start, finder._position, [.. finder._order], [.. finder._loops.OrderBy(loop => loop.First).ThenByDescending(loop => loop.Limit)]);
    }

    /// <summary>Orders what is reached from some slots without leaving the level; for level 0, the function.</summary>
    private void Order(IEnumerable<int> roots, int level)
    {
        List<List<int>> components = Components(roots, level);
        for (int last = components.Count - 1; last >= 0; last--)
        {
            List<int> component = components[last];
            int head = component[^1];
            bool isLoop = component.Count > 1 || LeadsTo(head, head);
            int first = _order.Count;
            Place(head);
            if (!isLoop)
            {
                continue;
            }

            if (level == DeepestLoops)
            {
                throw _site.Reject(RejectionCode.TooComplex, head, $"it is in {level + 1} loops inside each other; {DeepestLoops} are followed.");
            }

            foreach (int slot in component)
            {
                (_level[slot - _flow.Start], _number[slot - _flow.Start]) = (level + 1, Unvisited);
            }

            _level[head - _flow.Start] = -1;
            Order(Inside(head, level + 1), level + 1);
            bool isBudgeted = IsBudgeted(head, [.. component]);
            _loops.Add(new Loop(first, _order.Count, head, isBudgeted, component.Exists(_flow.Iterates)));
        }
    }

    private void Place(int slot)
    {
        _position[slot - _flow.Start] = _order.Count;
        _order.Add(slot);
    }

    private bool LeadsTo(int from, int to)
    {
        Successors successors = _flow.Successors(from);
        return successors.First == to || successors.Second == to;
    }

    private IEnumerable<int> Inside(int slot, int level)
    {
        Successors successors = _flow.Successors(slot);
        for (int index = 0; index < successors.Count; index++)
        {
            if (successors[index] != _flow.End && _level[successors[index] - _flow.Start] == level)
            {
                yield return successors[index];
            }
        }
    }

    /// <summary>Whether there is no way from the head back to it past no <c>may_goto</c>.</summary>
    private bool IsBudgeted(int head, HashSet<int> component)
    {
        HashSet<int> seen = [];
        Stack<int> open = new([head]);
        while (open.TryPop(out int slot))
        {
            if (_flow.IsBudgeted(slot))
            {
                continue;
            }

            Successors successors = _flow.Successors(slot);
            for (int index = 0; index < successors.Count; index++)
            {
                int next = successors[index];
                if (next == head)
                {
                    return false;
                }

                if (component.Contains(next) && seen.Add(next))
                {
                    open.Push(next);
                }
            }
        }

        return true;
    }

    /// <summary>Strongly connected components, each after those that it leads to; in each, the first that was reached is last.</summary>
    private List<List<int>> Components(IEnumerable<int> roots, int level)
    {
        List<List<int>> components = [];
        Stack<int> open = [];

        // The path that is being followed. A list of its own: paths can be as long as programs.
        Stack<(int Slot, int Successor)> path = [];
        int count = 0;
        foreach (int root in roots)
        {
            Enter(root);
            while (path.TryPop(out (int Slot, int Successor) at))
            {
                int here = at.Slot - _flow.Start;
                Successors successors = _flow.Successors(at.Slot);
                if (at.Successor < successors.Count)
                {
                    path.Push((at.Slot, at.Successor + 1));
                    int next = successors[at.Successor];
                    if (next != _flow.End && _level[next - _flow.Start] == level)
                    {
                        Enter(next);
                    }

                    continue;
                }

                for (int index = 0; index < successors.Count; index++)
                {
                    int next = successors[index];
                    if (next != _flow.End && _level[next - _flow.Start] == level && _number[next - _flow.Start] != Finished)
                    {
                        _lowest[here] = int.Min(_lowest[here], _lowest[next - _flow.Start]);
                    }
                }

                if (_lowest[here] == _number[here])
                {
                    components.Add(Close(at.Slot));
                }
            }
        }

        return components;

        void Enter(int slot)
        {
            int place = slot - _flow.Start;
            if (_number[place] == Unvisited)
            {
                _number[place] = _lowest[place] = ++count;
                open.Push(slot);
                path.Push((slot, 0));
            }
        }

        List<int> Close(int first)
        {
            List<int> component = [];
            int slot;
            do
            {
                slot = open.Pop();
                _number[slot - _flow.Start] = Finished;
                component.Add(slot);
            }
            while (slot != first);
            return component;
        }
    }
}
