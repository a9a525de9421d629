using NearData.Isa;

namespace NearData.Verifier.Tests.Soundness.Generation;

/// <summary>Writes code over registers that hold numbers.</summary>
internal sealed class NumberCode
{
    private readonly CodeBuilder _code;
    private readonly Choices _choices;

    public NumberCode(CodeBuilder code, Choices choices)
    {
        _code = code;
        _choices = choices;
    }

    /// <summary>Registers that hold numbers between any two statements.</summary>
    public static Register[] Registers { get; } = [Register.R0, Register.R2, Register.R3, Register.R4, Register.R7, Register.R8];

    public Register Any() => _choices.Pick<Register>(Registers);

    public void Move(Register destination, Register source) => _code.Add(Instruction.Alu64(AluOperation.Move, destination, source));

    public void Set(Register destination, int number) => _code.Add(Instruction.Alu64(AluOperation.Move, destination, number));

    public void Add(Register destination, int number) => _code.Add(Instruction.Alu64(AluOperation.Add, destination, number));

    /// <summary>Gives registers that a call took numbers again.</summary>
    public void Renew(params ReadOnlySpan<Register> registers)
    {
        foreach (Register register in registers)
        {
            switch (_choices.Below(4))
            {
                case 0:
                    Set(register, _choices.Constant());
                    break;
                case 1:
                    _code.Add(Instruction.Load(MemorySize.DoubleWord, register, Register.R10, (short)(-8 * _choices.Between(1, 8))));
                    break;
                default:
                    Move(register, _choices.Pick(Register.R7, Register.R8));
                    break;
            }
        }
    }

    public void Arithmetic()
    {
        Register left = Any();
        switch (_choices.Below(14))
        {
            case 0:
                _code.Add(Instruction.Alu64(AluOperation.Move, left, Any(), offset: (short)_choices.Pick(8, 16, 32)));
                break;
            case 1:
                _code.Add(Instruction.Alu32(AluOperation.Move, left, Any(), offset: (short)_choices.Pick(0, 8, 16)));
                break;
            case 2:
                AluOperation shift = _choices.Pick(AluOperation.ShiftRight, AluOperation.ArithmeticShiftRight);
                int by = _choices.Pick(8, 16, 24, 32, 48, 56);
                _code.Add(Instruction.Alu64(AluOperation.ShiftLeft, left, by), Instruction.Alu64(shift, left, by));
                break;
            case 3:
                _code.Add(Instruction.Alu64(AluOperation.And, left, _choices.Pick(1, 7, 15, 31, 63, 255, -8, ushort.MaxValue)));
                break;
            case 4:
                _code.Add(new Instruction(
                    Opcode.Arithmetic(_choices.Pick(InstructionClass.Alu, InstructionClass.Alu64), AluOperation.Negate, fromRegister: false), left, default, 0, 0));
                break;
            case 5:
                // Byte swaps: to big or little endian, or always.
                bool always = _choices.Rarely(3);
                _code.Add(new Instruction(
                    Opcode.Arithmetic(always ? InstructionClass.Alu64 : InstructionClass.Alu, AluOperation.End, fromRegister: !always && _choices.Rarely(2)),
                    left, default, 0, _choices.Pick(16, 32, 64)));
                break;
            case 6:
                _code.LoadNumber(left, _choices.WideConstant());
                break;
            default:
                Operation(left);
                break;
        }
    }

    /// <summary>A jump to a place on any condition.</summary>
    public void JumpIf(int place)
    {
        Instruction jump = _choices.Rarely(2)
            ? Instruction.Jump64(_choices.Condition(), Any(), Any(), 0)
            : Instruction.Jump64(_choices.Condition(), Any(), _choices.Constant(), 0);
        bool isNarrow = _choices.Rarely(3);
        _code.Jump(
            isNarrow ? jump with { Opcode = Opcode.Jump(InstructionClass.Jump32, jump.Opcode.JumpOperation, jump.Opcode.UsesSourceRegister) } : jump,
            place);
    }

    /// <summary>Puts a number from 0 to a greatest into a register, in one of the ways that compilers bound numbers; rarely it is not bounded.</summary>
    /// <param name="index">The register.</param>
    /// <param name="greatest">At least 1.</param>
    /// <param name="otherwise">Where the code goes on for numbers outside.</param>
    public void Bounded(Register index, int greatest, int otherwise)
    {
        Move(index, Any());
        int bound = _choices.Rarely(12) ? greatest + _choices.Pick(1, 8, 1000) : greatest;
        int mask = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)greatest + 1) / 2;
        switch (_choices.Below(7))
        {
            case 0:
                _code.Add(Instruction.Alu64(AluOperation.And, index, _choices.Rarely(12) ? (2 * mask) - 1 : mask - 1));
                break;
            case 1:
                _code.Jump(Instruction.Jump64(JumpOperation.Greater, index, bound, 0), otherwise);
                break;
            case 2:
                _code.Jump(Instruction.Jump64(JumpOperation.SignedLess, index, 0, 0), otherwise);
                _code.Jump(Instruction.Jump64(JumpOperation.SignedGreater, index, bound, 0), otherwise);
                break;
            case 3:
                _code.Add(Instruction.Alu64(AluOperation.Modulo, index, bound));
                break;
            case 4:
                _code.Add(Instruction.Alu32(AluOperation.Move, index, index));
                _code.Jump(new Instruction(Opcode.Jump(InstructionClass.Jump32, JumpOperation.GreaterOrEqual, fromRegister: false), index, default, 0, bound + 1), otherwise);
                break;
            case 5:
                // The bound is another register's, which is bounded itself, on a copy.
                Register other = _choices.Pick(Register.R7, Register.R8);
                _code.Jump(Instruction.Jump64(JumpOperation.Greater, other, bound, 0), otherwise);
                _code.Jump(Instruction.Jump64(JumpOperation.Greater, index, other, 0), otherwise);
                break;
            default:
                // A sum is compared, and the number in front of it used.
                Add(index, 5);
                _code.Jump(Instruction.Jump64(JumpOperation.GreaterOrEqual, index, bound + 6, 0), otherwise);
                _code.Jump(Instruction.Jump64(JumpOperation.Less, index, 5, 0), otherwise);
                Add(index, -5);
                break;
        }
    }

    private void Operation(Register left)
    {
        AluOperation operation = _choices.Operation();
        bool isNarrow = _choices.Rarely(3);
        bool isShift = operation is AluOperation.ShiftLeft or AluOperation.ShiftRight or AluOperation.ArithmeticShiftRight;
        short offset = (short)(operation is AluOperation.Divide or AluOperation.Modulo ? _choices.Below(2) : 0);
        int constant = isShift ? _choices.Below(isNarrow ? 32 : 64) : _choices.Constant();
        bool fromRegister = _choices.Rarely(2);
        _code.Add((isNarrow, fromRegister) switch
        {
            (false, false) => Instruction.Alu64(operation, left, constant, offset),
            (false, true) => Instruction.Alu64(operation, left, Any(), offset),
            (true, false) => Instruction.Alu32(operation, left, constant, offset),
            (true, true) => Instruction.Alu32(operation, left, Any(), offset),
        });
    }
}
