using NearData.Isa;
using NearData.Isa.Programs;
using NearData.Verifier.Domains;
using NearData.Verifier.Rejections;
using NearData.Verifier.States;
using NearData.Verifier.Surroundings;
using NearData.Verifier.Values;

namespace NearData.Verifier.Checking;

/// <summary>Judges loads, stores and atomic operations.</summary>
internal sealed class MemoryChecker
{
    private readonly ProgramEnvironment _environment;
    private readonly ResultChecker _results;
    private readonly LockChecker _locks;

    public MemoryChecker(ProgramEnvironment environment, ResultChecker results)
    {
        _environment = environment;
        _results = results;
        _locks = new(environment);
    }

    public Finding? JudgeLoad(Instruction instruction, MachineState state)
    {
        Register address = instruction.AddressRegister;
        if (NotAddress(address, state) is { } finding)
        {
            return finding;
        }

        Place place = Place.Of(instruction, state)!.Value;
        return JudgeRead(address, place, state)
            ?? NotWhole(instruction, place)
            ?? (_environment.IsResult(place) ? _results.JudgeLoad(address, place) : null);
    }

    public Finding? JudgeStore(Instruction instruction, MachineState state)
    {
        Register address = instruction.Destination;
        bool isRegister = instruction.Opcode.Class == InstructionClass.StoreX;
        if (NotAddress(address, state) is { } finding)
        {
            return finding;
        }

        if (isRegister && Registers.Unusable(instruction.Source, state) is { } unusable)
        {
            return unusable;
        }

        Place place = Place.Of(instruction, state)!.Value;
        Value value = Operands.Stored(instruction, state);
        if ((OutOfBounds(address, place, state) ?? NotWritable(address, place) ?? SliceChecker.JudgeStore(address, place, state)) is { } refused)
        {
            return refused;
        }

        bool spills = place.Region.Kind == RegionKind.Stack && place.WholeSlot is not null;
        if (value is not Value.Number number)
        {
            return spills && OutlivesStack(value, place.Region.Index)
                ? new(
                    RejectionCode.PointerLeak,
                    $"{instruction.Source} is {value}, which ends when the function does; {address} leads to {place.Region}, which doesn't.", instruction.Source)
                : spills
                ? null
                : new(
                    RejectionCode.PointerLeak,
                    $"{instruction.Source} is {value}; an address may only be stored in eight aligned bytes of the stack.", instruction.Source);
        }

        return _environment.IsResult(place) ? _results.JudgeStore(address, place, number, state) : null;
    }

    public Finding? JudgeAtomic(Instruction instruction, MachineState state)
    {
        Register address = instruction.Destination;
        if ((NotAddress(address, state) ?? Registers.NotNumber(instruction.Source, state, RejectionCode.PointerLeak, "an atomic operand")) is { } finding)
        {
            return finding;
        }

        AtomicOperation operation = (AtomicOperation)instruction.Immediate;
        if (operation == AtomicOperation.CompareExchange
            && Registers.NotNumber(Register.R0, state, RejectionCode.PointerLeak, "an atomic operand") is { } expected)
        {
            return expected;
        }

        Place place = Place.Of(instruction, state)!.Value;
        if ((JudgeNumbers(address, place, state) ?? NotWritable(address, place) ?? Misaligned(instruction, place, state)) is { } refused)
        {
            return refused;
        }

        if (_environment.IsResult(place))
        {
            return _results.JudgeAtomic(address, place, operation, (Value.Number)state[instruction.Source], state);
        }

        return Influence(instruction, operation, place, state);
    }

