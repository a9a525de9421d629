using NearData.Isa;
using NearData.Isa.Helpers;
using NearData.Isa.Programs;
using NearData.Verifier.Rejections;
using NearData.Verifier.States;
using NearData.Verifier.Surroundings;
using NearData.Verifier.Values;

namespace NearData.Verifier.Checking;

/// <summary>Judges helper calls by the helpers' signatures.</summary>
internal sealed class HelperChecker
{
    private readonly ProgramEnvironment _environment;
    private readonly MemoryChecker _memory;
    private readonly ResultChecker _results;
    private readonly LockChecker _locks;

    public HelperChecker(ProgramEnvironment environment, MemoryChecker memory, ResultChecker results)
    {
        _environment = environment;
        _memory = memory;
        _results = results;
        _locks = new(environment);
    }

    public Finding? Judge(int number, MachineState state)
    {
        if (HelperTable.Find(number) is not { } helper)
        {
            return new(RejectionCode.UnknownHelper, RefusedHelpers.Find(number) is { } refused
                ? $"{refused.Name} is called, which isn't offered: {refused.Why}."
                : $"helper {number} is called; there is none with this number.");
        }

        if (!helper.Kinds.IsDefaultOrEmpty && !helper.Kinds.Contains(_environment.Kind))
        {
            return new(RejectionCode.HelperKind, $"{helper.Name} is called, which {_environment.Kind} programs may not call.");
        }

        if (_environment.TakesRows && helper.Purity is not (HelperPurity.Pure or HelperPurity.Reducing))
        {
            return new(
                RejectionCode.ImpureHelper,
                $"{helper.Name} is called, whose answer varies; a {_environment.Kind} program must give the same answer for the same record.");
        }

        if (helper != LockHelpers.Unlock && LockChecker.JudgeUnlocked($"a call of {helper.Name}", state) is { } held)
        {
            return held;
        }

        for (int index = 0; index < helper.Arguments.Length; index++)
        {
            if (Judge(new Argument(helper, index), state) is { } finding)
            {
                return finding;
            }
        }

        return JudgeEnd(helper, state) ?? (helper.Returns == ReturnKind.GroupValue ? JudgeGrouping(helper, state) : null);
    }

    /// <summary>Which groups there are must not depend on the order of records.</summary>
    private static Finding? JudgeGrouping(HelperSignature helper, MachineState state) =>
        state.Decision is { } decision
        ? new(
            RejectionCode.ResultInfluence,
            $"{helper.Name} is called depending on how a result decided the branch at {decision.Branch}; results must not decide which groups there are.")
        : state.IsRepeated
        ? new(RejectionCode.HelperKind, $"{helper.Name} is called in a callback, where no group can be updated; a loop with a bound can do that.")
        : null;

    private Finding? Judge(Argument argument, MachineState state)
    {
        Register register = argument.Register;
        if (argument.Kind == ArgumentKind.Optional)
        {
            return state[register] is Value.Number or Value.Unusable ? null : Wrong(argument, state, "a number");
        }

        return Registers.Unusable(register, state) ?? argument.Kind switch
        {
            ArgumentKind.Scalar or ArgumentKind.Size or ArgumentKind.SizeOrZero or ArgumentKind.ConstantScalar or ArgumentKind.ConstantSize =>
                JudgeNumber(argument, state),
            ArgumentKind.Map => JudgeMap(argument, state),
            ArgumentKind.Context => JudgeContext(argument, state),
            ArgumentKind.Callback => state[register] is Value.Function ? null : Wrong(argument, state, "a function of the program"),
            ArgumentKind.CallbackContext =>
                state[register] is Value.Pointer { Region.Kind: RegionKind.Stack } || Operands.IsZero(state[register])
                    ? null
                    : Wrong(argument, state, "an address of the stack, or zero"),
            ArgumentKind.RingRecord =>
                state[register] is Value.Pointer { Region.Kind: RegionKind.Record, Offset: { IsConstant: true, Number: 0 } }
                    ? null
                    : Wrong(argument, state, "the address of a record that was reserved in a ring buffer"),
            ArgumentKind.ConstantText => JudgeText(argument, state),
            ArgumentKind.Result => JudgeResult(argument, state),
            ArgumentKind.NewIterator or ArgumentKind.Iterator => JudgeIterator(argument, state),
            ArgumentKind.NewSlice or ArgumentKind.Slice or ArgumentKind.RingSlice => JudgeSlice(argument, state),
            ArgumentKind.MapMemory when state[register] is Value.Pointer { Region.Kind: not (RegionKind.MapValue or RegionKind.InnerMapValue) } =>
                Wrong(argument, state, "memory in a map's value"),
            ArgumentKind.SpinLock => _locks.Judge(argument.Helper, register, state),
            _ => JudgeMemory(argument, state),
        };
    }

