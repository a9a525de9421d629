using NearData.Isa;
using NearData.Isa.Programs;
using NearData.Verifier.Domains;
using NearData.Verifier.Results;
using NearData.Verifier.States;
using NearData.Verifier.Surroundings;
using NearData.Verifier.Values;

namespace NearData.Verifier.Analysis;

/// <summary>What loads, stores and atomic operations change (RFC 9669, 5).</summary>
internal sealed class MemoryTransfer
{
    private readonly ProgramEnvironment _environment;
    private readonly TermSource _terms;
    private readonly ResultStores _results;
    private readonly SliceTransfer _slices;

    public MemoryTransfer(ProgramEnvironment environment, TermSource terms)
    {
        _environment = environment;
        _terms = terms;
        _results = new(environment, terms);
        _slices = new(terms);
    }

    /// <summary>What a load puts into its destination.</summary>
    public Value Load(Instruction instruction, MachineState state)
    {
        Place place = Place.Of(instruction, state)!.Value;
        bool isSigned = instruction.Opcode.Mode == MemoryMode.SignExtendingMemory;
        if (place.Region.Kind == RegionKind.Stack && place.WholeSlot is { } whole && state.StackAt(place.Region.Index)[whole].Whole is { } value)
        {
            return value;
        }

        if (place.IteratorSlot is { } iterating && state.StackAt(place.Region.Index)[iterating].Whole is Value.Iterator iterator)
        {
            return isSigned ? SignExtended(iterator.Last, 32) : iterator.Last;
        }

        if (place.Region.Kind == RegionKind.Context && LoadedAddress(place) is { } address)
        {
            return address;
        }

        if (place.Region.Kind == RegionKind.Row && _environment.FindText(place) is { } text)
        {
            return Value.Pointer.At(Region.Text(text), 0);
        }

        if (!isSigned && _environment.KnownNumber(place) is { } known)
        {
            return new Value.Number(Scalar.Constant(known), new Term.Constant(known));
        }

        Value.Number loaded = new(LoadedRange(place), LoadedTerm((Value.Pointer)state[instruction.Source], place, state));
        return !isSigned ? loaded
            : WholeValueRange(place) is { } range && range.IsWithin(-(Int128.One << ((place.Size * 8) - 1)), (Int128.One << ((place.Size * 8) - 1)) - 1)
            ? SignExtended(loaded, place.Size * 8) with { Range = range }
            : SignExtended(loaded, place.Size * 8);
    }

    /// <summary>What a store or an atomic operation changes.</summary>
    public void Store(Instruction instruction, MachineState state)
    {
        Place place = Place.Of(instruction, state)!.Value;
        if (instruction.IsAtomic && (AtomicOperation)instruction.Immediate == AtomicOperation.LoadAcquire)
        {
            state[instruction.Destination] = Load(instruction, state);
            return;
        }

        if (instruction.IsAtomic && (AtomicOperation)instruction.Immediate != AtomicOperation.StoreRelease)
        {
            Update(instruction, place, state);
            return;
        }

        Value value = Operands.Stored(instruction, state);
        if (place.Region.Kind == RegionKind.Stack)
        {
            StoreToStack(place, value, state);
        }
        else if (_environment.IsResult(place))
        {
            _results.Store(_environment.FindResult(place)!.Value, (Value.Number)value, state);
        }
    }

    /// <summary>A helper writes numbers to memory.</summary>
    /// <param name="place">The bytes.</param>
    /// <param name="isWhole">Whether all of them; otherwise up to all.</param>
    /// <param name="state">Changed in place.</param>
    public void Fill(Place place, bool isWhole, MachineState state)
    {
        if (place.Region.Kind == RegionKind.Stack)
        {
            Overwrite(place, influencedBy: null, state, isWhole);
        }
    }

    /// <summary>The address that a field of the context holds; null where it holds a number.</summary>
    private Value.Pointer? LoadedAddress(Place place) => _environment.ContextField(_environment.FindContextField(place)!.Value).Kind switch
    {
        ContextFieldKind.PacketStart => Value.Pointer.At(Region.Packet, 0),
        ContextFieldKind.PacketEnd => Value.Pointer.At(Region.PacketEnd, 0),
        ContextFieldKind.MetadataStart => Value.Pointer.At(Region.Metadata, 0),
        _ => null,
    };

