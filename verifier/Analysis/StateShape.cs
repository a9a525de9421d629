using System.Numerics;
using NearData.Isa;
using NearData.Verifier.Flow;
using NearData.Verifier.States;
using NearData.Verifier.Values;

namespace NearData.Verifier.Analysis;

/// <summary>Whether the union of two states keeps what each register and stored value is, if not its range.</summary>
internal static class StateShape
{
    /// <param name="left">A state.</param>
    /// <param name="right">Another.</param>
    /// <param name="slot">Where they meet.</param>
    /// <param name="liveness">Tells what is still read from there on.</param>
    public static bool AreAlike(MachineState left, MachineState right, int slot, Liveness liveness)
    {
        for (byte number = 0; number < Register.Count; number++)
        {
            Register register = new(number);
            if (liveness.IsLive(slot, register) && !AreAlike(left[register], right[register]))
            {
                return false;
            }
        }

        for (int depth = 0; depth <= left.Depth; depth++)
        {
            if (!AreAlike(left.StackAt(depth), right.StackAt(depth)))
            {
                return false;
            }
        }

        return true;
    }

    private static bool AreAlike(StackFrame left, StackFrame right)
    {
        ulong spilled = ReferenceEquals(left, right) ? 0 : left.Spilled | right.Spilled;
        for (; spilled != 0; spilled &= spilled - 1)
        {
            int slot = BitOperations.TrailingZeroCount(spilled);
            bool holdsAddress = left[slot].Whole is not (null or Value.Number) || right[slot].Whole is not (null or Value.Number);
            if (holdsAddress && !(left[slot].Whole is { } first && right[slot].Whole is { } second && AreAlike(first, second)))
            {
                return false;
            }
        }

        return true;
    }

    private static bool AreAlike(Value left, Value right) => (left, right) switch
    {
        (Value.Unusable, Value.Unusable) => true,
        (Value.Number, Value.Number) or (Value.Iterator, Value.Iterator) => true,
        (Value.Pointer first, Value.Pointer second) =>
            first.Region == second.Region && (first.Region.TakesVariableOffsets || first.Offset == second.Offset),
        (Value.OrNull first, Value.OrNull second) => AreAlike(first.Target, second.Target),
        (Value.OrNull, Value.Number { Range: { IsConstant: true, Number: 0 } }) => true,
        (Value.Number { Range: { IsConstant: true, Number: 0 } }, Value.OrNull) => true,
        _ => left == right,
    };
}