    private static Finding? JudgeIterator(Argument argument, MachineState state)
    {
        bool isSlot = state[argument.Register] is Value.Pointer { Region.Kind: RegionKind.Stack, Offset.IsConstant: true } there
            && (long)there.Offset.Number is >= -StackFrame.Size and < 0 && there.Offset.Number % StackSlot.Size == 0;
        if (!isSlot)
        {
            return Wrong(argument, state, "the address of eight aligned bytes of the stack");
        }

        Value.Pointer pointer = (Value.Pointer)state[argument.Register];
        if (SliceChecker.JudgeFill(argument.Register, Place.At(pointer, 0, StackSlot.Size), state) is { } slice)
        {
            return slice;
        }

        StackSlot slot = state.StackAt(pointer.Region.Index)[((int)pointer.Offset.Number + StackFrame.Size) / StackSlot.Size];
        return argument.Kind == ArgumentKind.NewIterator || slot.Whole is Value.Iterator
            ? null
            : Wrong(argument, state, "an iterator that bpf_iter_num_new made on every path to here");
    }

    private static Finding? JudgeSlice(Argument argument, MachineState state)
    {
        Value given = state[argument.Register];
        return SliceChecker.Missing(argument.Kind, given, state) is { } missing ? Wrong(argument, state, missing)
            : argument.Kind == ArgumentKind.NewSlice
            ? SliceChecker.JudgeStore(argument.Register, Place.At((Value.Pointer)given, 0, SliceHelpers.Size), state)
            : null;
    }

    private static Finding? JudgeNumber(Argument argument, MachineState state)
    {
        Register register = argument.Register;
        if (Registers.NotNumber(register, state, RejectionCode.HelperArgument, $"this argument of {argument.Helper.Name}") is { } finding)
        {
            return finding;
        }

        Value.Number number = (Value.Number)state[register];
        if (number.Term.Result is not null)
        {
            return new(RejectionCode.ResultInfluence, $"{register} depends on a result; {argument.Helper.Name} must not get what results decide.", register);
        }

        return argument.Kind switch
        {
            ArgumentKind.ConstantScalar when !number.Range.IsConstant || number.Range.Number is 0 or > (1 << 29) =>
                Wrong(argument, state, "a size that is the same on every path"),
            ArgumentKind.ConstantSize when !number.Range.IsConstant || number.Range.Number > SliceHelpers.MostBytes =>
                Wrong(argument, state, $"a size that is the same on every path, of {SliceHelpers.MostBytes} at most"),
            ArgumentKind.Size when number.Range.Whole.Unsigned.Minimum == 0 => Wrong(argument, state, "a size of one or more"),
            _ => null,
        };
    }

