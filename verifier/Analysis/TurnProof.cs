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

        for (int slot = 0; slot < StackFrame.Slots; slot++)
        {
            fewest = Least(fewest, Most(head.Stack[slot].Whole, [.. back.Select(state => state.Stack[slot].Whole)]));
        }

        return fewest;
    }

    private static Int128? Least(Int128? one, Int128? other) =>
        one is { } first && other is { } second ? Int128.Min(first, second) : one ?? other;

    private static Int128? Most(Value? head, Value?[] back)
    {
        if (head is not Value.Number start || back.Length == 0 || !back.All(value => value is Value.Number))
        {
            return null;
        }

        Value.Number[] ends = [.. back.Cast<Value.Number>()];
        return Most(start, ends, 64) ?? Most(start, ends, 32);
    }

    private static Int128? Most(Value.Number start, Value.Number[] ends, int bits)
    {
        Int128[] steps = [.. ends.Select(end => Step(start, end, bits)).OfType<Int128>()];
        if (steps.Length < ends.Length || steps.Any(step => step == 0 || step > 0 != steps[0] > 0))
        {
            return null;
        }

        // A 32-bit counter is a register whose upper half is clear, so unsigned.
        (Int128 least, Int128 most) = bits == 64 ? (long.MinValue, (Int128)long.MaxValue) : (0, uint.MaxValue);
        Interval<long> from = start.Range.Whole.Signed;
        bool wraps = from.Minimum + Int128.Min(0, steps.Min()) < least || from.Maximum + Int128.Max(0, steps.Max()) > most;
        Int128 distance = steps[0] > 0
            ? (Int128)ends.Max(end => end.Range.Whole.Signed.Maximum) - from.Minimum
            : from.Maximum - (Int128)ends.Min(end => end.Range.Whole.Signed.Minimum);
        return wraps ? null : (Int128.Max(0, distance) / steps.Min(Int128.Abs)) + 1;
    }

    /// <summary>How far a number is from what it was at the head, where both are so many bits of the same one and a constant.</summary>
    private static Int128? Step(Value.Number start, Value.Number end, int bits)
    {
        if (bits == 64)
        {
            (Term root, ulong before) = start.Term.Split();
            (Term same, ulong after) = end.Term.Split();
            return root == same && root.Result is null ? (long)(after - before) : null;
        }

        (Term low, ulong first) = start.Term.Low(32).Split();
        return end.Term is Term.Extended { Bits: 32, IsSigned: false } extended && extended.Inner.Split() is (var inner, var last)
            && low == inner && low.Result is null && start.Range.Whole.Unsigned.Maximum <= uint.MaxValue
                ? (int)(last - first)
                : null;
    }
}
