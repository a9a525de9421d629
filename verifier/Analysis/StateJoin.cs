using System.Collections.Immutable;
using NearData.Isa;
using NearData.Verifier.Domains;
using NearData.Verifier.States;
using NearData.Verifier.Values;

namespace NearData.Verifier.Analysis;

/// <summary>The union of two states where their paths meet.</summary>
internal sealed class StateJoin
{
    private readonly TermSource _terms;
    private readonly WideningBounds? _widening;

    // While two states are joined: both, and what is proven of the packet from addresses on that differ between them.
    private readonly List<(RegionKind Kind, Term Place, long Reach)> _learned = [];
    private MachineState? _left;
    private MachineState? _right;

    /// <param name="terms">Numbers new values.</param>
    /// <param name="widening">What grew from the first state to the second is taken to grow on, up to one of these; null for the least union.</param>
    public StateJoin(TermSource terms, WideningBounds? widening = null)
    {
        _terms = terms;
        _widening = widening;
    }

    /// <param name="slot">Where they meet.</param>
    /// <param name="left">A state.</param>
    /// <param name="right">Another.</param>
    /// <param name="choice">What decides between them.</param>
    /// <param name="decision">The union's.</param>
    public MachineState Join(int slot, MachineState left, MachineState right, Choice choice, Decision? decision)
    {
        (_left, _right) = (left, right);
        _learned.Clear();
        Value[] registers = new Value[Register.Count];
        for (byte register = 0; register < Register.Count; register++)
        {
            registers[register] = Join(slot, left[new Register(register)], right[new Register(register)], choice);
        }

        StackFrame stack = Join(slot, left.Stack, right.Stack, choice);
        ImmutableArray<Activation> callers = Join(slot, left.Callers, right.Callers, choice);
        return new MachineState(registers, stack, decision, Join(left.Sums, right.Sums))
        {
            Callers = callers,
            Packet = _learned.Aggregate(left.Packet.Meet(right.Packet), (bounds, learned) => bounds.Learn(learned.Kind, learned.Place, learned.Reach)),
            References = left.References,
            Lock = left.Lock,
            IsRepeated = left.IsRepeated,
            IsAlone = left.IsAlone,
            Steps = long.Max(left.Steps, right.Steps),
            Origins = left.Origins == right.Origins ? left.Origins : [.. left.Origins.Union(right.Origins).TakeLast(MachineState.MostOrigins)],
        };
    }

    private ImmutableArray<Activation> Join(int slot, ImmutableArray<Activation> left, ImmutableArray<Activation> right, Choice choice) =>
        left == right ? left : [.. left.Zip(right, (first, second) => new Activation(
            [.. first.Kept.Zip(second.Kept, (one, other) => Join(slot, one, other, choice))],
            Join(slot, first.Stack, second.Stack, choice)))];

    private Scalar Join(Scalar left, Scalar right) =>
        _widening is null ? left.Join(right) : ScalarWidening.Widen(left, left.Join(right), _widening);

    private static ImmutableArray<SumChange> Join(ImmutableArray<SumChange> left, ImmutableArray<SumChange> right) =>
        left == right ? left : [.. left.Zip(right, (first, second) => first.Join(second))];

    private StackFrame Join(int slot, StackFrame left, StackFrame right, Choice choice)
    {
        if (ReferenceEquals(left, right))
        {
            return left;
        }

        StackSlot[]? slots = null;
        for (int number = 0; number < StackFrame.Slots; number++)
        {
            if (!ReferenceEquals(left[number], right[number]))
            {
                slots ??= left.ToArray();
                slots[number] = Join(slot, left[number], right[number], choice);
            }
        }

        return slots is null ? left : new(slots);
    }

    private StackSlot Join(int slot, StackSlot left, StackSlot right, Choice choice)
    {
        if (left.Whole == Value.Unusable.Assumed || right.Whole == Value.Unusable.Assumed)
        {
            return left.Whole == Value.Unusable.Assumed ? left : right;
        }

        if (left.Whole is { } first && right.Whole is { } second)
        {
            return Join(slot, first, second, choice) switch
            {
                Value.Unusable => StackSlot.Unreadable(_terms.Fresh(left.Contents.Result ?? right.Contents.Result)),
                Value value => StackSlot.Spilled(value, _terms),
            };
        }

        Term contents = left.Contents == right.Contents ? left.Contents : choice.Between(left.Contents, right.Contents);
        bool holdsAddress = left.Whole is not (null or Value.Number) || right.Whole is not (null or Value.Number);
        return holdsAddress
            ? StackSlot.Unreadable(contents)
            : new((byte)(left.Written & right.Written), null, contents);
    }

    private Value Join(int slot, Value left, Value right, Choice choice)
    {
        if (left == right)
        {
            return left;
        }

        return (left, right) switch
        {
            _ when right == Value.Unusable.Assumed => right,
            (Value.Number first, Value.Number second) =>
                new Value.Number(Join(first.Range, second.Range), first.Term == second.Term ? first.Term : choice.Between(first, second)),
            (Value.Pointer first, Value.Pointer second) => Join(slot, first, second, choice),
            (Value.Iterator first, Value.Iterator second) => new Value.Iterator(
                (Value.Number)Join(slot, first.Last, second.Last, choice), (Value.Number)Join(slot, first.Limit, second.Limit, choice)),
            (Value.OrNull first, Value.OrNull second) when choice.AllowsAddresses => Either(slot, first, second.Target),
            (Value.OrNull unknown, Value.Number { Range: { IsConstant: true, Number: 0 }, Term.Result: null }) when choice.AllowsAddresses =>
                Either(slot, unknown, unknown.Target),
            (Value.Number { Range: { IsConstant: true, Number: 0 }, Term.Result: null }, Value.OrNull unknown) when choice.AllowsAddresses =>
                Either(slot, unknown, unknown.Target),
            (Value.Unusable, _) => left,
            (_, Value.Unusable) => right,
            _ => Differs(slot),
        };
    }

    private Value Join(int slot, Value.Pointer left, Value.Pointer right, Choice choice)
    {
        Scalar offset = Join(left.Offset, right.Offset);
        bool isSame = left.Term == right.Term && left.Region == right.Region;
        if (!isSame && left.Region == right.Region && left.Region.IsPacket && choice.AllowsAddresses && left.Region.TakesVariableOffsets)
        {
            // What is proven to be there from either on is there from the one on that it is.
            Term place = _terms.Fresh(influencedBy: null);
            _learned.Add((left.Region.Kind, place, long.Min(_left!.Packet.From(left), _right!.Packet.From(right))));
            return new Value.Pointer(left.Region, offset, place);
        }

        bool mayDiffer = choice.AllowsAddresses && (left.Region.TakesVariableOffsets || offset.IsConstant);
        return left.Region == right.Region && (isSame || mayDiffer)
            ? new Value.Pointer(left.Region, offset, isSame ? left.Term : _terms.Fresh(influencedBy: null))
            : Differs(slot);
    }

    /// <summary>Something or zero, where it was found on different paths: nothing is the same but its kind.</summary>
    private Value Either(int slot, Value.OrNull found, Value other)
    {
        Term term = _terms.Fresh(influencedBy: null);
        return (found.Target, other) switch
        {
            (Value.Pointer first, Value.Pointer second) when first.Region == second.Region && first.Offset == second.Offset =>
                new Value.OrNull(first with { Term = term }, term),
            (Value.Map first, Value.Map second) when first == second => new Value.OrNull(first, term),
            _ => Differs(slot),
        };
    }

    private static Value.Unusable Differs(int slot) => new($"different in kind on the paths that meet at {slot}", Loss.DiffersByPath);
}