    /// <summary>A field of the context that holds an address is loaded as it is.</summary>
    private Finding? NotWhole(Instruction instruction, Place place)
    {
        if (place.Region.Kind == RegionKind.Row && _environment.FindText(place) is { } text)
        {
            return place.Size == TextLayout.MemberSize && instruction.Opcode.Mode != MemoryMode.SignExtendingMemory
                ? null
                : new(
                    RejectionCode.NoSuchField,
                    $"{instruction.AddressRegister} leads to a part of the address in {_environment.Program.Row.Fields[text].Name}, which is loaded as a whole.", instruction.AddressRegister);
        }

        if (place.Region.Kind != RegionKind.Context)
        {
            return null;
        }

        ContextField field = _environment.ContextField(_environment.FindContextField(place)!.Value);
        bool isWhole = field.Size == place.Size && instruction.Opcode.Mode != MemoryMode.SignExtendingMemory;
        return field.Kind == ContextFieldKind.Number || isWhole
            ? null
            : new(RejectionCode.NoSuchField, $"{instruction.AddressRegister} leads to a part of {field.Name}, an address, which is loaded as a whole.", instruction.AddressRegister);
    }

    /// <summary>Whether bytes may be read: all in bounds, written, and no part of an address.</summary>
    public Finding? JudgeRead(Register register, Place place, MachineState state)
    {
        if ((OutOfBounds(register, place, state) ?? NotReadable(register, place)) is { } refused)
        {
            return refused;
        }

        if (place.Region.Kind != RegionKind.Stack)
        {
            return null;
        }

        if (SliceChecker.JudgeRead(register, place, state) is { } slice)
        {
            return slice;
        }

        StackFrame stack = state.StackAt(place.Region.Index);
        if (!stack.IsWritten(place.StackStart, place.StackSpan))
        {
            return new(
                RejectionCode.UnwrittenStack,
                $"{register} is {state[register]}; the {place.Size} bytes at offset {place.Offsets} of {place.Region} were not all written on every path to here.", register);
        }

        bool isIterator = place.IteratorSlot is { } slot && stack[slot].Whole is Value.Iterator;
        return place.WholeSlot is null && !isIterator ? StoredAddress(register, place, stack) : null;
    }

    /// <summary>As <see cref="JudgeRead"/>, of bytes that are used as numbers: none is a part of an address.</summary>
    public Finding? JudgeNumbers(Register register, Place place, MachineState state) => JudgeRead(register, place, state)
        ?? (place.Region.Kind == RegionKind.Stack ? StoredAddress(register, place, state.StackAt(place.Region.Index)) : null);

    private static Finding? StoredAddress(Register register, Place place, StackFrame stack)
    {
        (int first, int limit) = place.StackSlots;
        for (int slot = first; slot < limit; slot++)
        {
            if (stack[slot].Whole is { } whole and not Value.Number)
            {
                return new(
                    RejectionCode.PointerLeak, $"{register} leads to {whole}, which is stored there; a stored address may only be loaded, as a whole.", register);
            }
        }

        return null;
    }

    /// <summary>Whether a place on a function's stack would still hold an address when what it points to is gone.</summary>
    private static bool OutlivesStack(Value value, int depth) =>
        value is Value.Pointer { Region: { Kind: RegionKind.Stack } region } && region.Index > depth;

    private static Finding? NotAddress(Register register, MachineState state) => state[register] switch
    {
        Value.Pointer => null,
        Value.Unusable => Registers.Unusable(register, state),
        Value.OrNull value => new(RejectionCode.NullAddress, $"{register} is {value}; it must be compared with zero before it is used.", register),
        Value value => new(RejectionCode.NotAnAddress, $"{register} is {value}; an address of memory is needed.", register),
    };

    private Finding? OutOfBounds(Register register, Place place, MachineState state) =>
        OutOfRegion(register, place, state) ?? _locks.JudgeAccess(register, place);