    private Finding? JudgeMap(Argument argument, MachineState state)
    {
        if (state[argument.Register] is not Value.Map map || _environment.Map(map.Index).Role != MapRole.Declared)
        {
            return Wrong(argument, state, "a map that the program declares");
        }

        MapDefinition definition = _environment.Map(map);
        HelperSignature helper = argument.Helper;
        bool isHidden = map.IsInner && helper.Arguments.Contains(ArgumentKind.Callback);
        if (!helper.MapTypes.Contains(definition.Type) || isHidden)
        {
            return new(RejectionCode.HelperArgument, $"{argument.Register} is {map}, of type {definition.Type}, which {helper.Name} doesn't take.", argument.Register);
        }

        if (definition.Type == MapType.Groups && !helper.Purity.Changes() && !definition.IsFrozenGroups)
        {
            return new(
                RejectionCode.HelperArgument,
                $"{argument.Register} is {map}, whose groups are being made; {helper.Name} takes those of an earlier stage (ND_FROZEN_GROUPS).",
                argument.Register);
        }

        return helper.Purity.Changes() && !definition.IsWritableByPrograms
            ? new(RejectionCode.ReadOnly, $"{argument.Register} is {map}, which programs may only read; {helper.Name} changes it.", argument.Register)
            : !helper.Purity.Changes() && !definition.IsReadableByPrograms
            ? new(RejectionCode.WriteOnly, $"{argument.Register} is {map}, which programs may only write; {helper.Name} reads it.", argument.Register)
            : null;
    }

    private Finding? JudgeContext(Argument argument, MachineState state)
    {
        RegionKind needed = _environment.Program.Context switch
        {
            ProgramContext.Fields => RegionKind.Context,
            ProgramContext.Memory => RegionKind.Memory,
            _ => RegionKind.Row,
        };
        return state[argument.Register] is Value.Pointer { Offset: { IsConstant: true, Number: 0 } } pointer && pointer.Region.Kind == needed
            ? null
            : Wrong(argument, state, "what the program was called with");
    }

    /// <summary>The helper reads up to a zero byte, which must be there whatever is bound.</summary>
    private Finding? JudgeText(Argument argument, MachineState state)
    {
        if (state[argument.Register] is not Value.Pointer { Region: { Kind: RegionKind.MapValue } region, Offset.IsConstant: true } pointer
            || _environment.Map(region.Index) is not { Role: MapRole.ReadOnlyData } map)
        {
            return Wrong(argument, state, "zero-terminated text in constant data");
        }

        for (long at = (long)pointer.Offset.Number; at >= 0 && at < map.ValueSize && !_environment.HoldsParameter(at, 1); at++)
        {
            if (ProgramEnvironment.ConstantByte(map, at) == 0)
            {
                return null;
            }
        }

        return Wrong(argument, state, "zero-terminated text in constant data");
    }

    private Finding? JudgeResult(Argument argument, MachineState state)
    {
        ResultUpdate update = argument.Helper.Update!;
        return state[argument.Register] is Value.Pointer { Region.Kind: RegionKind.MapValue } pointer
            && _environment.FindUpdated(pointer, update) is { } field
            ? _results.JudgeUpdate(field, argument.Helper, state)
            : Wrong(argument, state, $"the address of a result of type {update.Type.CName()} with ND_{update.Merge.ToString().ToUpperInvariant()}");
    }

    private Finding? JudgeMemory(Argument argument, MachineState state)
    {
        HelperSignature helper = argument.Helper;
        Register register = argument.Register;
        bool hasSize = HelperArguments.IsFollowedBySize(argument.Kind);
        if (hasSize && (Registers.Unusable(argument.Next.Register, state) ?? JudgeNumber(argument.Next, state)) is { } unsized)
        {
            return unsized;
        }

        if (argument.Kind == ArgumentKind.MemoryOrNull && Operands.IsZero(state[register]) && Operands.IsZero(state[argument.Next.Register]))
        {
            return null;
        }

        if (argument.Kind == ArgumentKind.BufferOrNull && Operands.IsZero(state[register]))
        {
            return null;
        }

        if (state[register] is not Value.Pointer pointer || pointer.Region.Kind is RegionKind.Row or RegionKind.Context or RegionKind.PacketEnd)
        {
            return state[register] is Value.OrNull unknown
                ? new(RejectionCode.NullAddress, $"{register} is {unknown}; it must be compared with zero before it is given to {helper.Name}.", register)
                : Wrong(argument, state, "an address of the stack, of memory, of a map's value or of text");
        }

        if (HelperArguments.Size(_environment, helper, argument.Index, state) is not { } bytes)
        {
            return hasSize ? Wrong(argument.Next, state, "a size with a known bound") : Wrong(argument, state, "memory of a map's size");
        }

        if (hasSize && pointer.Region.Kind == RegionKind.Text)
        {
            return HelperArguments.IsFilled(argument.Kind)
                ? _memory.NotWritable(register, Place.At(pointer, 0, bytes))
                : _memory.JudgeText(register, pointer, (Value.Number)state[argument.Next.Register], bytes, state);
        }

        // Of no bytes the place must be one of the memory all the same: a slice may be made of them.
        Place place = Place.At(pointer, 0, bytes);
        return bytes == 0 ? _memory.JudgeBounds(register, place, state) : JudgePlace(argument, place, state);
    }

