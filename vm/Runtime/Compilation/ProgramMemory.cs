using System.Reflection.Emit;
using NearData.Isa;
using NearData.Isa.Programs;
using NearData.Vm.Maps;
using NearData.Vm.Packets;

namespace NearData.Vm.Compilation;

/// <summary>Gives every access of a program its place, from what was proven of it.</summary>
internal sealed class ProgramMemory
{
    /// <summary>
    /// What r1 holds in place of a row's address: rows exist as columns only. Not zero, so that a program may compare it with
    /// null; where an access's offset varies, the code takes it off again.
    /// </summary>
    public const long RowToken = 1L << 32;

    private readonly MethodWriter _writer;
    private readonly VerifiedProgram _verified;
    private readonly RegisterLocals _registers;
    private readonly HoistedAddresses _addresses;
    private readonly Variables _variables;
    private readonly LocalBuilder _record;
    private readonly GuardWriter? _guards;
    private readonly Place?[] _places;

    /// <param name="writer">The method.</param>
    /// <param name="verified">The program.</param>
    /// <param name="range">The function's slots.</param>
    /// <param name="registers">Its registers.</param>
    /// <param name="addresses">Told which addresses the accesses need.</param>
    /// <param name="variables">Told which variables they need.</param>
    /// <param name="record">The number of the record that the code runs over.</param>
    /// <param name="guards">Writes the guards; null where the proof is trusted alone.</param>
    public ProgramMemory(
        MethodWriter writer,
        VerifiedProgram verified,
        CodeRange range,
        RegisterLocals registers,
        HoistedAddresses addresses,
        Variables variables,
        LocalBuilder record,
        GuardWriter? guards)
    {
        _guards = guards;
        _writer = writer;
        _verified = verified;
        _registers = registers;
        _addresses = addresses;
        _variables = variables;
        _record = record;
        _places = [.. verified.Facts.Instructions.Select(
            (facts, slot) => facts.IsReachable && range.Contains(slot) ? Find(facts.Access, verified.Program.Code[slot], slot) : null)];
    }

    /// <summary>Where an instruction's access goes.</summary>
    public Place this[int slot] => _places[slot]
        ?? throw new InvalidOperationException(
            $"{_verified.Program.Name}, instruction {slot}: nothing is proven of this access.");

    private Place? Find(MemoryAccess access, Instruction instruction, int slot) => access.Target switch
    {
        AccessTarget.None => null,
        AccessTarget.FieldValue => InColumn(access, instruction, slot),
        AccessTarget.FieldValidity => new AddressPlace(PushElement(_addresses.Validity(access.Index), size: 1)),
        AccessTarget.MapValue => FindVariable(access, instruction) ?? InMap(access, instruction, slot),
        AccessTarget.Stack => FindVariable(access, instruction) ?? ByRegister(access, instruction, slot),
        AccessTarget.ContextField => InContext(access),
        AccessTarget.GroupValue => InGroup(access, instruction, slot),
        _ => ByRegister(access, instruction, slot),
    };

    private Place? FindVariable(MemoryAccess access, Instruction instruction) => access.Offset is { } offset
        ? _variables.Find(new VariableKey(access.Target, access.Index, offset, instruction.Opcode.Size))
        : null;

    private AddressPlace InColumn(MemoryAccess access, Instruction instruction, int slot)
    {
        RowField field = _verified.Program.Row.Fields[access.Index];
        Action<MethodWriter> pushElement = PushElement(_addresses.Values(access.Index), field.Type.Size());
        if (access.Offset is { } offset)
        {
            return new AddressPlace(writer =>
            {
                pushElement(writer);
                writer.AddConstant(offset);
            });
        }

        return new AddressPlace(Guarded(
            writer =>
            {
                pushElement(writer);
                writer.Load(_registers[instruction.Source]);
                writer.Do(OpCodes.Add);
                writer.AddConstant(instruction.Offset - RowToken - field.Offset);
            },
            access,
            instruction,
            slot));
    }

    // A packet's addresses are kept whole, so that a load of four bytes is one of eight.
    private AddressPlace InContext(MemoryAccess access)
    {
        ContextField field = ((ProgramContext.Fields)_verified.Program.Context).Layout.Fields[access.Index];
        int offset = XdpFields.Place(field) + (access.Offset ?? 0);
        Action<MethodWriter> pushAddress = writer =>
        {
            writer.PushFrameField(CallFrame.MemoryOffset);
            writer.AddConstant(offset);
        };
        return field.Kind == ContextFieldKind.Number ? new AddressPlace(pushAddress) : new PointerPlace(pushAddress);
    }

    private Place InMap(MemoryAccess access, Instruction instruction, int slot)
    {
        // With several entries, or places for them, the offset doesn't say which of them; the register does.
        MapDefinition map = _verified.Program.Maps[access.Index];
        if (access.Offset is not { } offset || map.MaxEntries != 1 || map.Type != MapType.Array)
        {
            return ByRegister(access, instruction, slot);
        }

        LocalBuilder start = _addresses.FirstValue(access.Index);
        Action<MethodWriter> pushAddress = writer =>
        {
            writer.Load(start);
            writer.AddConstant(offset);
        };
        return _variables.FindFollowed(access, pushAddress) ?? new AddressPlace(pushAddress);
    }

    private AddressPlace InGroup(MemoryAccess access, Instruction instruction, int slot)
    {
        MapDefinition map = _verified.Program.Maps[access.Index];
        for (int field = 0; field < map.Group!.Values.Length; field++)
        {
            if (map.Group.Values[field] is { Merge: MergeRule.Sum } sum && sum.Offset == access.Offset && _variables.IsFollowed(access.Index, field))
            {
                NumberSign sign = sum.Type.IsSigned() ? NumberSign.Signed : NumberSign.Unsigned;
                return new GroupSumPlace(_writer, Guarded(PushRegister(instruction), access, instruction, slot), GroupTotals.CountOffset(map, field) - sum.Offset, sign);
            }
        }

        return ByRegister(access, instruction, slot);
    }

    private AddressPlace ByRegister(MemoryAccess access, Instruction instruction, int slot) =>
        new(Guarded(PushRegister(instruction), access, instruction, slot));

    private Action<MethodWriter> Guarded(Action<MethodWriter> pushAddress, MemoryAccess access, Instruction instruction, int slot) =>
        _guards?.Guarded(pushAddress, access, instruction, slot) ?? pushAddress;

    private Action<MethodWriter> PushRegister(Instruction instruction)
    {
        LocalBuilder pointer = _registers[instruction.AddressRegister];
        return writer =>
        {
            writer.Load(pointer);
            writer.AddConstant(instruction.Offset);
        };
    }

    private Action<MethodWriter> PushElement(LocalBuilder column, int size) => writer =>
    {
        writer.Load(column);
        writer.Load(_record);
        writer.Constant(size);
        writer.Do(OpCodes.Mul, OpCodes.Add);
    };
}
