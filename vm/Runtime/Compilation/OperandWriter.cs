using System.Reflection.Emit;
using NearData.Isa;

namespace NearData.Vm.Compilation;

/// <summary>
/// Operands of arithmetic and jumps at their instruction's width: a 32-bit one is cut to 32 bits when it is read, and
/// zero-extended when it is written (RFC 9669, 4.1).
/// </summary>
internal readonly struct OperandWriter
{
    private readonly MethodWriter _writer;
    private readonly RegisterLocals _registers;

    public OperandWriter(MethodWriter writer, RegisterLocals registers)
    {
        _writer = writer;
        _registers = registers;
    }

    public static bool IsNarrow(Instruction instruction) =>
        instruction.Opcode.Class is InstructionClass.Alu or InstructionClass.Jump32;

    public void PushDestination(Instruction instruction) => PushRegister(instruction, instruction.Destination);

    /// <summary>Pushes the source register or the immediate.</summary>
    public void Push(Instruction instruction)
    {
        if (instruction.Opcode.UsesSourceRegister)
        {
            PushRegister(instruction, instruction.Source);
        }
        else
        {
            PushConstant(instruction, instruction.Immediate);
        }
    }

    public void PushConstant(Instruction instruction, int value)
    {
        if (IsNarrow(instruction))
        {
            _writer.NarrowConstant(value);
        }
        else
        {
            _writer.Constant(value);
        }
    }

    public void PopResult(Instruction instruction)
    {
        if (IsNarrow(instruction))
        {
            _writer.Do(OpCodes.Conv_U8);
        }

        _writer.Store(_registers[instruction.Destination]);
    }

    private void PushRegister(Instruction instruction, Register register)
    {
        _writer.Load(_registers[register]);
        if (IsNarrow(instruction))
        {
            _writer.Do(OpCodes.Conv_I4);
        }
    }
}
