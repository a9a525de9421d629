namespace NearData.Vm.Ir;

/// <summary>
/// Truths of <see cref="IrOperation.Both"/> and <see cref="IrOperation.Not"/> alone, which gives most of them one form: what follows from
/// one side is taken out of the other, so that the conditions of paths that meet again become what they had in common.
/// </summary>
internal sealed class TruthRules
{
    /// <summary>How far into a truth is looked for what is known already: conditions of code are a few levels deep.</summary>
    private const int Depth = 12;

    private readonly IrBuilder _builder;

    public TruthRules(IrBuilder builder)
    {
        _builder = builder;
        Yes = builder.Intern(IrOperation.True);
        No = builder.Intern(IrOperation.False);
    }

    public IrNode Yes { get; }

    public IrNode No { get; }

    public IrNode Known(bool truth) => truth ? Yes : No;

    public IrNode Not(IrNode truth) => truth.Operation switch
    {
        IrOperation.True => No,
        IrOperation.False => Yes,
        IrOperation.Not => truth.First!,
        _ => _builder.Intern(IrOperation.Not, truth),
    };

    public IrNode Either(IrNode left, IrNode right) => Not(Both(Not(left), Not(right)));

    public IrNode Both(IrNode left, IrNode right)
    {
        if (left == right || right == Yes)
        {
            return left;
        }

        if (left == Yes)
        {
            return right;
        }

        if (left == No || right == No)
        {
            return No;
        }

        IrNode given = Given(right, Parts(left), Depth);
        if (given != right)
        {
            return Both(left, given);
        }

        given = Given(left, Parts(right), Depth);
        return given != left ? Both(given, right)
            : Resolved(left, right) is { } resolved ? resolved
            : left.Id < right.Id ? _builder.Intern(IrOperation.Both, left, right)
            : _builder.Intern(IrOperation.Both, right, left);
    }

    /// <summary>Neither x and y nor x and not y is not x; null where the two aren't of that kind.</summary>
    private IrNode? Resolved(IrNode left, IrNode right)
    {
        if (left is not { Operation: IrOperation.Not, First.Operation: IrOperation.Both }
            || right is not { Operation: IrOperation.Not, First.Operation: IrOperation.Both })
        {
            return null;
        }

        HashSet<IrNode> one = Parts(left.First);
        HashSet<IrNode> other = Parts(right.First);
        IrNode[] alone = [.. one.Where(part => part.Operation != IrOperation.Both && !other.Contains(part))];
        IrNode[] otherAlone = [.. other.Where(part => part.Operation != IrOperation.Both && !one.Contains(part))];
        return alone.Length == 1 && otherAlone.Length == 1 && alone[0] == Not(otherAlone[0])
            ? Not(one.Where(part => part.Operation != IrOperation.Both && part != alone[0]).Aggregate(Both))
            : null;
    }

    /// <summary>By a truth, one of two.</summary>
    public IrNode Choose(IrNode truth, IrNode yes, IrNode no) => Either(Both(truth, yes), Both(Not(truth), no));

    /// <summary>What is left to ask where another truth holds.</summary>
    public IrNode Given(IrNode truth, IrNode holds) => Given(truth, Parts(holds), Depth);

    /// <summary>Whether there is an outcome of each decision by which a truth holds.</summary>
    public IrNode WithoutDecisions(IrNode truth)
    {
        while (truth.DependsOnResult && Decisions(truth).FirstOrDefault() is { } decision)
        {
            truth = Either(Assume(truth, decision, Yes), Assume(truth, decision, No));
        }

        return truth;
    }

    public IrNode Equal(IrNode left, IrNode right)
    {
        if (left == right)
        {
            return Yes;
        }

        if (left.Range.Meet(right.Range) is null)
        {
            return No;
        }

        if (left.IsConstant)
        {
            (left, right) = (right, left);
        }

        if (right.IsConstant && left.Operation == IrOperation.Select && (IsKnown(left.Second!) || IsKnown(left.Third!)))
        {
            return Choose(left.First!, Equal(left.Second!, right), Equal(left.Third!, right));
        }

        return left.IsConstant || left.Id < right.Id || right.IsConstant
            ? _builder.Intern(IrOperation.Equal, left, right)
            : _builder.Intern(IrOperation.Equal, right, left);
    }

