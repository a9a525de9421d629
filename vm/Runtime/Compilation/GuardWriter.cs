using System.Reflection;
using System.Reflection.Emit;
using NearData.Isa;
using NearData.Isa.Helpers;
using NearData.Isa.Programs;
using NearData.Vm.Guards;
using NearData.Vm.Maps;

namespace NearData.Vm.Compilation;

/// <summary>
/// Writes the guards of a query's code (<see cref="CodeTrust.Guards"/>): before each access by an address of the program's own, a comparison with the
/// memory that it was proven to stay in; before each helper, one of each map and of all memory that it is given; at each jump backwards and
/// each function's start, a count. What was proven to be at a constant place is looked at once (<see cref="ProvenPlaces"/>).
/// </summary>
internal sealed unsafe class GuardWriter
{
    private static readonly int GrantedOffset = OffsetOfGranted();

    private readonly MethodWriter _writer;
    private readonly Program _program;
    private readonly ProgramFacts _facts;
    private readonly RegisterLocals _registers;
    private readonly HoistedAddresses _addresses;
    private readonly LocalBuilder _record;
    private readonly LocalBuilder _address;
    private readonly LocalBuilder _number;
    private readonly LocalBuilder _size;
    private readonly LocalBuilder[] _texts;
    private readonly bool _countsTurns;

    // Registers that were found to hold an address so many bytes into the group that a map's last nd_group gave.
    private readonly HashSet<(Register Register, int Map, int Distance)> _inGroups = [];

    public GuardWriter(MethodWriter writer, VerifiedProgram verified, RegisterLocals registers, HoistedAddresses addresses, LocalBuilder record)
    {
        _writer = writer;
        _program = verified.Program;
        _facts = verified.Facts;
        _registers = registers;
        _addresses = addresses;
        _record = record;
        _address = writer.NewNumber();
        _number = writer.NewNumber();
        _size = writer.NewNumber();
        _texts = [.. LoadedTexts().Select(addresses.Values)];
        _countsTurns = Enumerable.Range(0, _program.Code.Length).Any(slot => _facts.Instructions[slot].IsReachable && TakesTurns(_program.Code[slot], slot));
    }

    /// <summary>The address that another action pushes, once it was found to be where an access was proven to stay.</summary>
    public Action<MethodWriter> Guarded(Action<MethodWriter> pushAddress, MemoryAccess access, Instruction instruction, int slot)
    {
        // Asked for now: what sections and columns need is read at the method's start.
        Action<int> check = Check(access, instruction);
        (Register, int, int)? group = access is { Target: AccessTarget.GroupValue, Offset: { } offset }
            ? (instruction.AddressRegister, access.Index, offset - instruction.Offset)
            : null;
        return writer =>
        {
            pushAddress(writer);
            if (group is { } known && !_inGroups.Add(known))
            {
                return;
            }

            writer.Store(_address);
            check(slot);
            writer.Load(_address);
        };
    }

    /// <summary>To be told of each instruction when it was written: what it changes is looked at again.</summary>
    public void After(Instruction instruction)
    {
        if (instruction.IsCall)
        {
            ForgetPaths();
        }
        else if (WrittenBy(instruction) is { } register)
        {
            _inGroups.RemoveWhere(known => known.Register == register);
        }
    }

    /// <summary>To be told of each place that is reached by more than the instruction before.</summary>
    public void ForgetPaths() => _inGroups.Clear();

    /// <summary>Gives the program its turns: at the start of each record.</summary>
    public void WriteStart()
    {
        if (_countsTurns)
        {
            _writer.Constant(_facts.WorstCaseInstructions);
            _writer.Store(_number);
            _writer.StoreFrameField(CallFrame.TurnsOffset, _number);
        }
    }

