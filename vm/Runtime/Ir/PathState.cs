using NearData.Isa;

namespace NearData.Vm.Ir;

/// <summary>What registers, stack and results hold on the paths that a condition leads along.</summary>
internal sealed class PathState
{
    public PathState(IrNode condition, int results)
    {
        Condition = condition;
        Registers = new IrNode?[Register.Count];
        Contents = new IrNode[results];
    }

    /// <summary>For which records this is so.</summary>
    public IrNode Condition { get; set; }

    /// <summary>Null where nothing that can be read is.</summary>
    public IrNode?[] Registers { get; private init; }

    /// <summary>What each result's field holds.</summary>
    public IrNode[] Contents { get; private init; }

    /// <summary>Numbers on the function's stack, by offset from the frame pointer and size in bytes. None overlap.</summary>
    public Dictionary<(int Offset, int Size), IrNode> Stack { get; set; } = [];

    public IrNode this[Register register]
    {
        get => Registers[register] ?? throw new InvalidOperationException($"{register} is read before it is set, as was proven not to happen.");
        set => Registers[register] = value;
    }

    public PathState Copy(IrNode condition) => new(condition, Contents.Length)
    {
        Registers = [.. Registers],
        Contents = [.. Contents],
        Stack = new(Stack),
    };

    /// <summary>Writes to the stack. What stays of numbers that were there is known still.</summary>
    public void Store(int offset, int size, IrNode value, IrBuilder builder)
    {
        int end = offset + size;
        foreach ((int Offset, int Size) place in Stack.Keys.Where(place => place.Offset < end && offset < place.Offset + place.Size).ToArray())
        {
            Stack.Remove(place, out IrNode? before);
            if (before!.IsAddress || before.Operation == IrOperation.Text)
            {
                continue;
            }

            if (place.Offset < offset)
            {
                Stack[(place.Offset, offset - place.Offset)] = before;
            }

            int left = place.Offset + place.Size - end;
            if (left > 0)
            {
                Stack[(end, left)] = builder.Compute(IrOperation.ShiftRight, before, builder.Constant(8 * (end - place.Offset)));
            }
        }

        Stack[(offset, size)] = value;
    }

    /// <summary>What the waiting paths of one place have in common, and what is different by their conditions.</summary>
    public static PathState Merge(IReadOnlyList<PathState> states, IrBuilder builder)
    {
        if (states.Count == 1)
        {
            return states[0];
        }

        IrNode condition = states.Select(state => state.Condition).Aggregate(builder.Truths.Either);
        PathState merged = new(condition, states[0].Contents.Length);
        IrNode[] conditions = [.. states.Select(state => builder.Truths.Given(state.Condition, condition))];
        for (int register = 0; register < Register.Count; register++)
        {
            merged.Registers[register] = Merge([.. states.Select(state => state.Registers[register])], conditions, builder);
        }

        for (int result = 0; result < merged.Contents.Length; result++)
        {
            merged.Contents[result] = Merge([.. states.Select(state => state.Contents[result])], conditions, builder)!;
        }

        foreach ((int Offset, int Size) place in states[0].Stack.Keys)
        {
            if (Merge([.. states.Select(state => state.Stack.GetValueOrDefault(place))], conditions, builder) is { } value)
            {
                merged.Stack[place] = value;
            }
        }

        return merged;
    }

    private static IrNode? Merge(IrNode?[] values, IrNode[] conditions, IrBuilder builder)
    {
        if (values.Contains(null))
        {
            return null;
        }

        // What most paths bring is what the others are told apart from.
        IrNode[] distinct = [.. values.GroupBy(value => value!).OrderByDescending(group => group.Count()).Select(group => group.Key)];
        if (distinct.Length > 1 && distinct.Any(value => value.IsAddress))
        {
            return distinct.All(value => value.IsAddress) ? builder.Address : null;
        }

        IrNode merged = distinct[0];
        foreach (IrNode value in distinct.Skip(1))
        {
            IrNode bringing = Enumerable.Range(0, values.Length).Where(path => values[path] == value)
                .Select(path => conditions[path]).Aggregate(builder.Truths.Either);
            merged = builder.Select(bringing, value, merged);
        }

        return merged;
    }
}
