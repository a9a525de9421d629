using NearData.Isa;
using NearData.Verifier.Domains;
using NearData.Verifier.States;
using NearData.Verifier.Values;
using NearData.Vm.Interpretation;
using NearData.Vm.Maps;

namespace NearData.Verifier.Tests.Soundness;

/// <summary>One moment of a run: says whether it lies in a state.</summary>
internal readonly unsafe ref struct Moment
{
    private readonly Span<ulong> _registers;
    private readonly CallStack _stack;
    private readonly AddressSpace _memory;
    private readonly TermValues _terms;

    public Moment(Span<ulong> registers, CallStack stack, AddressSpace memory, TermValues terms)
    {
        _registers = registers;
        _stack = stack;
        _memory = memory;
        _terms = terms;
    }

    /// <summary>What of a state doesn't hold; null where all does.</summary>
    public string? Contradiction(MachineState state)
    {
        if (Below(state) is not 0 && !(state.IsAlone && Below(state) > 0))
        {
            return $"{_stack.Frames} functions are active, not {state.Depth + 1}";
        }

        if (state.Lock is null != _memory.Maps.Lock is null)
        {
            return $"a lock is {(state.Lock is null ? "" : "not ")}held";
        }

        _terms.Clear();
        for (byte number = 0; number < Register.Count; number++)
        {
            Register register = new(number);
            if (!Holds(state[register], _registers[register], state))
            {
                return $"{register} is 0x{_registers[register]:x}, outside {state[register]}";
            }
        }

        for (int depth = 0; depth <= state.Depth; depth++)
        {
            StackFrame frame = state.StackAt(depth);
            for (int slot = 0; !ReferenceEquals(frame, StackFrame.Empty) && slot < StackFrame.Slots; slot++)
            {
                if (frame[slot].Whole is { } whole && !Holds(whole, Word(Below(state) + depth, slot), state))
                {
                    return $"slot {slot} of stack {depth} is 0x{Word(Below(state) + depth, slot):x}, outside {whole}";
                }
            }
        }

        return _terms.PartsAgree() ? null : "a part of a value isn't what its term says";
    }

    /// <summary>Functions below those that the state tells of; only of one that is verified for all callers there are some.</summary>
    private int Below(MachineState state) => _stack.Frames - 1 - state.Depth;

    private ulong Word(int depth, int slot) =>
        BitConverter.ToUInt64(_stack.Bytes.AsSpan((depth * CallStack.FrameSize) + (slot * StackSlot.Size), StackSlot.Size));

    private bool Holds(Value value, ulong seen, MachineState state) => value switch
    {
        Value.Number number => number.Range.Contains(seen) && _terms.Add(number.Term, seen),
        Value.Pointer pointer => Holds(pointer, new Address(seen), state),
        Value.OrNull unknown => (seen == 0 && _terms.Add(unknown.Term, 0)) || (seen != 0 && Holds(unknown.Target, seen, state)),
        Value.Iterator iterator => Holds(iterator.Last, (uint)seen, state) && Holds(iterator.Limit, seen >> 32, state),
        Value.Map { IsInner: false } map => seen == Address.Of(Address.FirstMap + map.Index).Value,
        Value.Map => new Address(seen).Region >= Address.FirstMap,
        Value.Function function => seen == Address.Of(Address.Functions, function.Start).Value,
        _ => true,
    };

    private bool Holds(Value.Pointer pointer, Address seen, MachineState state)
    {
        if (Offset(pointer, seen, Below(state)) is not { } offset || !pointer.Offset.Contains((ulong)offset))
        {
            return false;
        }

        // What is proven to be inside from here on is.
        if (pointer.Region.Kind is RegionKind.Packet or RegionKind.Metadata)
        {
            long end = pointer.Region.Kind == RegionKind.Packet ? InPacket(_memory.Packet->End) : InPacket(_memory.Packet->Data);
            if (state.Packet.From(pointer) > 0 && seen.Offset + state.Packet.From(pointer) > end)
            {
                return false;
            }
        }

        return pointer.Term is Term.Constant constant ? constant.Number == (ulong)offset : _terms.Add(pointer.Term, seen.Value);
    }

    /// <summary>Bytes from the region's start; null where the address is in another.</summary>
    private long? Offset(Value.Pointer pointer, Address seen, int below) => pointer.Region.Kind switch
    {
        RegionKind.Stack => seen.Region == Address.FirstFrame + below + pointer.Region.Index ? seen.Offset - CallStack.FrameSize : null,
        RegionKind.Row or RegionKind.Memory or RegionKind.Context => seen.Region == Address.Context ? seen.Offset : null,
        RegionKind.Packet => seen.Region == Address.Packet ? seen.Offset - InPacket(_memory.Packet->Data) : null,
        RegionKind.PacketEnd => seen.Region == Address.Packet ? seen.Offset - InPacket(_memory.Packet->End) : null,
        RegionKind.Metadata => seen.Region == Address.Packet ? seen.Offset - InPacket(_memory.Packet->Metadata) : null,
        RegionKind.Text => seen.Region >= Address.FirstText && seen.Region < Address.FirstValues ? seen.Offset : null,
        RegionKind.MapKey => seen.Region >= Address.FirstKey && seen.Region < Address.FirstKey + CallStack.MostFrames ? seen.Offset : null,
        RegionKind.MapValue => seen.Region == Address.FirstValues + pointer.Region.Index ? InValue(pointer, seen) : null,
        RegionKind.GroupValue => seen.Region == Address.FirstValues + pointer.Region.Index && _memory.Maps[pointer.Region.Index] is GroupMap groups
            ? groups.OffsetInValue(seen.Offset)
            : null,
        RegionKind.InnerMapValue => seen.Region >= Address.FirstValues + _memory.Maps.ProgramMaps ? InValue(pointer, seen) : null,

        // Where it begins only the caller knows; that all addresses in it agree, their terms say.
        RegionKind.Argument or RegionKind.Slice => pointer.Offset.Whole.Signed.Minimum,
        RegionKind.Record => _memory.Maps.Record(seen.Region - Address.FirstValues, seen.Offset) is { } record
            ? seen.Offset - record.Offset
            : (long)pointer.Offset.Whole.Signed.Minimum,
        _ => null,
    };

    private long InPacket(byte* place) => place - _memory.Packet->HardStart;

    /// <summary>An address beside its value could be one of another: of all that it can be, the first that is allowed.</summary>
    private long InValue(Value.Pointer pointer, Address seen)
    {
        if (pointer.Term is Term.Constant)
        {
            return seen.Offset;
        }

        ValueGrid grid = _memory.Maps[seen.Region - Address.FirstValues].Grid;
        Interval<long> allowed = pointer.Offset.Whole.Signed;
        long above = (seen.Offset - allowed.Minimum) % grid.ElementStride;
        long offset = allowed.Minimum + (above < 0 ? above + grid.ElementStride : above);
        while (offset <= allowed.Maximum && !pointer.Offset.Contains((ulong)offset))
        {
            offset += grid.ElementStride;
        }

        return offset;
    }
}