    /// <summary>Takes one of the turns: before a jump backwards, and at the start of a function that the program calls.</summary>
    public void WriteTurn(int slot)
    {
        Label left = _writer.NewLabel();
        _writer.PushFrameField(CallFrame.TurnsOffset);
        _writer.AddConstant(-1);
        _writer.Store(_number);
        _writer.StoreFrameField(CallFrame.TurnsOffset, _number);
        _writer.Load(_number);
        _writer.Constant(0);
        _writer.Branch(OpCodes.Bge, left);
        _writer.NarrowConstant(slot);
        Call(nameof(GuardScope.TripTurns));
        _writer.Mark(left);
    }

    /// <summary>Looks at what a helper is given.</summary>
    public void WriteArguments(HelperSignature helper, int slot)
    {
        for (int argument = 0; argument < helper.Arguments.Length; argument++)
        {
            LocalBuilder given = Argument(argument);
            switch (helper.Arguments[argument])
            {
                case ArgumentKind.Map:
                    CheckMap(given, helper, slot);
                    break;
                case ArgumentKind.MapKey:
                    CheckMapMemory(given, helper, map => map.KeySize, nameof(GuardScope.KeySize), MemoryUse.Read, slot);
                    break;
                case ArgumentKind.MapValue:
                    CheckMapMemory(given, helper, map => map.ValueSize, nameof(GuardScope.ValueSize), MemoryUse.Read, slot);
                    break;
                case ArgumentKind.MapValueOut:
                    CheckMapMemory(given, helper, map => map.ValueSize, nameof(GuardScope.ValueSize), MemoryUse.Write, slot);
                    break;
                case ArgumentKind.Memory or ArgumentKind.MemoryOrNull:
                    CheckAnywhere(given, () => _writer.Load(Argument(argument + 1)), MemoryUse.Read, slot);
                    break;
                case ArgumentKind.MemoryOut:
                    CheckAnywhere(given, () => _writer.Load(Argument(argument + 1)), MemoryUse.Write, slot);
                    break;
                case ArgumentKind.LongOut:
                    CheckMemory(given, sizeof(long), MemoryUse.Write, slot);
                    break;
                case ArgumentKind.WideOut:
                    CheckMemory(given, sizeof(Int128), MemoryUse.Write, slot);
                    break;
                case ArgumentKind.Result:
                    CheckMemory(given, _program.Results.Where(field => field.Merge == helper.Update!.Merge && field.Type == helper.Update.Type).Max(field => field.Size), MemoryUse.Write, slot);
                    break;
                case ArgumentKind.ConstantText:
                    WriteCall(nameof(GuardScope.Text), given, slot);
                    break;
                case ArgumentKind.Callback:
                    _writer.Load(given);
                    _writer.NarrowConstant(slot);
                    Call(nameof(GuardScope.Callback));
                    break;
                case ArgumentKind.Scalar or ArgumentKind.Optional or ArgumentKind.ConstantScalar or ArgumentKind.Size or ArgumentKind.SizeOrZero
                    or ArgumentKind.CallbackContext or ArgumentKind.Context:
                    break;
                default:
                    throw new InvalidOperationException($"{helper.Name} takes a {helper.Arguments[argument]}, which no query has.");
            }
        }
    }

    /// <summary>Remembers which group a helper gave, when r0 holds it.</summary>
    public void WriteResult(HelperSignature helper)
    {
        if (helper.Returns == ReturnKind.GroupValue)
        {
            _writer.Load(_registers[Register.R1]);
            _writer.AddConstant(GrantedOffset);
            _writer.Do(OpCodes.Conv_I);
            _writer.Load(_registers[Register.R0]);
            _writer.StoreIndirect(MemorySize.DoubleWord);
        }
    }

    private static bool TakesTurns(Instruction instruction, int slot) => FunctionTable.Target(instruction, slot) is not null
        || ((instruction.IsUnconditionalJump || instruction.IsConditionalJump) && instruction.JumpDistance < 0);

    private static Register? WrittenBy(Instruction instruction) =>
        instruction.IsAtomic ? (AtomicOperation)instruction.Immediate == AtomicOperation.LoadAcquire ? instruction.Destination : AtomicInstruction.OldValueTarget(instruction)
        : instruction.Opcode.IsArithmetic || instruction.IsWide || instruction.Opcode is { IsMemory: true, Class: InstructionClass.LoadX } ? instruction.Destination
        : null;

