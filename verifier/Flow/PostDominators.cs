using System.Collections.Immutable;

namespace NearData.Verifier.Flow;

/// <summary>
/// Where the paths of branches meet again: the first slot that every path from an instruction to the end comes through after it, its
/// immediate post-dominator. These are the parents of a tree whose root is the end. Immutable.
/// </summary>
internal sealed class PostDominators
{
    private readonly int[] _parent;
    private readonly int[] _depth;

    // An ancestor further up, chosen so that any ancestor is a logarithmic number of steps away (Myers, "An applicative random-access
    // stack", 1983). Walking parents alone would take quadratic time for many branches in front of one long piece of code.
    private readonly int[] _far;

    /// <param name="flow">A program without loops.</param>
    /// <param name="order">Its instructions, each after all that lead to it.</param>
    public PostDominators(ControlFlow flow, ImmutableArray<int> order)
    {
        _parent = new int[flow.End + 1];
        _depth = new int[flow.End + 1];
        _far = new int[flow.End + 1];
        _parent[flow.End] = _far[flow.End] = flow.End;
        for (int position = order.Length - 1; position >= 0; position--)
        {
            // All successors have their places in the tree: what every path comes through is above each of them, or is one itself.
            int slot = order[position];
            ImmutableArray<int> successors = flow.Successors(slot);
            Add(slot, successors.Aggregate(CommonAncestor));
        }
    }

    /// <summary>Where all paths from an instruction have met; the program's length where that is its end.</summary>
    public int this[int slot] => _parent[slot];

    private void Add(int slot, int parent)
    {
        int far = _far[parent];
        bool areAlike = _depth[parent] - _depth[far] == _depth[far] - _depth[_far[far]];
        _parent[slot] = parent;
        _depth[slot] = _depth[parent] + 1;
        _far[slot] = areAlike ? _far[far] : parent;
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
