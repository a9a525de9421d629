using System.Buffers.Binary;
using System.Reflection;
using System.Reflection.Emit;
using NearData.Isa;

namespace NearData.Vm.Compilation;

/// <summary>Compiles arithmetic, byte swaps and moves (RFC 9669, 4.1 and 4.2).</summary>
internal sealed class ArithmeticWriter
{
    private readonly MethodWriter _writer;
    private readonly RegisterLocals _registers;

    public ArithmeticWriter(MethodWriter writer, RegisterLocals registers)
    {
        _writer = writer;
        _registers = registers;
    }

    public void Write(Instruction instruction)
    {
        switch (instruction.Opcode.AluOperation)
        {
            case AluOperation.End:
                WriteSwap(instruction);
                break;
            case AluOperation.Divide or AluOperation.Modulo:
                new DivisionWriter(_writer, _registers, instruction).Write();
                break;
            case AluOperation.Move:
                WriteMove(instruction);
                break;
            case AluOperation.Negate:
                PushDestination(instruction);
                _writer.Do(OpCodes.Neg);
                PopResult(instruction);
                break;
            case AluOperation.ShiftLeft or AluOperation.ShiftRight or AluOperation.ArithmeticShiftRight:
                PushDestination(instruction);
                PushShiftCount(instruction);
                _writer.Do(Operator(instruction.Opcode.AluOperation));
                PopResult(instruction);
                break;
            default:
                PushDestination(instruction);
                new OperandWriter(_writer, _registers).Push(instruction);
                _writer.Do(Operator(instruction.Opcode.AluOperation));
                PopResult(instruction);
                break;
        }
    }

    private static OpCode Operator(AluOperation operation) => operation switch
    {
        AluOperation.Add => OpCodes.Add,
        AluOperation.Subtract => OpCodes.Sub,
        AluOperation.Multiply => OpCodes.Mul,
        AluOperation.Or => OpCodes.Or,
        AluOperation.And => OpCodes.And,
        AluOperation.Xor => OpCodes.Xor,
        AluOperation.ShiftLeft => OpCodes.Shl,
        AluOperation.ShiftRight => OpCodes.Shr_Un,
        AluOperation.ArithmeticShiftRight => OpCodes.Shr,
        _ => throw new InvalidOperationException($"Arithmetic operation 0x{(int)operation:x2} is not defined."),
    };

    private void PushDestination(Instruction instruction) => new OperandWriter(_writer, _registers).PushDestination(instruction);

    private void PopResult(Instruction instruction) => new OperandWriter(_writer, _registers).PopResult(instruction);

    // IL leaves shifts by the width or more undefined, so the count is masked as the specification says.
    private void PushShiftCount(Instruction instruction)
    {
        int mask = OperandWriter.IsNarrow(instruction) ? 31 : 63;
        if (instruction.Opcode.UsesSourceRegister)
        {
            _writer.Load(_registers[instruction.Source]);
            _writer.Do(OpCodes.Conv_I4);
            _writer.NarrowConstant(mask);
            _writer.Do(OpCodes.And);
        }
        else
        {
            _writer.NarrowConstant(instruction.Immediate & mask);
        }
    }

    private void WriteMove(Instruction instruction)
    {
        new OperandWriter(_writer, _registers).Push(instruction);
        switch (instruction.Offset)
        {
            case 8: _writer.Do(OpCodes.Conv_I1); break;
            case 16: _writer.Do(OpCodes.Conv_I2); break;
            case 32: _writer.Do(OpCodes.Conv_I4); break;
            default: break;
        }

        if (!OperandWriter.IsNarrow(instruction))
        {
            _writer.Do(OpCodes.Conv_I8);
        }

        PopResult(instruction);
    }

    private void WriteSwap(Instruction instruction)
    {
        // To little-endian is only a cut to the width: this machine's byte order.
        bool isSwap = instruction.Opcode.Class == InstructionClass.Alu64 || instruction.Opcode.UsesSourceRegister;
        (Type type, OpCode cut) = instruction.Immediate switch
        {
            16 => (typeof(ushort), OpCodes.Conv_U2),
            32 => (typeof(uint), OpCodes.Conv_U4),
            _ => (typeof(ulong), OpCodes.Conv_U8),
        };
        _writer.Load(_registers[instruction.Destination]);
        _writer.Do(cut);
        if (isSwap)
        {
            MethodInfo reverse = typeof(BinaryPrimitives).GetMethod(nameof(BinaryPrimitives.ReverseEndianness), [type])!;
            _writer.Call(reverse);
        }

        _writer.Do(OpCodes.Conv_U8);
        _writer.Store(_registers[instruction.Destination]);
    }
}
