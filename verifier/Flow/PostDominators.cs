namespace NearData.Verifier.Flow;

/// <summary>
/// Where the paths of branches meet again: the first slot that every path from an instruction to the function's end comes through after
/// it, before it goes back to the head of a loop; or that head, where all go back to it. These are the parents of a tree
/// whose root is the end. Immutable.
/// </summary>
internal sealed class PostDominators
{
    private readonly ControlFlow _flow;

    // Slots of the function by their distance from its start; then its end; then going back, one place for each head.
    private readonly List<int> _heads = [];
    private readonly Dictionary<int, int> _backTo = [];
    private readonly int _end;
    private readonly int[] _parent;
    private readonly int[] _depth;

    // An ancestor further up, chosen so that any ancestor is a logarithmic number of steps away (Myers, "An applicative random-access
    // stack", 1983). Walking parents alone would take quadratic time for many branches in front of one long piece of code.
    private readonly int[] _far;

    /// <param name="flow">The function.</param>
    /// <param name="order">Its instructions, each after all that lead to it but by going back.</param>
    public PostDominators(ControlFlow flow, LoopOrder order)
    {
        _flow = flow;
        _end = flow.Function.Length;
        foreach (int head in order.Loops.Select(loop => loop.Head).Distinct())
        {
            _backTo.Add(head, _end + 1 + _heads.Count);
            _heads.Add(head);
        }

        int places = _end + 1 + _heads.Count;
        _parent = new int[places];
        _depth = new int[places];
        _far = new int[places];
        _parent[_end] = _far[_end] = _end;
        for (int back = _end + 1; back < places; back++)
        {
            Add(back, _end);
        }

        for (int position = order.Slots.Length - 1; position >= 0; position--)
        {
            // All successors have their places in the tree: what every path comes through is above each of them, or is one itself.
            int slot = order.Slots[position];
            Successors successors = flow.Successors(slot);
            int meeting = PlaceOf(order, slot, successors.First);
            Add(slot - flow.Start, successors.Second is { } second ? CommonAncestor(meeting, PlaceOf(order, slot, second)) : meeting);
        }
    }

    /// <summary>Where all paths from a reachable instruction have met; <see cref="ControlFlow.End"/> where that is the function's end.</summary>
    public int this[int slot]
    {
        get
        {
            int place = _parent[slot - _flow.Start];
            return place < _end ? _flow.Start + place : place == _end ? _flow.End : _heads[place - _end - 1];
        }
    }

    private int PlaceOf(LoopOrder order, int from, int to) =>
        to == _flow.End ? _end : order.GoesBack(from, to) ? _backTo[to] : to - _flow.Start;

    private void Add(int place, int parent)
    {
        int far = _far[parent];
        bool areAlike = _depth[parent] - _depth[far] == _depth[far] - _depth[_far[far]];
        _parent[place] = parent;
        _depth[place] = _depth[parent] + 1;
        _far[place] = areAlike ? _far[far] : parent;
    }

    private int CommonAncestor(int left, int right)
    {
        (int upper, int lower) = _depth[left] < _depth[right] ? (left, right) : (right, left);
        while (_depth[lower] > _depth[upper])
        {
            lower = _depth[_far[lower]] < _depth[upper] ? _parent[lower] : _far[lower];
        }

        // Equal depths have equally far ancestors.
        while (lower != upper)
        {
            int[] step = _far[lower] == _far[upper] ? _parent : _far;
            (lower, upper) = (step[lower], step[upper]);
        }

        return lower;
    }
}
