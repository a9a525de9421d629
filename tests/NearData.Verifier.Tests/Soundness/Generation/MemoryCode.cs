using NearData.Isa;

namespace NearData.Verifier.Tests.Soundness.Generation;

/// <summary>Writes accesses to memory. r1 and r5 are free between statements; the eight slots below r10 hold numbers.</summary>
internal sealed class MemoryCode
{
    public const int StackNumbers = 8;

    /// <summary>Where addresses are kept for a while, below the numbers.</summary>
    private const short Kept = (-8 * StackNumbers) - 8;

    private readonly CodeBuilder _code;
    private readonly Choices _choices;
    private readonly NumberCode _numbers;

    public MemoryCode(CodeBuilder code, Choices choices, NumberCode numbers)
    {
        _code = code;
        _choices = choices;
        _numbers = numbers;
    }

    public void FillStack()
    {
        for (int slot = 1; slot <= StackNumbers; slot++)
        {
            _code.Add(Instruction.Store(MemorySize.DoubleWord, Register.R10, (short)(-8 * slot), _numbers.Any()));
        }
    }

    /// <summary>Loads and stores of the numbers on the stack: whole slots, parts, and across slots.</summary>
    public void OnStack()
    {
        MemorySize size = _choices.Size();
        short offset = (short)(_choices.Rarely(2)
            ? -8 * _choices.Between(1, StackNumbers)
            : -_choices.Between(size.Bytes(), 8 * StackNumbers));
        Access(Register.R10, offset, size);
    }

    /// <summary>An access at a variable place of the stack.</summary>
    public void SomewhereOnStack()
    {
        int end = _code.NewPlace();
        MemorySize size = _choices.Size();
        _numbers.Bounded(Register.R5, (8 * StackNumbers) - size.Bytes(), end);
        _numbers.Move(Register.R1, Register.R10);
        _code.Add(Instruction.Alu64(AluOperation.Add, Register.R1, Register.R5));
        Access(Register.R1, -8 * StackNumbers, size);
        _code.Put(end);
    }

    /// <summary>Accesses from an address in r1 on, at constant or variable places.</summary>
    /// <param name="length">Bytes that are there.</param>
    public void From(int length)
    {
        int end = _code.NewPlace();
        MemorySize size = _choices.Size();
        int most = length - size.Bytes();
        int slack = _choices.Rarely(20) ? 1 : 0;
        switch (_choices.Below(5))
        {
            case 0:
                Access(Register.R1, (short)_choices.Between(0, most + slack), size);
                break;
            case 1:
                // Away, and back again.
                int away = _choices.Between(-200, 200);
                _numbers.Add(Register.R1, away);
                Access(Register.R1, (short)(_choices.Between(0, most) - away), size);
                break;
            case 2 when most > 0:
                // From the end backwards.
                _numbers.Bounded(Register.R5, most, end);
                _numbers.Add(Register.R1, most);
                _code.Add(Instruction.Alu64(AluOperation.Subtract, Register.R1, Register.R5));
                Access(Register.R1, 0, size);
                break;
            case 3 when most > 0:
                // The address waits on the stack.
                _numbers.Bounded(Register.R5, most, end);
                _code.Add(Instruction.Alu64(AluOperation.Add, Register.R1, Register.R5));
                _code.Add(Instruction.Store(MemorySize.DoubleWord, Register.R10, Kept, Register.R1));
                _numbers.Arithmetic();
                _code.Add(Instruction.Load(MemorySize.DoubleWord, Register.R1, Register.R10, Kept));
                Access(Register.R1, 0, size);
                break;
            default:
                _numbers.Bounded(Register.R5, int.Max(1, most), end);
                _code.Add(Instruction.Alu64(AluOperation.Add, Register.R1, Register.R5));
                Access(Register.R1, (short)slack, size);
                break;
        }

        _code.Put(end);
    }

    /// <summary>An atomic operation from an address in a register on.</summary>
    public void Atomic(Register address, int first, int length)
    {
        MemorySize size = _choices.Pick(MemorySize.Word, MemorySize.DoubleWord);
        short offset = (short)(first + (size.Bytes() * _choices.Below(length / size.Bytes())));
        _code.Add(_choices.Rarely(4)
            ? _choices.Rarely(2)
                ? Instruction.Atomic(AtomicOperation.StoreRelease, size, address, offset, _numbers.Any())
                : new Instruction(
                    Opcode.Memory(InstructionClass.StoreX, MemoryMode.Atomic, size), _numbers.Any(), address, offset, (int)AtomicOperation.LoadAcquire)
            : Instruction.Atomic(_choices.Update(), size, address, offset, _numbers.Any()));
    }

    /// <summary>A load, with or without its sign, or a store.</summary>
    public void Access(Register address, short offset, MemorySize size)
    {
        Instruction load = Instruction.Load(size, _numbers.Any(), address, offset);
        _code.Add(_choices.Below(5) switch
        {
            0 or 1 => load,
            2 when size != MemorySize.DoubleWord => load with { Opcode = Opcode.Memory(InstructionClass.LoadX, MemoryMode.SignExtendingMemory, size) },
            3 => Instruction.Store(size, address, offset, _choices.Constant()),
            _ => Instruction.Store(size, address, offset, _numbers.Any()),
        });
    }
}