    private Finding? OutOfRegion(Register register, Place place, MachineState state)
    {
        switch (place.Region.Kind)
        {
            case RegionKind.Row:
                return _environment.FindField(place) is null
                    ? new(
                        RejectionCode.NoSuchField,
                        $"{register} leads to the {place.Size} bytes at offset {place.Offsets} of struct {_environment.Program.Row.Name}, "
                        + "which aren't part of one field's value or its validity.", register)
                    : null;
            case RegionKind.Context:
                return _environment.FindContextField(place) is null
                    ? new(
                        RejectionCode.NoSuchField,
                        $"{register} leads to the {place.Size} bytes at offset {place.Offsets} of the context, which aren't part of one field that a "
                        + $"{_environment.Kind} program sees.", register)
                    : null;
            case RegionKind.PacketEnd:
                return new(RejectionCode.OutOfBounds, $"{register} is the end of the packet, behind which nothing may be touched.", register);
            case RegionKind.Packet or RegionKind.Metadata:
                return OutOfPacket(register, place, state);
            case RegionKind.Text:
                return OutOfText(register, place, state);
        }

        long start = place.Region.Kind == RegionKind.Stack ? -StackFrame.Size : 0;
        long end = place.Region.Kind == RegionKind.Stack ? 0 : _environment.LengthOf(place.Region);
        return place.Offsets.Minimum >= start && place.Offsets.Maximum + place.Size <= end
            ? null
            : new(
                RejectionCode.OutOfBounds,
                $"{register} leads to {place.Size} bytes at offset {place.Offsets} of {Name(place.Region)}; they must lie within [{start}, {end}).", register);
    }

    private Finding? OutOfText(Register register, Place place, MachineState state)
    {
        string name = _environment.Program.Row.Fields[place.Region.Index].Name;
        long proven = _environment.KnownTextLength(place.Region.Index)
            ?? state.Packet.Of(RegionKind.Text, ProgramEnvironment.TextLength(place.Region.Index));
        return place.Offsets.Minimum >= 0 && place.Offsets.Maximum + place.Size <= proven
            ? null
            : new(
                RejectionCode.OutOfBounds,
                $"{register} leads to {place.Size} bytes at offset {place.Offsets} of the text of {name}, of which {proven} bytes are proven to be there; "
                + $"compare {name}.len with {place.Offsets.Maximum + place.Size} first.", register);
    }

    /// <summary>Whether a helper may read a text: from an address in it as many bytes as are proven to be there, or exactly all that are.</summary>
    public Finding? JudgeText(Register register, Value.Pointer pointer, Value.Number size, int most, MachineState state)
    {
        (Term length, ulong behind) = size.Term.Split();
        bool isRest = length == ProgramEnvironment.TextLength(pointer.Region.Index)
            && pointer.Offset.IsConstant && (long)pointer.Offset.Number >= 0 && behind == 0 - pointer.Offset.Number;
        return isRest ? null : OutOfText(register, Place.At(pointer, 0, most), state);
    }

    private static Finding? OutOfPacket(Register register, Place place, MachineState state)
    {
        if (state.Packet.Holds(place.Pointer, place.Displacement, place.Size))
        {
            return null;
        }

        string end = place.Region.Kind == RegionKind.Packet ? "data_end" : "data";
        return place.Offsets.Minimum < 0
            ? new(RejectionCode.OutOfBounds, $"{register} leads to {place.Size} bytes at offset {place.Offsets} of {place.Region}, in front of its first byte.", register)
            : new(
                RejectionCode.OutOfBounds,
                $"{register} leads to {place.Size} bytes at offset {place.Offsets} of {place.Region}, of which {long.Max(0, state.Packet.From(place.Pointer))} "
                + $"bytes from where it points to are proven to be there; compare it plus {place.Displacement + place.Size} with {end} first.", register);
    }

    /// <summary>Whether the program may look at what is there.</summary>
    private Finding? NotReadable(Register register, Place place) =>
        place.Region.Kind is RegionKind.MapValue or RegionKind.InnerMapValue && !_environment.MapOf(place.Region)!.IsReadableByPrograms
            ? new(RejectionCode.WriteOnly, $"{register} leads to {Name(place.Region)}, which programs may only write.", register)
            : null;

