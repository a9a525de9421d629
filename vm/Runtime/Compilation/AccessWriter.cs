using System.Reflection.Emit;
using NearData.Isa;

namespace NearData.Vm.Compilation;

/// <summary>Compiles loads, stores and atomic operations (RFC 9669, 5), wherever their bytes are.</summary>
internal sealed class AccessWriter
{
    private readonly MethodWriter _writer;
    private readonly RegisterLocals _registers;
    private readonly MemorySharing _sharing;
    private readonly LocalBuilder _value;
    private readonly LocalBuilder _old;

    public AccessWriter(MethodWriter writer, RegisterLocals registers, MemorySharing sharing)
    {
        _writer = writer;
        _registers = registers;
        _sharing = sharing;
        _value = writer.NewNumber();
        _old = writer.NewNumber();
    }

    public void Write(Instruction instruction, Place place)
    {
        switch (instruction.Opcode.Class, instruction.Opcode.Mode)
        {
            case (InstructionClass.LoadX, MemoryMode.Memory):
                place.Load(_writer, instruction.Opcode.Size, NumberSign.Unsigned);
                _writer.Store(_registers[instruction.Destination]);
                break;
            case (InstructionClass.LoadX, MemoryMode.SignExtendingMemory):
                place.Load(_writer, instruction.Opcode.Size, NumberSign.Signed);
                _writer.Store(_registers[instruction.Destination]);
                break;
            case (InstructionClass.StoreX, MemoryMode.Memory):
                place.Store(_writer, instruction.Opcode.Size, _registers[instruction.Source]);
                break;
            case (InstructionClass.Store, MemoryMode.Memory):
                _writer.Constant(instruction.Immediate);
                _writer.Store(_value);
                place.Store(_writer, instruction.Opcode.Size, _value);
                break;
            case (InstructionClass.StoreX, MemoryMode.Atomic):
                WriteAtomic(instruction, place);
                break;
            default:
                throw new InvalidOperationException($"Opcode {instruction.Opcode} is no access that can be compiled.");
        }
    }

    // Read, change, write, where what the program can reach belongs to one thread, so that nothing can come between.
    private void WriteAtomic(Instruction instruction, Place place)
    {
        AtomicOperation operation = (AtomicOperation)instruction.Immediate;
        MemorySize size = instruction.Opcode.Size;
        switch (operation)
        {
            // Every load acquires and every store releases on x64; elsewhere the accesses' volatile prefix says so.
            case AtomicOperation.LoadAcquire:
                place.Load(_writer, size, NumberSign.Unsigned);
                _writer.Store(_registers[instruction.Destination]);
                return;
            case AtomicOperation.StoreRelease:
                place.Store(_writer, size, _registers[instruction.Source]);
                return;
        }

        if (_sharing == MemorySharing.Threads && place is AddressPlace shared)
        {
            WriteInterlocked(instruction, shared);
            return;
        }

        place.Load(_writer, size, NumberSign.Unsigned);
        _writer.Store(_old);
        switch (operation)
        {
            case AtomicOperation.Exchange:
                place.Store(_writer, size, _registers[instruction.Source]);
                break;
            case AtomicOperation.CompareExchange:
                WriteCompareExchange(instruction, place);
                break;
            default:
                _writer.Load(_old);
                _writer.Load(_registers[instruction.Source]);
                _writer.Do(Operator(operation));
                _writer.Store(_value);
                place.Store(_writer, size, _value);
                break;
        }

        if (AtomicInstruction.OldValueTarget(instruction) is { } target)
        {
            _writer.Load(_old);
            _writer.Store(_registers[target]);
        }
    }

    private void WriteInterlocked(Instruction instruction, AddressPlace place)
    {
        AtomicOperation operation = (AtomicOperation)instruction.Immediate;
        place.PushAddress(_writer);
        _writer.Load(_registers[instruction.Source]);
        if (operation == AtomicOperation.CompareExchange)
        {
            _writer.Load(_registers[Register.R0]);
        }

        _writer.Call(SharedUpdate.Of(operation, instruction.Opcode.Size));
        if (AtomicInstruction.OldValueTarget(instruction) is { } target)
        {
            _writer.Store(_registers[target]);
        }
        else
        {
            _writer.Do(OpCodes.Pop);
        }
    }

    private void WriteCompareExchange(Instruction instruction, Place place)
    {
        Label different = _writer.NewLabel();
        _writer.Load(_registers[Register.R0]);
        _writer.Extend(instruction.Opcode.Size, NumberSign.Unsigned);
        _writer.Load(_old);
        _writer.Branch(OpCodes.Bne_Un, different);
        place.Store(_writer, instruction.Opcode.Size, _registers[instruction.Source]);
        _writer.Mark(different);
    }

    private static OpCode Operator(AtomicOperation operation) => operation switch
    {
        AtomicOperation.Add or AtomicOperation.AddFetch => OpCodes.Add,
        AtomicOperation.Or or AtomicOperation.OrFetch => OpCodes.Or,
        AtomicOperation.And or AtomicOperation.AndFetch => OpCodes.And,
        AtomicOperation.Xor or AtomicOperation.XorFetch => OpCodes.Xor,
        _ => throw new InvalidOperationException($"Atomic operation 0x{(int)operation:x2} is not defined."),
    };
}
