using System.Collections.Immutable;
using NearData.Isa;
using NearData.Verifier.Checking;
using NearData.Verifier.Rejections;
using NearData.Verifier.States;
using NearData.Verifier.Values;

namespace NearData.Verifier.Analysis;

/// <summary>What calls of a program's own functions change: arguments go down, r0 comes back, r6 to r9 are found again.</summary>
internal static class CallTransfer
{
    /// <summary>The state where a called function starts, with a stack of its own; takes the caller's.</summary>
    public static MachineState Enter(MachineState state)
    {
        ImmutableArray<Value>.Builder kept = ImmutableArray.CreateBuilder<Value>(Activation.KeptCount);
        for (byte register = Activation.FirstKept; register < Activation.FirstKept + Activation.KeptCount; register++)
        {
            kept.Add(state[new Register(register)]);
            state[new Register(register)] = new Value.Unusable("uninitialized in this function", Loss.NotHandedOver);
        }

        state[Register.R0] = new Value.Unusable("uninitialized in this function", Loss.NotHandedOver);
        state.Callers = state.Callers.Add(new Activation(kept.MoveToImmutable(), state.Stack));
        state.Stack = StackFrame.Empty;
        state[Register.R10] = Value.Pointer.At(Region.Stack(state.Depth), 0);
        return state;
    }

    /// <summary>Whether a function may end so: what it returns must not point to what ends with it.</summary>
    public static Finding? Judge(MachineState end) =>
        end[Register.R0] is Value.Pointer { Region: { Kind: RegionKind.Stack } region } pointer && region.Index == end.Depth
            ? new(RejectionCode.PointerLeak, $"the function returns {pointer}, its own stack, which ends with it.", Register.R0)
            : null;

    /// <summary>The state behind the call; takes that at the function's end.</summary>
    public static MachineState Leave(int slot, MachineState end)
    {
        Activation caller = end.Callers[^1];
        end.Callers = end.Callers.RemoveAt(end.Callers.Length - 1);
        end.Stack = caller.Stack;
        for (byte index = 0; index < Activation.KeptCount; index++)
        {
            end[new Register((byte)(Activation.FirstKept + index))] = caller.Kept[index];
        }

        Forget(slot, end);
        end[Register.R10] = Value.Pointer.At(Region.Stack(end.Depth), 0);
        return end;
    }

    /// <summary>Takes r1 to r5 away, which a function may have used.</summary>
    public static void Forget(int slot, MachineState state)
    {
        for (byte argument = 1; argument < Activation.FirstKept; argument++)
        {
            state[new Register(argument)] = new Value.Unusable($"overwritten by the call at {slot}", Loss.OverwrittenByCall);
        }
    }
}