    private static int OffsetOfGranted()
    {
        MapHeader header = default;
        return (int)((byte*)&header.Granted - (byte*)&header);
    }

    /// <summary>The fields of text that the program can have addresses in.</summary>
    private IEnumerable<int> LoadedTexts() => _program.Context is ProgramContext.Row { Layout.Fields: var fields }
        ? _facts.LoadedFields.Where(field => fields[field].Type == FieldType.Text)
        : [];

    private LocalBuilder Argument(int number) => _registers[new Register((byte)(Register.R1 + number))];

    private Action<int> Check(MemoryAccess access, Instruction instruction)
    {
        int size = instruction.Opcode.Size.Bytes();
        MemoryUse use = instruction.Opcode.Class == InstructionClass.LoadX ? MemoryUse.Read : MemoryUse.Write;
        switch (access.Target)
        {
            case AccessTarget.Stack:
                return slot => CheckRange(_address, PushStack, GuardScope.StackBytes - size, slot);
            case AccessTarget.FieldValue:
                return slot => CheckRange(_address, PushField(access.Index), _program.Row.Fields[access.Index].Type.Size() - size, slot);
            case AccessTarget.MapValue:
                MapDefinition map = _program.Maps[access.Index];
                LocalBuilder values = _addresses.FirstValue(access.Index);
                return slot => CheckRange(_address, () => _writer.Load(values), (BpfMap.Rounded(map.ValueSize) * map.MaxEntries) - size, slot);
            case AccessTarget.GroupValue when access.Offset is { } offset:
                return slot => CheckGroup(access.Index, offset, room: 0, slot);
            case AccessTarget.GroupValue:
                return slot => CheckGroup(access.Index, offset: 0, _program.Maps[access.Index].ValueSize - size, slot);
            default:
                return slot => CheckAnywhere(_address, () => _writer.Constant(size), use, slot);
        }
    }

    private void PushStack()
    {
        _writer.PushFrameField(CallFrame.StackOffset);
        _writer.AddConstant(-GuardScope.StackBytes);
    }

    private Action PushField(int field)
    {
        LocalBuilder column = _addresses.Values(field);
        return () =>
        {
            _writer.Load(column);
            _writer.Load(_record);
            _writer.Constant(_program.Row.Fields[field].Type.Size());
            _writer.Do(OpCodes.Mul, OpCodes.Add);
        };
    }

    // A program that emits is called with a group; any other one has the group that its last nd_group gave.
    private void CheckGroup(int map, int offset, long room, int slot) => CheckRange(
        _address,
        () =>
        {
            if (_program.Context is ProgramContext.Group)
            {
                _writer.PushFrameField(CallFrame.LengthOffset);
            }
            else
            {
                _writer.Load(_addresses.Maps);
                _writer.AddConstant(((long)map * sizeof(MapHeader)) + GrantedOffset);
                _writer.LoadIndirect(MemorySize.DoubleWord);
            }

            _writer.AddConstant(offset);
        },
        room,
        slot);

    private void CheckRange(LocalBuilder address, Action pushStart, long room, int slot)
    {
        Label inside = _writer.NewLabel();
        _writer.Load(address);
        pushStart();
        _writer.Do(OpCodes.Sub);
        _writer.Constant(room);
        _writer.Branch(OpCodes.Ble_Un, inside);
        _writer.Load(address);
        _writer.NarrowConstant(slot);
        Call(nameof(GuardScope.TripMemory));
        _writer.Mark(inside);
    }

    private void CheckMemory(LocalBuilder address, int size, MemoryUse use, int slot) => CheckAnywhere(address, () => _writer.Constant(size), use, slot);

