using System.Buffers.Binary;
using System.Collections.Immutable;
using NearData.Isa;
using NearData.Isa.Helpers;
using NearData.Isa.Objects.Btf;
using NearData.Isa.Programs;
using NearData.Vm.Introspection;
using NearData.Vm.Maps;

namespace NearData.Vm.Interpretation;

/// <summary>
/// Tells what each instruction read, wrote and touched, once the next one is about to run: a <see cref="StepObserver"/>. For one interpreter.
/// </summary>
internal sealed class StepTracer(Program program, BtfTypes types, IReadOnlyDictionary<string, Program> others, TraceSink sink)
{
    private readonly ulong[] _before = new ulong[Register.Count];
    private readonly Program[] _running = new Program[CallStack.MostFrames + 1];
    private int _slot = -1;
    private int _depth;

    /// <summary>Looks at an instruction that is about to run.</summary>
    public void Look(int slot, Span<ulong> registers, CallStack stack, AddressSpace memory)
    {
        Program next = NextProgram(slot, stack.Frames, memory);
        Finish(registers, memory);
        _running[stack.Frames] = next;
        _slot = slot;
        _depth = stack.Frames;
        registers.CopyTo(_before);
    }

    /// <summary>To be called when a run has ended: tells of its last instruction.</summary>
    public void Finish(ReadOnlySpan<ulong> after, AddressSpace memory)
    {
        if (_slot < 0)
        {
            return;
        }

        Program running = _running[_depth];
        AddressNames names = new(running, types, _depth);
        Instruction instruction = running.Code[_slot];
        (RegisterSet reads, RegisterSet writes) = Operands(instruction);
        sink(new TraceStep(
            running, _slot, _depth, Describe(reads, _before, names, memory), Describe(writes, after, names, memory), Access(instruction, names, memory, _depth)));
        _slot = -1;
    }

    /// <summary>To be called before a run: what was left of one that failed is forgotten.</summary>
    public void Begin() => _slot = -1;

    /// <summary>The program that goes on: a call stays in its own, a return goes back to the caller's, a tail call goes to another.</summary>
    private Program NextProgram(int slot, int depth, AddressSpace memory)
    {
        if (_slot < 0)
        {
            return program;
        }

        Instruction last = _running[_depth].Code[_slot];
        bool isTailCall = slot != _slot + 1 && last.IsCall && (CallKind)last.Source.Number == CallKind.Helper
            && last.Immediate == ControlHelpers.TailCall.Number;
        if (isTailCall && memory.FindMap(new Address(_before[Register.R2])) is { } map
            && ((ProgramArrayMap)memory.Maps[map]).Find((uint)_before[Register.R3]) is { } name)
        {
            return others[name];
        }

        return depth > _depth ? _running[_depth] : _running[depth];
    }

    private static ImmutableArray<TracedRegister> Describe(RegisterSet which, ReadOnlySpan<ulong> values, AddressNames names, AddressSpace memory)
    {
        var described = ImmutableArray.CreateBuilder<TracedRegister>();
        for (byte number = 0; number < Register.Count; number++)
        {
            Register register = new(number);
            if (which.Contains(register))
            {
                described.Add(new TracedRegister(register, values[register], names.OfPointer(values[register], memory)));
            }
        }

        return described.ToImmutable();
    }

    private TracedAccess? Access(Instruction instruction, AddressNames names, AddressSpace memory, int depth)
    {
        if (instruction.Opcode.Class is not (InstructionClass.LoadX or InstructionClass.Store or InstructionClass.StoreX))
        {
            return null;
        }

        bool isLoad = instruction.Opcode.Class == InstructionClass.LoadX
            || (instruction.Opcode.Mode == MemoryMode.Atomic && instruction.Immediate == (int)AtomicOperation.LoadAcquire);
        Address address = new(_before[isLoad ? instruction.Source : instruction.Destination] + (ulong)instruction.Offset);
        int size = instruction.Opcode.Size.Bytes();
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        if (memory.LoadField(0, address, size) is { } field)
        {
            // A field of a context that is an address was shown with the register that got it.
            BinaryPrimitives.WriteUInt64LittleEndian(bytes, field);
            string meaning = names.OfPointer(field, memory) ?? TraceText.Number(field);
            return new TracedAccess(names.OfPlace(address, size, memory, out _), !isLoad, size, meaning);
        }

        memory.Locate(0, address, size, isLoad ? AccessIntent.Load : AccessIntent.Store, depth).CopyTo(bytes);
        string place = names.OfPlace(address, size, memory, out PlaceType type);
        return new TracedAccess(place, !isLoad, size, names.ValueOf(bytes[..size], type, memory));
    }

    /// <summary>The registers that an instruction reads and writes.</summary>
    private static (RegisterSet Reads, RegisterSet Writes) Operands(Instruction instruction)
    {
        int destination = 1 << instruction.Destination;
        int source = instruction.Opcode.UsesSourceRegister ? 1 << instruction.Source : 0;
        return instruction.Opcode.Class switch
        {
            InstructionClass.Alu or InstructionClass.Alu64 when instruction.Opcode.AluOperation == AluOperation.Move => Sets(source, destination),
            InstructionClass.Alu or InstructionClass.Alu64 => Sets(source | destination, destination),
            InstructionClass.Jump or InstructionClass.Jump32 => OfJump(instruction, destination | source),
            InstructionClass.Load => Sets(0, destination),
            InstructionClass.LoadX => Sets(1 << instruction.Source, destination),
            InstructionClass.Store => Sets(destination, 0),
            _ when instruction.Opcode.Mode == MemoryMode.Atomic => OfAtomic(instruction, destination, 1 << instruction.Source),
            _ => Sets(destination | (1 << instruction.Source), 0),
        };
    }

    private static (RegisterSet Reads, RegisterSet Writes) OfJump(Instruction instruction, int compared)
    {
        const int Arguments = 0b11_1110;
        if (instruction.IsExit)
        {
            return Sets(1 << Register.R0, 0);
        }

        if (!instruction.IsCall)
        {
            bool isUnconditional = instruction.Opcode.JumpOperation == JumpOperation.Always || instruction.IsMayGoto;
            return Sets(isUnconditional ? 0 : compared, 0);
        }

        HelperSignature? helper = (CallKind)instruction.Source.Number == CallKind.Helper ? HelperTable.Find(instruction.Immediate) : null;
        return helper is null
            ? Sets(Arguments, 0)
            : Sets(((1 << (helper.Arguments.Length + 1)) - 1) & ~1, 1 << Register.R0);
    }

    private static (RegisterSet Reads, RegisterSet Writes) OfAtomic(Instruction instruction, int destination, int source) =>
        instruction.Immediate switch
        {
            (int)AtomicOperation.LoadAcquire => Sets(source, destination),
            (int)AtomicOperation.StoreRelease => Sets(source | destination, 0),
            (int)AtomicOperation.CompareExchange => Sets(source | destination | 1, 1),
            _ => Sets(source | destination, AtomicInstruction.OldValueTarget(instruction) is { } target ? 1 << target : 0),
        };

    private static (RegisterSet Reads, RegisterSet Writes) Sets(int reads, int writes) => (new RegisterSet((ushort)reads), new RegisterSet((ushort)writes));
}