    /// <summary>Whether the program may change what is there.</summary>
    public Finding? NotWritable(Register register, Place place)
    {
        switch (place.Region.Kind)
        {
            case RegionKind.Row:
                return new(RejectionCode.ReadOnly, $"{register} leads to the row, which can't be changed.", register);
            case RegionKind.Context:
                return NotWritableField(register, place);
            case RegionKind.MapKey or RegionKind.Text:
            case RegionKind.Argument or RegionKind.Packet when _environment.TakesRows:
            case RegionKind.Slice when place.Region.Traits.HasFlag(RegionTraits.ReadOnly):
                return new(RejectionCode.ReadOnly, $"{register} leads to {place.Region}, which can't be changed.", register);
            case RegionKind.MapValue or RegionKind.InnerMapValue:
                break;
            default:
                return null;
        }

        MapDefinition map = _environment.MapOf(place.Region)!;
        return map.Role switch
        {
            _ when !map.IsWritableByPrograms || map.Type is MapType.DevMap or MapType.DevMapHash or MapType.XskMap or MapType.Groups => new(RejectionCode.ReadOnly, $"{register} leads to {Name(place.Region)}, which can't be changed.", register),
            MapRole.Results when _environment.UpdatesResults => null,
            MapRole.Results => new(RejectionCode.SideEffect, $"{register} leads to {Name(place.Region)}; only reduce programs update results.", register),
            _ when _environment.TakesRows => new(
                RejectionCode.SideEffect,
                $"{register} leads to {Name(place.Region)}; a {_environment.Kind} program is called for records in any order and changes nothing but results.", register),
            _ => null,
        };
    }

    private Finding? NotWritableField(Register register, Place place)
    {
        ContextField field = _environment.ContextField(_environment.FindContextField(place)!.Value);
        return field.Access != ContextFieldAccess.ReadWrite
            ? new(RejectionCode.ReadOnly, $"{register} leads to {field.Name} of the context, which can't be changed.", register)
            : field.Size != place.Size
            ? new(RejectionCode.NoSuchField, $"{register} leads to {place.Size} of the {field.Size} bytes of {field.Name}; a field is changed as a whole.", register)
            : null;
    }

    /// <summary>Whether the address is a multiple of the size; the instruction's memory was found to be in bounds.</summary>
    public static Finding? JudgeAlignment(Instruction instruction, MachineState state) =>
        Misaligned(instruction, Place.Of(instruction, state)!.Value, state);

    /// <summary>Stack, memory and map values start at addresses that are multiples of eight.</summary>
    private static Finding? Misaligned(Instruction instruction, Place place, MachineState state)
    {
        Register register = instruction.AddressRegister;
        Value.Pointer pointer = (Value.Pointer)state[register];
        if (pointer.Region.IsPacket || pointer.Region.Kind is RegionKind.Context or RegionKind.Argument or RegionKind.Slice)
        {
            return new(RejectionCode.Misaligned, $"{register} is {pointer}, where nothing is known of alignment; atomic operations need it.", register);
        }

        Tnum<ulong> offset = pointer.Offset.Whole.Bits + Tnum<ulong>.Constant((ulong)instruction.Offset);
        bool isAligned = (offset.Maximum & (ulong)(place.Size - 1)) == 0;
        return isAligned
            ? null
            : new(
                RejectionCode.Misaligned,
                $"{register} is {pointer}; an atomic operation on {place.Size} bytes needs an offset that is a multiple of {place.Size}.", register);
    }

    /// <summary>Atomic operations on the stack are not followed for results: no compiler makes them.</summary>
    private static Finding? Influence(Instruction instruction, AtomicOperation operation, Place place, MachineState state)
    {
        bool isInfluenced = state[instruction.Source] is Value.Number { Term.Result: not null }
            || (operation == AtomicOperation.CompareExchange && state[Register.R0] is Value.Number { Term.Result: not null })
            || (place.Region.Kind == RegionKind.Stack && state.StackAt(place.Region.Index).IsInfluenced(place.StackSlots));
        return isInfluenced
            ? new(RejectionCode.ResultInfluence, $"{instruction.Source} or the memory it goes to depends on a result; that must reach nothing but the result.", instruction.Source)
            : null;
    }

    /// <summary>Whether bytes that a helper fills are in bounds.</summary>
    public Finding? JudgeBounds(Register register, Place place, MachineState state) => OutOfBounds(register, place, state);

    private string Name(Region region) =>
        region.Kind == RegionKind.MapValue ? $"map {_environment.Map(region.Index).Name}" : region.ToString();
}
