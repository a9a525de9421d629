using NearData.Isa;
using NearData.Isa.Helpers;
using NearData.Isa.Programs;
using NearData.Verifier.Domains;
using NearData.Verifier.States;
using NearData.Verifier.Surroundings;
using NearData.Verifier.Values;

namespace NearData.Verifier.Analysis;

/// <summary>What calls of helpers change, by their signatures.</summary>
internal sealed class HelperTransfer
{
    private readonly ProgramEnvironment _environment;
    private readonly TermSource _terms;
    private readonly MemoryTransfer _memory;
    private readonly IteratorTransfer _iterators;
    private readonly SliceTransfer _slices;

    public HelperTransfer(ProgramEnvironment environment, TermSource terms, MemoryTransfer memory)
    {
        _environment = environment;
        _terms = terms;
        _memory = memory;
        _iterators = new(terms);
        _slices = new(terms);
    }

    /// <summary>Writes what the helper fills, takes back what is given to it, and gives its answer.</summary>
    public Value Call(HelperSignature helper, MachineState state)
    {
        for (int argument = 0; argument < helper.Arguments.Length; argument++)
        {
            Register register = HelperArguments.RegisterOf(argument);
            if (HelperArguments.Place(_environment, helper, argument, state) is { } place && HelperArguments.IsFilled(helper.Arguments[argument]))
            {
                _memory.Fill(place, HelperArguments.HasConstantSize(helper, argument, state), state);
            }
            else if (helper.Arguments[argument] == ArgumentKind.RingRecord)
            {
                Release(((Value.Pointer)state[register]).Region, state);
            }
        }

        if (helper.Arguments.Contains(ArgumentKind.NewSlice))
        {
            _slices.New(helper, state);
        }
        else if (helper.Arguments.Contains(ArgumentKind.RingSlice))
        {
            _slices.GiveBack((Value.Pointer)state[Register.R1], state);
        }

        if (helper.Arguments.Contains(ArgumentKind.SpinLock))
        {
            state.Lock = helper == LockHelpers.Lock ? HeldLock.At((Value.Pointer)state[Register.R1]) : null;
        }

        if (helper == IteratorHelpers.New)
        {
            return _iterators.New(state);
        }

        if (helper == IteratorHelpers.Destroy)
        {
            _iterators.Destroy(state);
        }

        if (KnownCalls.Answer(_environment, helper, state) is { } answer)
        {
            return new Value.Number(Scalar.Constant((ulong)answer), new Term.Constant((ulong)answer));
        }

        Term term = _terms.Fresh(influencedBy: null);
        if ((TextCalls.Answer(_environment, helper, state) ?? Float64Calls.Answer(_environment, helper, state)) is { } answers)
        {
            return new Value.Number(answers, term);
        }

        switch (helper.Returns)
        {
            case ReturnKind.Nothing:
                return new Value.Unusable($"what {helper.Name} leaves, which returns nothing", Loss.NoAnswer);
            case ReturnKind.MapValueOrNull:
                return new Value.OrNull(Found((Value.Map)state[Register.R1], term), term);
            case ReturnKind.GroupValue:
                int map = ((Value.Map)state[Register.R1]).Index;
                LeaveGroup(map, state);
                return new Value.Pointer(Region.GroupValue(map), Scalar.Zero, term);
            case ReturnKind.RingRecordOrNull:
                int number = _terms.Next();
                state.References = state.References.Add(number);
                int size = (int)((Value.Number)state[Register.R2]).Range.Number;
                return new Value.OrNull(new Value.Pointer(Region.Record(number, size), Scalar.Zero, term), term);
            case ReturnKind.SliceMemoryOrNull or ReturnKind.ReadOnlySliceMemoryOrNull:
                return SliceTransfer.Data(helper, term, state);
            case ReturnKind.Length:
                int memory = Enumerable.Range(0, helper.Arguments.Length).First(argument => HelperArguments.IsFollowedBySize(helper.Arguments[argument]));
                return new Value.Number(Scalar.Between(0, HelperArguments.Size(_environment, helper, memory, state)!.Value), term);
            default:
                return new Value.Number(Scalar.Unknown, term);
        }
    }

    /// <inheritdoc cref="IteratorTransfer.Next"/>
    public (MachineState? More, MachineState? Over) Next(int slot, MachineState state) => _iterators.Next(slot, state);

    /// <summary>Takes the arguments away, and addresses in the packet where it may have moved.</summary>
    public static void Forget(int slot, HelperSignature helper, MachineState state)
    {
        Forget(slot, helper.Name, state);
        if (helper.Packet == PacketEffect.Moves)
        {
            LosePacket($"the call of {helper.Name} at {slot}", state);
        }
    }

    /// <summary>Takes all addresses in the packet away, which something may have moved.</summary>
    public static void LosePacket(string by, MachineState state)
    {
        Value.Unusable lost = new($"an address in the packet that {by} may have moved", Loss.PacketMoved);
        state.Rewrite(value => value is Value.Pointer { Region.MovesWithPacket: true } or Value.OrNull { Target: Value.Pointer { Region.MovesWithPacket: true } } ? lost : value);
        state.Packet = PacketBounds.None;
    }

    /// <summary>Another program went on in the place of a function and ended it: it answered what it liked, and may have moved the packet.</summary>
    public MachineState EndByTailCall(int slot, MachineState state)
    {
        LosePacket($"the program that the tail call at {slot} went on in", state);
        state[Register.R0] = new Value.Number(Scalar.Unknown, _terms.Fresh(influencedBy: null));
        return state;
    }

    /// <summary>A load of the packet's bytes by number, which ends the program where there are none.</summary>
    public void LoadLegacy(int slot, MachineState state)
    {
        Forget(slot, "a packet load", state);
        state[Register.R0] = new Value.Number(Scalar.Bytes(sizeof(uint)), _terms.Fresh(influencedBy: null));
    }

    /// <summary>Gives a record back: no address of it can be used any more.</summary>
    public static void Release(Region record, MachineState state)
    {
        Value.Unusable gone = new("an address of a record that was given back", Loss.GivenBack);
        state.References = state.References.Remove(record.Index);
        state.Rewrite(value => value is Value.Pointer pointer && pointer.Region == record ? gone : value);
    }

    /// <summary>
    /// Another group of a map is asked for, or the same: what is known of a field's content holds for one group at a time, so
    /// addresses of the one before are lost, and what was loaded from it may not be stored to the new one.
    /// </summary>
    private void LeaveGroup(int map, MachineState state)
    {
        Value.Unusable lost = new($"an address of a group of map {_environment.Map(map).Name}, which the last nd_group on the map ended");
        state.Rewrite(value => value switch
        {
            Value.Pointer { Region: { Kind: RegionKind.GroupValue } region } when region.Index == map => lost,
            Value.Number { Term.Result: { } field } number when _environment.GroupMapOf(field) == map => number with { Term = _terms.Fresh(field) },
            _ => value,
        });
    }

    private static void Forget(int slot, string what, MachineState state)
    {
        Value.Unusable overwritten = new($"overwritten by the call of {what} at {slot}", Loss.OverwrittenByCall);
        for (byte argument = 0; argument <= 5; argument++)
        {
            state[new Register(argument)] = overwritten;
        }
    }

    private Value Found(Value.Map map, Term term) =>
        _environment.Map(map).Type is MapType.ArrayOfMaps or MapType.HashOfMaps
            ? new Value.Map(map.Index, IsInner: true)
            : new Value.Pointer(map.IsInner ? Region.InnerMapValue(map.Index) : Region.MapValue(map.Index), Scalar.Zero, term);
}
