using NearData.Isa;
using NearData.Isa.Helpers;
using NearData.Verifier.Domains;
using NearData.Verifier.States;
using NearData.Verifier.Surroundings;
using NearData.Verifier.Values;

namespace NearData.Verifier.Analysis;

/// <summary>
/// What becomes of slices: two slots of the stack that hold the same one, and addresses in its memory, which are lost with it.
/// </summary>
internal sealed class SliceTransfer
{
    private const int Slots = SliceHelpers.Size / StackSlot.Size;

    private readonly TermSource _terms;

    public SliceTransfer(TermSource terms) => _terms = terms;

    /// <summary>A helper makes a slice where an argument points to. One of a ring buffer has to be given back, whatever the helper answers.</summary>
    public void New(HelperSignature helper, MachineState state)
    {
        Place place = Place.At((Value.Pointer)state[HelperArguments.RegisterOf(helper.Arguments.IndexOf(ArgumentKind.NewSlice))], 0, SliceHelpers.Size);
        Overwrite(place, state);
        int number = _terms.Next();
        SliceKind kind = helper == SliceHelpers.Reserve ? SliceKind.RingBuffer
            : helper == SliceFunctionHelpers.FromXdp ? SliceKind.Packet
            : SliceKind.Memory;
        StackFrame stack = state.StackAt(place.Region.Index);
        for (int half = 0; half < Slots; half++)
        {
            stack = stack.With(place.StackSlots.First + half, StackSlot.Spilled(new Value.Slice(number, half, kind), _terms));
        }

        state.SetStack(place.Region.Index, stack);
        if (kind == SliceKind.RingBuffer)
        {
            state.References = state.References.Add(number);
        }
    }

    /// <summary>A slice's record is given back.</summary>
    public void GiveBack(Value.Pointer slice, MachineState state)
    {
        int number = SliceAt(slice, state)!.Id;
        state.References = state.References.Remove(number);
        Overwrite(Place.At(slice, 0, SliceHelpers.Size), state);
    }

    /// <summary>The address of bytes in a slice, or zero.</summary>
    public static Value Data(HelperSignature helper, Term term, MachineState state)
    {
        Value.Slice slice = SliceAt((Value.Pointer)state[HelperArguments.RegisterOf(helper.Arguments.IndexOf(ArgumentKind.Slice))], state)!;
        Value.Number size = (Value.Number)state[HelperArguments.RegisterOf(helper.Arguments.IndexOf(ArgumentKind.ConstantSize))];
        RegionTraits traits = (helper.Returns == ReturnKind.ReadOnlySliceMemoryOrNull ? RegionTraits.ReadOnly : RegionTraits.None)
            | (slice.Kind == SliceKind.Packet ? RegionTraits.OfPacket : RegionTraits.None);
        return new Value.OrNull(new Value.Pointer(Region.Slice(slice.Id, (int)size.Range.Number, traits), Scalar.Zero, term), term);
    }

    /// <summary>The slice that an address leads to; null where none is, or the middle of one.</summary>
    public static Value.Slice? SliceAt(Value.Pointer pointer, MachineState state)
    {
        Place place = Place.At(pointer, 0, StackSlot.Size);
        return place.Region.Kind == RegionKind.Stack && place.Offsets.Minimum >= -StackFrame.Size && place.Offsets.Maximum < 0 && place.WholeSlot is { } slot
            ? state.StackAt(place.Region.Index)[slot].Whole as Value.Slice is { Half: 0 } slice ? slice : null
            : null;
    }

    /// <summary>Some bytes of the stack are about to change: slices that have some of them are none any more.</summary>
    public void Overwrite(Place place, MachineState state)
    {
        (int first, int limit) = place.StackSlots;
        for (int slot = first; slot < limit; slot++)
        {
            if (state.StackAt(place.Region.Index)[slot].Whole is Value.Slice slice)
            {
                Lose(slice, place.Region.Index, slot - slice.Half, state);
            }
        }
    }

    private void Lose(Value.Slice slice, int depth, int first, MachineState state)
    {
        StackFrame stack = state.StackAt(depth);
        for (int slot = first; slot < first + Slots; slot++)
        {
            stack = stack.With(slot, StackSlot.Unreadable(_terms.Fresh(influencedBy: null)));
        }

        state.SetStack(depth, stack);
        Value.Unusable gone = new("an address in a slice that is none any more", Loss.GivenBack);
        state.Rewrite(value => IsIn(value, slice.Id) || (value is Value.OrNull unknown && IsIn(unknown.Target, slice.Id)) ? gone : value);
    }

    private static bool IsIn(Value value, int slice) => value is Value.Pointer { Region: { Kind: RegionKind.Slice } region } && region.Index == slice;
}