    // Most of what programs have addresses of is on the stack, or a column's text; only the rest is asked for elsewhere.
    private void CheckAnywhere(LocalBuilder address, Action pushSize, MemoryUse use, int slot)
    {
        Label inside = _writer.NewLabel();
        pushSize();
        _writer.Store(_size);
        BranchIfInside(address, PushStack, () => _writer.Constant(GuardScope.StackBytes), inside);
        foreach (LocalBuilder texts in use == MemoryUse.Read ? _texts : [])
        {
            BranchIfInside(address, () => PushText(texts, TextLayout.DataOffset), () => PushText(texts, TextLayout.LengthOffset), inside);
        }

        if (_program.Context is ProgramContext.Row)
        {
            _writer.StoreFrameField(CallFrame.RecordOffset, _record);
        }

        _writer.Do(OpCodes.Ldarg_0);
        _writer.Load(address);
        _writer.Load(_size);
        _writer.NarrowConstant(slot);
        Call(use == MemoryUse.Read ? nameof(GuardScope.Read) : nameof(GuardScope.Write));
        _writer.Mark(inside);
    }

    /// <summary>Goes to a label where as many bytes as <see cref="_size"/> says lie within some others.</summary>
    private void BranchIfInside(LocalBuilder address, Action pushStart, Action pushLength, Label inside)
    {
        Label outside = _writer.NewLabel();
        pushLength();
        _writer.Store(_number);
        _writer.Load(_size);
        _writer.Load(_number);
        _writer.Branch(OpCodes.Bgt_Un, outside);
        _writer.Load(address);
        pushStart();
        _writer.Do(OpCodes.Sub);
        _writer.Load(_number);
        _writer.Load(_size);
        _writer.Do(OpCodes.Sub);
        _writer.Branch(OpCodes.Ble_Un, inside);
        _writer.Mark(outside);
    }

    private void PushText(LocalBuilder texts, int member)
    {
        _writer.Load(texts);
        _writer.Load(_record);
        _writer.Constant(sizeof(TextValue));
        _writer.Do(OpCodes.Mul, OpCodes.Add);
        _writer.AddConstant(member);
        _writer.LoadIndirect(MemorySize.DoubleWord);
    }

    private void CheckMapMemory(LocalBuilder address, HelperSignature helper, Func<MapDefinition, int> size, string sizeOf, MemoryUse use, int slot)
    {
        int[] sizes = [.. MapsOf(helper).Select(map => size(_program.Maps[map])).Distinct()];
        if (sizes.Length == 1 && !HasInnerMaps)
        {
            CheckMemory(address, sizes[0], use, slot);
            return;
        }

        LocalBuilder map = Argument(helper.Arguments.IndexOf(ArgumentKind.Map));
        CheckAnywhere(
            address,
            () =>
            {
                _writer.Load(map);
                Call(sizeOf);
            },
            use,
            slot);
    }

    private void CheckMap(LocalBuilder given, HelperSignature helper, int slot)
    {
        Label known = _writer.NewLabel();
        foreach (int map in MapsOf(helper))
        {
            _writer.Load(given);
            _writer.Load(_addresses.Maps);
            _writer.AddConstant((long)map * sizeof(MapHeader));
            _writer.Branch(OpCodes.Beq, known);
        }

        WriteCall(nameof(GuardScope.InnerMap), given, slot);
        _writer.Mark(known);
    }

    private bool HasInnerMaps => _program.Maps.Any(map => map.Inner is not null);

    private IEnumerable<int> MapsOf(HelperSignature helper) =>
        Enumerable.Range(0, _program.Maps.Length).Where(map => helper.MapTypes.IsEmpty || helper.MapTypes.Contains(_program.Maps[map].Type));

    private void WriteCall(string guard, LocalBuilder given, int slot)
    {
        _writer.Do(OpCodes.Ldarg_0);
        _writer.Load(given);
        _writer.NarrowConstant(slot);
        Call(guard);
    }

    private void Call(string guard) => _writer.Call(typeof(GuardScope).GetMethod(guard, BindingFlags.Static | BindingFlags.Public)!);

    private enum MemoryUse
    {
        Read,
        Write,
    }
}