    private Finding? JudgePlace(Argument argument, Place place, MachineState state)
    {
        Register register = argument.Register;
        if (_environment.IsResult(place))
        {
            return new(RejectionCode.ResultInfluence, $"{register} is {place.Pointer}; {argument.Helper.Name} must not be given results.", register);
        }

        bool isFilled = HelperArguments.IsFilled(argument.Kind);
        bool isLookedFor = argument.Kind == ArgumentKind.MapValueOut
            && HelperArguments.MapBefore(argument.Helper, argument.Index, state) is { } map && _environment.Map(map).Type == MapType.BloomFilter;
        bool needsContent = (!isFilled && argument.Kind != ArgumentKind.BufferOrNull) || isLookedFor || !HelperArguments.HasConstantSize(argument.Helper, argument.Index, state);
        Finding? finding = needsContent
            ? _memory.JudgeNumbers(register, place, state)
            : _memory.JudgeBounds(register, place, state);
        bool isChanged = isFilled || argument.Kind is ArgumentKind.MapMemory or ArgumentKind.BufferOrNull;
        if ((finding ?? (isChanged ? _memory.NotWritable(register, place) ?? SliceChecker.JudgeFill(register, place, state) : null)) is { } refused)
        {
            return refused;
        }

        bool isMisaligned = place.Region.IsPacket || place.Region.Kind is RegionKind.Argument or RegionKind.Slice || (place.Pointer.Offset.Whole.Bits.Maximum & (sizeof(long) - 1)) != 0;
        if (argument.Kind is ArgumentKind.LongOut or ArgumentKind.WideOut && isMisaligned)
        {
            return new(RejectionCode.Misaligned, $"{register} is {place.Pointer}; {argument.Helper.Name} needs an offset that is a multiple of {sizeof(long)}.", register);
        }

        return !isFilled && place.Region.Kind == RegionKind.Stack && state.StackAt(place.Region.Index).IsInfluenced(place.StackSlots)
            ? new(RejectionCode.ResultInfluence, $"{register} leads to what depends on a result; {argument.Helper.Name} must not get what results decide.", register)
            : null;
    }

    /// <summary>A tail call can end the program.</summary>
    private static Finding? JudgeEnd(HelperSignature helper, MachineState state) =>
        helper.MapTypes.IsDefaultOrEmpty || !helper.MapTypes.Contains(MapType.ProgramArray) ? null
        : !state.References.IsEmpty
        ? new(RejectionCode.UnreleasedReference, $"{helper.Name} is called with a record of a ring buffer that was not given back.")
        : state.IsRepeated
        ? new(RejectionCode.HelperKind, $"{helper.Name} is called in a callback, which only its caller can end.")
        : null;

    private static Finding Wrong(Argument argument, MachineState state, string needed) => new(
        RejectionCode.HelperArgument, $"{argument.Register} is {state[argument.Register]}; {argument.Helper.Name} takes {needed}.", argument.Register);

    /// <summary>An argument of a helper, by its place.</summary>
    private readonly record struct Argument(HelperSignature Helper, int Index)
    {
        public ArgumentKind Kind => Helper.Arguments[Index];

        public Register Register => HelperArguments.RegisterOf(Index);

        /// <summary>The argument behind it.</summary>
        public Argument Next => new(Helper, Index + 1);
    }
}
