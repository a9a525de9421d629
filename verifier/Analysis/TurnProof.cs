using System.Numerics;
using NearData.Isa;
using NearData.Verifier.Domains;
using NearData.Verifier.States;
using NearData.Verifier.Values;

namespace NearData.Verifier.Analysis;

/// <summary>
/// Proves that a loop ends: a number that grows in each turn by a constant, never wraps, and is below a bound wherever execution goes back;
/// or one that falls likewise.
/// </summary>
internal static class TurnProof
{
    /// <summary>The most turns from some moment on; null where no number proves that they end.</summary>
    /// <param name="head">What holds at the loop's head in each of these turns.</param>
    /// <param name="back">What is known where execution goes back, after a turn from that state.</param>
    public static Int128? Most(MachineState head, IReadOnlyList<MachineState> back)
    {
        Int128? fewest = null;
        for (byte number = 0; number < Register.Count; number++)
        {
            Register register = new(number);
            fewest = Least(fewest, Most(head[register], [.. back.Select(state => state[register])]));
        }

        for (ulong spilled = head.Stack.Spilled; spilled != 0; spilled &= spilled - 1)
        {
            int slot = BitOperations.TrailingZeroCount(spilled);
            Value? kept = head.Stack[slot].Whole;
            Int128? turns = Most(Counter(kept), [.. back.Select(state => Counter(state.Stack[slot].Whole))]);

            // No iterator goes further than loops of helpers do, whatever its limit.
            fewest = Least(fewest, kept is Value.Iterator && turns is { } most ? Int128.Min(most, IterationBudget.PerLoopHelper + 1) : turns);
        }

        return fewest;
    }

    private static Value? Counter(Value? kept) => kept is Value.Iterator iterator ? iterator.Last : kept;

    private static Int128? Least(Int128? one, Int128? other) =>
        one is { } first && other is { } second ? Int128.Min(first, second) : one ?? other;

    private static Int128? Most(Value? head, Value?[] back)
    {
        if (head is not Value.Number start || back.Length == 0 || !back.All(value => value is Value.Number))
        {
            return null;
        }

        Value.Number[] ends = [.. back.Cast<Value.Number>()];
        return Most(start, ends, 64, long.MinValue, long.MaxValue, range => range.Whole.Signed)
            ?? Most(start, ends, 32, uint.MinValue, uint.MaxValue, range => new(range.Low.Unsigned.Minimum, range.Low.Unsigned.Maximum))
            ?? Most(start, ends, 32, int.MinValue, int.MaxValue, range => new(range.Low.Signed.Minimum, range.Low.Signed.Maximum));
    }

    /// <param name="start">The number at the head.</param>
    /// <param name="ends">The number where execution goes back, for each way.</param>
    /// <param name="bits">How many of its bits count.</param>
    /// <param name="least">The least number of so many bits.</param>
    /// <param name="most">The greatest.</param>
    /// <param name="read">Reads those bits as such a number.</param>
    private static Int128? Most(Value.Number start, Value.Number[] ends, int bits, Int128 least, Int128 most, Func<Scalar, Interval<long>> read)
    {
        Int128[] steps = [.. ends.Select(end => Step(start.Term, end.Term, bits)).OfType<Int128>()];
        if (steps.Length < ends.Length || steps.Any(step => step == 0 || step > 0 != steps[0] > 0))
        {
            return null;
        }

        Interval<long> from = read(start.Range);
        bool wraps = from.Minimum + Int128.Min(0, steps.Min()) < least || from.Maximum + Int128.Max(0, steps.Max()) > most;
        Int128 distance = steps[0] > 0
            ? (Int128)ends.Max(end => read(end.Range).Maximum) - from.Minimum
            : from.Maximum - (Int128)ends.Min(end => read(end.Range).Minimum);
        return wraps ? null : (Int128.Max(0, distance) / steps.Min(Int128.Abs)) + 1;
    }

    /// <summary>How far a number is from another, where the same bits of both are those of a third and a constant; null where that isn't known.</summary>
    private static Int128? Step(Term start, Term end, int bits)
    {
        (Term root, ulong before) = start.Low(bits).Split();
        (Term same, ulong after) = end.Low(bits).Split();
        ulong distance = after - before;
        return root != same || root.Result is not null ? null : bits == 64 ? (long)distance : (int)distance;
    }
}
