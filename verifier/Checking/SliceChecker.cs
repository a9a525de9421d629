using NearData.Isa;
using NearData.Isa.Helpers;
using NearData.Verifier.Analysis;
using NearData.Verifier.Rejections;
using NearData.Verifier.States;
using NearData.Verifier.Surroundings;
using NearData.Verifier.Values;

namespace NearData.Verifier.Checking;

/// <summary>Judges what is done to slices, and to the sixteen bytes that each has on the stack.</summary>
internal static class SliceChecker
{
    /// <summary>Whether a slice may be made, or is there as a helper takes it; null where it is, and otherwise what is needed.</summary>
    public static string? Missing(ArgumentKind kind, Value given, MachineState state)
    {
        if (kind == ArgumentKind.NewSlice)
        {
            bool isRoom = given is Value.Pointer { Region.Kind: RegionKind.Stack, Offset.IsConstant: true } there
                && (long)there.Offset.Number is >= -StackFrame.Size and <= -SliceHelpers.Size && there.Offset.Number % StackSlot.Size == 0;
            return isRoom ? null : "the address of sixteen aligned bytes of the stack";
        }

        return given is Value.Pointer pointer && SliceTransfer.SliceAt(pointer, state) is { } slice && (slice.IsOfRing || kind == ArgumentKind.Slice)
            ? null
            : kind == ArgumentKind.Slice ? "a slice that was made on every path to here" : "a slice that was reserved in a ring buffer on every path to here";
    }

    /// <summary>Whether bytes of the stack, which are in bounds, may be changed: no slice there holds a record of a ring buffer.</summary>
    public static Finding? JudgeStore(Register register, Place place, MachineState state) => First(place, state) is { IsOfRing: true }
        ? new(
            RejectionCode.UnreleasedReference,
            $"{register} leads to a slice that holds a record of a ring buffer; it must be submitted or discarded before something else is stored there.", register)
        : null;

    /// <summary>Whether a helper may fill bytes of the stack: there is no slice.</summary>
    public static Finding? JudgeFill(Register register, Place place, MachineState state) => First(place, state) is not null
        ? new(RejectionCode.HelperArgument, $"{register} leads to a slice, which no helper fills but those that make slices.", register)
        : null;

    /// <summary>Whether bytes of the stack may be looked at.</summary>
    public static Finding? JudgeRead(Register register, Place place, MachineState state) => First(place, state) is not null
        ? new(RejectionCode.PointerLeak, $"{register} leads to a slice, into which only helpers look.", register)
        : null;

    private static Value.Slice? First(Place place, MachineState state)
    {
        if (place.Region.Kind != RegionKind.Stack)
        {
            return null;
        }

        StackFrame stack = state.StackAt(place.Region.Index);
        (int first, int limit) = place.StackSlots;
        for (int slot = first; slot < limit; slot++)
        {
            if (stack[slot].Whole is Value.Slice slice)
            {
                return slice;
            }
        }

        return null;
    }
}
