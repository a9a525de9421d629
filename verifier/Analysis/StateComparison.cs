using System.Collections.Immutable;
using NearData.Isa;
using NearData.Verifier.States;
using NearData.Verifier.Values;

namespace NearData.Verifier.Analysis;

/// <summary>
/// Whether two states say the same: the same ranges, and the same values equal to each other, under whatever numbers they were given.
/// </summary>
internal sealed class StateComparison
{
    // Made when the first values are compared: most states differ before.
    private Dictionary<Term, Term>? _renamed;
    private Dictionary<Term, Term>? _original;

    private readonly MachineState _left;
    private readonly MachineState _right;

    private StateComparison(MachineState left, MachineState right)
    {
        _left = left;
        _right = right;
    }

    public static bool AreSame(MachineState left, MachineState right)
    {
        StateComparison comparison = new(left, right);
        if (left.Depth != right.Depth || left.Decision != right.Decision || !left.Sums.SequenceEqual(right.Sums)
            || !left.References.SequenceEqual(right.References) || !comparison.AreSame(left.Lock, right.Lock)
            || !left.Packet.IsSame(RegionKind.Text, right.Packet))
        {
            return false;
        }

        for (byte number = 0; number < Register.Count; number++)
        {
            if (!comparison.AreSame(left[new Register(number)], right[new Register(number)]))
            {
                return false;
            }
        }

        for (int caller = 0; caller < left.Depth; caller++)
        {
            if (!comparison.AreSame(left.Callers[caller].Kept, right.Callers[caller].Kept)
                || !comparison.AreSame(left.Callers[caller].Stack, right.Callers[caller].Stack))
            {
                return false;
            }
        }

        return comparison.AreSame(left.Stack, right.Stack);
    }

    private bool AreSame(ImmutableArray<Value> left, ImmutableArray<Value> right)
    {
        for (int index = 0; index < left.Length; index++)
        {
            if (!AreSame(left[index], right[index]))
            {
                return false;
            }
        }

        return true;
    }

    private bool AreSame(StackFrame left, StackFrame right)
    {
        for (int slot = 0; slot < StackFrame.Slots; slot++)
        {
            if (!AreSame(left[slot], right[slot]))
            {
                return false;
            }
        }

        return true;
    }

    private bool AreSame(StackSlot left, StackSlot right) => left.Written == right.Written
        && (left.Whole, right.Whole) switch
        {
            (null, null) => AreSame(left.Contents, right.Contents),
            ({ } first, { } second) => AreSame(first, second),
            _ => false,
        };

    private bool AreSame(HeldLock? left, HeldLock? right) => left is null || right is null
        ? left == right
        : left.Region == right.Region && AreSame(left.Address, right.Address);

    private bool AreSame(Value left, Value right) => (left, right) switch
    {
        (Value.Unusable, Value.Unusable) => true,
        (Value.Number first, Value.Number second) => first.Range == second.Range && AreSame(first.Term, second.Term),
        (Value.Pointer first, Value.Pointer second) =>
            first.Region == second.Region && first.Offset == second.Offset && AreSame(first.Term, second.Term)
            && (!first.Region.IsPacket || _left.Packet.From(first) == _right.Packet.From(second)),
        (Value.Iterator first, Value.Iterator second) => AreSame(first.Last, second.Last) && AreSame(first.Limit, second.Limit),
        (Value.OrNull first, Value.OrNull second) => AreSame(first.Target, second.Target) && AreSame(first.Term, second.Term),
        _ => left == right,
    };

    private bool AreSame(Term left, Term right) => (left, right) switch
    {
        (Term.Extended first, Term.Extended second) =>
            first.Bits == second.Bits && first.IsSigned == second.IsSigned && AreSame(first.Inner, second.Inner),
        (Term.Sum first, Term.Sum second) => first.Addend == second.Addend && AreSame(first.Inner, second.Inner),
        (Term.ShiftedLeft first, Term.ShiftedLeft second) =>
            first.Count == second.Count && first.Width == second.Width && AreSame(first.Inner, second.Inner),
        (Term.Made, Term.Made) => Renames(left, right),
        (Term.Influenced first, Term.Influenced second) => first.Field == second.Field && Renames(left, right),
        (Term.Update first, Term.Update second) => first.Field == second.Field && first.Addend == second.Addend && Renames(left, right),
        _ => left == right,
    };

    /// <summary>Whether the one stands for the other everywhere, and for no other.</summary>
    private bool Renames(Term left, Term right)
    {
        _renamed ??= [];
        _original ??= [];
        _renamed.TryAdd(left, right);
        _original.TryAdd(right, left);
        return _renamed[left] == right && _original[right] == left;
    }
}
