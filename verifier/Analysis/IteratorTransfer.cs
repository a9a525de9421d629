using NearData.Isa;
using NearData.Isa.Helpers;
using NearData.Verifier.Domains;
using NearData.Verifier.States;
using NearData.Verifier.Surroundings;
using NearData.Verifier.Values;

namespace NearData.Verifier.Analysis;

/// <summary>
/// What iterators over numbers change: they are two tracked numbers in a slot of the stack, so that a loop over one ends as a loop over a
/// counter does.
/// </summary>
internal sealed class IteratorTransfer
{
    /// <summary>The most negative error that a helper answers with (<c>MAX_ERRNO</c>).</summary>
    private const int LeastError = -4095;

    private static readonly Word<uint, int> One = Word<uint, int>.Constant(1);

    private readonly TermSource _terms;

    public IteratorTransfer(TermSource terms) => _terms = terms;

    /// <summary>The iterator is made anew; gives what the helper answers.</summary>
    public Value New(MachineState state)
    {
        Word<uint, int> first = ((Value.Number)state[Register.R2]).Range.Low;
        Word<uint, int> limit = ((Value.Number)state[Register.R3]).Range.Low;
        bool mayFail = first.Signed.Maximum > limit.Signed.Minimum
            || (long)limit.Signed.Maximum - first.Signed.Minimum > IterationBudget.PerLoopHelper;
        Word<uint, int> before = first.Subtract(One);
        Word<uint, int> empty = Word<uint, int>.Constant(0);
        Put(state, new Value.Iterator(
            Number(mayFail ? before.Join(empty) : before, known: null), Number(mayFail ? limit.Join(empty) : limit, known: null)));
        return new Value.Number(mayFail ? Scalar.Between(LeastError, 0) : Scalar.Zero, _terms.Fresh(influencedBy: null));
    }

    /// <summary>The states where there is a next number, and where there is none; null where that can't be. Takes the state.</summary>
    public (MachineState? More, MachineState? Over) Next(int slot, MachineState state)
    {
        (Region stack, int place) = Place(state);
        Value.Iterator iterator = (Value.Iterator)state.StackAt(stack.Index)[place].Whole!;
        Value.Number next = Number(
            iterator.Last.Range.Low.Add(One), iterator.Last.Term.Low(32).Add(1)?.Extend(32, isSigned: false));
        MachineState? over = null;
        if (ScalarRefinement.Assume32(Relation.SignedGreaterOrEqual, next.Range, iterator.Limit.Range) is not null)
        {
            over = state.Copy();
            Put(over, new Value.Iterator(Operands.Number(0), Operands.Number(0)));
            Answer(slot, over, Operands.Number(0));
        }

        MachineState? more = null;
        if (ScalarRefinement.Assume32(Relation.SignedLess, next.Range, iterator.Limit.Range) is { } ranges)
        {
            more = state;
            Put(more, new Value.Iterator(next with { Range = ranges.Left }, iterator.Limit with { Range = ranges.Right }));
            Answer(slot, more, Value.Pointer.At(stack, (place * StackSlot.Size) - StackFrame.Size));
        }

        return (more, over);
    }

    /// <summary>What was the iterator is nothing any more.</summary>
    public void Destroy(MachineState state)
    {
        (Region stack, int place) = Place(state);
        state.SetStack(stack.Index, state.StackAt(stack.Index).With(place, StackSlot.Unreadable(_terms.Fresh(influencedBy: null))));
    }

    private void Put(MachineState state, Value.Iterator iterator)
    {
        (Region stack, int place) = Place(state);
        state.SetStack(stack.Index, state.StackAt(stack.Index).With(place, StackSlot.Spilled(iterator, _terms)));
    }

    private static void Answer(int slot, MachineState state, Value answer)
    {
        HelperTransfer.Forget(slot, IteratorHelpers.Next, state);
        state[Register.R0] = answer;
    }

    private static (Region Stack, int Slot) Place(MachineState state)
    {
        Value.Pointer pointer = (Value.Pointer)state[Register.R1];
        return (pointer.Region, ((int)pointer.Offset.Number + StackFrame.Size) / StackSlot.Size);
    }

    private Value.Number Number(Word<uint, int> low, Term? known)
    {
        Scalar range = Scalar.ZeroExtended(low);
        return new(range, range.IsConstant ? new Term.Constant(range.Number) : known ?? _terms.Fresh(influencedBy: null));
    }
}
