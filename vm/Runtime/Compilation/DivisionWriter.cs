using System.Reflection.Emit;
using NearData.Isa;

namespace NearData.Vm.Compilation;

/// <summary>
/// Compiles one division or modulo. Division by zero gives zero, modulo zero keeps the destination, and the least number
/// divided by -1 is itself (RFC 9669, 4.1): the processor traps on all three, so the code goes around them, except where the
/// divisor is a constant and the case is known.
/// </summary>
internal readonly struct DivisionWriter
{
    private readonly MethodWriter _writer;
    private readonly RegisterLocals _registers;
    private readonly OperandWriter _operands;
    private readonly Instruction _instruction;

    public DivisionWriter(MethodWriter writer, RegisterLocals registers, Instruction instruction)
    {
        _writer = writer;
        _registers = registers;
        _operands = new OperandWriter(writer, registers);
        _instruction = instruction;
    }

    private bool IsSigned => _instruction.Offset == 1;

    private bool IsModulo => _instruction.Opcode.AluOperation == AluOperation.Modulo;

    public void Write()
    {
        if (_instruction.Opcode.UsesSourceRegister)
        {
            WriteByRegister();
        }
        else if (_instruction.Immediate == 0)
        {
            WriteByZero();
        }
        else if (_instruction.Immediate == -1 && IsSigned)
        {
            WriteByMinusOne();
        }
        else
        {
            WritePlain();
        }
    }

    private void WriteByRegister()
    {
        Label byZero = _writer.NewLabel();
        Label byMinusOne = _writer.NewLabel();
        Label done = _writer.NewLabel();

        PushDivisor();
        _writer.Branch(OpCodes.Brfalse, byZero);
        if (IsSigned)
        {
            PushDivisor();
            _writer.Constant(-1);
            _writer.Branch(OpCodes.Beq, byMinusOne);
        }

        WritePlain();
        _writer.Branch(OpCodes.Br, done);
        if (IsSigned)
        {
            _writer.Mark(byMinusOne);
            WriteByMinusOne();
            _writer.Branch(OpCodes.Br, done);
        }

        _writer.Mark(byZero);
        WriteByZero();
        _writer.Mark(done);
    }

    private void WritePlain()
    {
        Push(_instruction.Destination);
        PushDivisor();
        _writer.Do((IsModulo, IsSigned) switch
        {
            (false, false) => OpCodes.Div_Un,
            (false, true) => OpCodes.Div,
            (true, false) => OpCodes.Rem_Un,
            (true, true) => OpCodes.Rem,
        });
        if (OperandWriter.IsNarrow(_instruction))
        {
            _writer.Extend(MemorySize.Word, NumberSign.Unsigned);
        }

        _writer.Store(_registers[_instruction.Destination]);
    }

    private void PushDivisor()
    {
        if (_instruction.Opcode.UsesSourceRegister)
        {
            Push(_instruction.Source);
        }
        else
        {
            _writer.Constant(IsSigned || !OperandWriter.IsNarrow(_instruction) ? _instruction.Immediate : (uint)_instruction.Immediate);
        }
    }

    // Also a 32-bit division is done in 64 bits, on operands widened by shifts: around a 32-bit division by a register the runtime's
    // compiler (10.0.12) was seen to lose the high half of the divisor's register (MixedAccessTests).
    private void Push(Register register)
    {
        _writer.Load(_registers[register]);
        if (OperandWriter.IsNarrow(_instruction))
        {
            _writer.NarrowConstant(32);
            _writer.Do(OpCodes.Shl);
            _writer.NarrowConstant(32);
            _writer.Do(IsSigned ? OpCodes.Shr : OpCodes.Shr_Un);
        }
    }

    private void WriteByZero()
    {
        if (IsModulo)
        {
            _operands.PushDestination(_instruction);
            _operands.PopResult(_instruction);
        }
        else
        {
            WriteZero();
        }
    }

    private void WriteByMinusOne()
    {
        if (IsModulo)
        {
            WriteZero();
        }
        else
        {
            _operands.PushDestination(_instruction);
            _writer.Do(OpCodes.Neg);
            _operands.PopResult(_instruction);
        }
    }

    private void WriteZero()
    {
        _writer.Constant(0);
        _writer.Store(_registers[_instruction.Destination]);
    }
}