    /// <summary>
    /// The same truth, with a lower and an upper limit of one number as one question. For truths that are final: what
    /// is known of one limit isn't seen in both.
    /// </summary>
    public IrNode WithRanges(IrNode truth)
    {
        if (truth.Operation == IrOperation.Not)
        {
            return Not(WithRanges(truth.First!));
        }

        if (truth.Operation != IrOperation.Both)
        {
            return truth;
        }

        List<IrNode> parts = [.. Parts(truth).Where(part => part.Operation != IrOperation.Both).OrderBy(part => part.Id)];
        foreach (IrNode upper in parts.Where(part => part.Operation == IrOperation.SignedLess).ToArray())
        {
            IrNode? lower = parts.Find(part => part is { Operation: IrOperation.Not, First.Operation: IrOperation.SignedLess } && part.First.First == upper.First);
            if (lower is not null)
            {
                parts.Remove(lower);
                parts[parts.IndexOf(upper)] = _builder.Intern(IrOperation.Within, upper.First, lower.First!.Second, upper.Second);
            }
        }

        return parts.Select(part => part.Operation == IrOperation.Not ? WithRanges(part) : part)
            .Aggregate((left, right) => _builder.Intern(IrOperation.Both, left, right));
    }

    /// <summary>Whether one number, without sign, is below another.</summary>
    public IrNode Less(IrNode left, IrNode right)
    {
        if (left.Range.Minimum >= 0 && right.Range.Minimum >= 0)
        {
            return SignedLess(left, right);
        }

        return left == right || right.Is(0) || left.Is(-1) ? No
            : left.Range.Minimum >= 0 && right.Range.Maximum < 0 ? Yes
            : left.Range.Maximum < 0 && right.Range.Minimum >= 0 ? No
            : _builder.Intern(IrOperation.Less, left, right);
    }

    public IrNode SignedLess(IrNode left, IrNode right) =>
        left == right || left.Range.Minimum >= right.Range.Maximum ? No
        : left.Range.Maximum < right.Range.Minimum ? Yes

        // One form for limits: c < x is not x < c + 1.
        : left.IsConstant ? Not(SignedLess(right, _builder.Constant(left.Number + 1)))
        : _builder.Intern(IrOperation.SignedLess, left, right);

    private static bool IsKnown(IrNode node) => node.IsConstant || (node.Operation == IrOperation.Select && IsKnown(node.Second!) && IsKnown(node.Third!));

    /// <summary>All of which a truth says that they hold.</summary>
    private static HashSet<IrNode> Parts(IrNode truth)
    {
        HashSet<IrNode> parts = [];
        Stack<IrNode> open = new([truth]);
        while (open.TryPop(out IrNode? part))
        {
            if (parts.Add(part) && part.Operation == IrOperation.Both)
            {
                open.Push(part.First!);
                open.Push(part.Second!);
            }
        }

        return parts;
    }

    private IrNode Given(IrNode truth, HashSet<IrNode> holds, int depth)
    {
        _builder.Spend();
        if (holds.Contains(truth))
        {
            return Yes;
        }

        if (holds.Contains(Not(truth)))
        {
            return No;
        }

        if (depth == 0)
        {
            return truth;
        }

        switch (truth.Operation)
        {
            case IrOperation.Not when truth.First!.Operation == IrOperation.Both:
                IrNode inner = Given(truth.First, holds, depth - 1);
                return inner == truth.First ? truth : Not(inner);
            case IrOperation.Both:
                IrNode first = Given(truth.First!, holds, depth - 1);
                IrNode second = Given(truth.Second!, holds, depth - 1);
                return first == truth.First && second == truth.Second ? truth : Both(first, second);
            default:
                return truth;
        }
    }

    private static IEnumerable<IrNode> Decisions(IrNode truth) => truth.Operation == IrOperation.Decision
        ? [truth]
        : truth.Operands.Where(operand => operand.DependsOnResult).SelectMany(Decisions);

    private IrNode Assume(IrNode truth, IrNode decision, IrNode outcome) => truth == decision ? outcome
        : !truth.DependsOnResult ? truth
        : truth.Operation switch
        {
            IrOperation.Not => Not(Assume(truth.First!, decision, outcome)),
            IrOperation.Both => Both(Assume(truth.First!, decision, outcome), Assume(truth.Second!, decision, outcome)),
            _ => truth,
        };
}