    private Scalar LoadedRange(Place place)
    {
        if (place.Region.Kind == RegionKind.Row)
        {
            MemoryAccess access = _environment.FindField(place)!.Value;
            return WholeValueRange(place) is { } range ? ZeroExtended(range, place.Size)
                : access.Target == AccessTarget.FieldValidity ? Scalar.Between(0, 1)
                : TextLength(access, place.Size) is { } length ? Scalar.Constant(length)
                : LoadedRange(_environment.Program.Row.Fields[access.Index].Type, place.Size);
        }

        return _environment.IsResult(place) && _environment.FindResult(place) is { } result
            ? LoadedRange(_environment.Result(result).Type, place.Size)
            : Scalar.Bytes(place.Size);
    }

    /// <summary>The length of a text that is known, where a load reads all of it.</summary>
    private ulong? TextLength(MemoryAccess access, int size) =>
        access.Offset == TextLayout.LengthOffset && size == TextLayout.MemberSize ? (ulong?)_environment.KnownTextLength(access.Index) : null;

    private static Scalar ZeroExtended(Scalar range, int size) =>
        size == sizeof(ulong) || range.IsWithin(0, Tnum<ulong>.LowBits(size * 8)) ? range : ScalarArithmetic.ZeroExtend(range, size * 8);

    /// <summary>What is known of the field that a load reads whole; null where it reads less, or nothing is known.</summary>
    private Scalar? WholeValueRange(Place place) =>
        place.Region.Kind == RegionKind.Row
        && _environment.FindField(place) is { } access
        && (access.Target == AccessTarget.FieldValidity || place.Size == _environment.Program.Row.Fields[access.Index].Type.Size())
            ? _environment.KnownRange(access)
            : null;

    private static Scalar LoadedRange(FieldType type, int size) =>
        type == FieldType.Bool ? Scalar.Between(0, 1)
        : type == FieldType.Text && size == TextLayout.MemberSize ? Scalar.Between(0, TextLayout.MostBytes)
        : Scalar.Bytes(size);

    private Term LoadedTerm(Value.Pointer pointer, Place place, MachineState state)
    {
        if (place.Region.Kind == RegionKind.Stack)
        {
            return _terms.Fresh(state.StackAt(place.Region.Index).FirstInfluence(place.StackSlots));
        }

        if (_environment.IsResult(place))
        {
            return new Term.Content(_environment.FindResult(place)!.Value);
        }

        MemoryAccess access = _environment.Touched(place, state.Depth);
        return pointer.Term is Term.Constant && _environment.IsConstant(place) && access.Offset is not null
            ? new Term.Loaded(access.Target, access.Index, access.Offset.Value, place.Size)
            : _terms.Fresh(influencedBy: null);
    }

    private Value.Number SignExtended(Value.Number number, int bits)
    {
        bool isUnchanged = number.Range.IsWithin(0, (Int128.One << (bits - 1)) - 1);
        return isUnchanged ? number : new(
            ScalarArithmetic.SignExtend64(number.Range, bits),
            number.Term.Extend(bits, isSigned: true) ?? _terms.Fresh(number.Term.Result));
    }

    private void StoreToStack(Place place, Value value, MachineState state)
    {
        if (place.WholeSlot is { } whole)
        {
            _slices.Overwrite(place, state);
            state.SetStack(place.Region.Index, state.StackAt(place.Region.Index).With(whole, StackSlot.Spilled(value, _terms)));
            return;
        }

        Overwrite(place, (value as Value.Number)?.Term.Result, state);
    }

    /// <summary>Some bytes of the stack are given numbers: those of the place, or of all that the place can be an unknown part.</summary>
    private void Overwrite(Place place, int? influencedBy, MachineState state, bool isWhole = true)
    {
        _slices.Overwrite(place, state);
        StackSlot[] slots = state.StackAt(place.Region.Index).ToArray();
        (int first, int limit) = place.StackSlots;
        for (int slot = first; slot < limit; slot++)
        {
            byte covered = !isWhole || place.ConstantOffset is null ? (byte)0 : StackFrame.Covered(slot, place.StackStart, place.Size);
            slots[slot] = slots[slot].Overwritten(covered, influencedBy, _terms);
        }

        state.SetStack(place.Region.Index, new StackFrame(slots));
    }

    private void Update(Instruction instruction, Place place, MachineState state)
    {
        AtomicOperation operation = (AtomicOperation)instruction.Immediate;
        if (_environment.IsResult(place))
        {
            _results.Add(_environment.FindResult(place)!.Value, (Value.Number)state[instruction.Source], state);
            return;
        }

        if (place.Region.Kind == RegionKind.Stack)
        {
            Overwrite(place, influencedBy: null, state);
        }

        Register? fetches = operation == AtomicOperation.CompareExchange ? Register.R0
            : ((int)operation & 1) != 0 ? instruction.Source
            : null;
        if (fetches is { } register)
        {
            state[register] = new Value.Number(Scalar.Bytes(place.Size), _terms.Fresh(influencedBy: null));
        }
    }
}
