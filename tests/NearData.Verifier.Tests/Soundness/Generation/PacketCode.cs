using NearData.Isa;
using NearData.Isa.Helpers;

namespace NearData.Verifier.Tests.Soundness.Generation;

/// <summary>Writes accesses to packets, each behind a comparison with the packet's end. r6 is the context; r1, r3 and r5 are used.</summary>
internal sealed class PacketCode
{
    private const short Data = 0;
    private const short DataEnd = 4;
    private const short DataMeta = 8;
    private const short KeptAddress = (-8 * MemoryCode.StackNumbers) - 16;
    private const short Buffer = -200;

    private readonly CodeBuilder _code;
    private readonly Choices _choices;
    private readonly NumberCode _numbers;
    private readonly MemoryCode _memory;

    public PacketCode(CodeBuilder code, Choices choices, NumberCode numbers, MemoryCode memory)
    {
        _code = code;
        _choices = choices;
        _numbers = numbers;
        _memory = memory;
    }

    public void Write()
    {
        switch (_choices.Below(8))
        {
            case 0:
                Move();
                break;
            case 1:
                Copy();
                break;
            case 2:
                Length();
                break;
            default:
                Compared();
                break;
        }

        _numbers.Renew(Register.R3);
    }

    /// <summary>Two numbers from the packet, or of its length where it is short.</summary>
    public void LoadNumbers(Register first, Register second)
    {
        int end = _code.NewPlace();
        Field(Register.R1, Data);
        Field(Register.R5, DataEnd);
        _numbers.Move(first, Register.R5);
        _code.Add(Instruction.Alu64(AluOperation.Subtract, first, Register.R1));
        _numbers.Move(second, first);
        _numbers.Move(Register.R3, Register.R1);
        _numbers.Add(Register.R3, 16);
        _code.Jump(Instruction.Jump64(JumpOperation.Greater, Register.R3, Register.R5, 0), end);
        _code.Add(Instruction.Load(_choices.Size(), first, Register.R1, (short)_choices.Below(9)));
        _code.Add(Instruction.Load(_choices.Size(), second, Register.R1, (short)_choices.Below(9)));
        _code.Put(end);
    }

    /// <summary>Finds a place in the packet, compares what lies behind it with the end, and touches it.</summary>
    private void Compared()
    {
        int end = _code.NewPlace();
        bool isMetadata = _choices.Rarely(8);
        Field(Register.R1, isMetadata ? DataMeta : Data);
        if (_choices.Rarely(2))
        {
            _numbers.Bounded(Register.R5, _choices.Pick(7, 20, 60), end);
            _code.Add(Instruction.Alu64(AluOperation.Add, Register.R1, Register.R5));
        }

        Field(Register.R5, isMetadata ? Data : DataEnd);
        int proven = _choices.Between(1, 40);
        bool isMoved = _choices.Rarely(3);
        Register compared = isMoved ? Register.R1 : Register.R3;
        if (!isMoved)
        {
            _numbers.Move(Register.R3, Register.R1);
        }

        _numbers.Add(compared, proven);
        bool isKept = _choices.Rarely(4);
        if (isKept)
        {
            _code.Add(Instruction.Store(MemorySize.DoubleWord, Register.R10, KeptAddress, Register.R1));
        }

        int reach = Compare(compared, end) + (_choices.Rarely(15) ? 1 : 0);
        if (isKept)
        {
            _numbers.Arithmetic();
            _code.Add(Instruction.Load(MemorySize.DoubleWord, Register.R1, Register.R10, KeptAddress));
        }

        MemorySize size = _choices.Size();
        int first = isMoved ? -proven : 0;
        int most = first + proven + reach - size.Bytes();
        if (most >= first)
        {
            _memory.Access(Register.R1, (short)_choices.Between(_choices.Rarely(15) ? first - 1 : first, most), size);
        }

        _code.Put(end);
    }

    /// <summary>Goes on only where an address isn't behind the end in r5; returns how many bytes more are there.</summary>
    private int Compare(Register address, int otherwise)
    {
        (JumpOperation condition, bool isMirrored, int more) = _choices.Pick(
            (JumpOperation.Greater, false, 0),
            (JumpOperation.Less, true, 0),
            (JumpOperation.GreaterOrEqual, false, 1),
            (JumpOperation.LessOrEqual, true, 1),
            (JumpOperation.NotEqual, false, 0));
        _code.Jump(isMirrored ? Instruction.Jump64(condition, Register.R5, address, 0) : Instruction.Jump64(condition, address, Register.R5, 0), otherwise);
        return more;
    }

    private void Length()
    {
        Field(Register.R1, Data);
        Field(Register.R5, DataEnd);
        _code.Add(Instruction.Alu64(AluOperation.Subtract, Register.R5, Register.R1));
        _numbers.Move(_numbers.Any(), Register.R5);
    }

    /// <summary>Moves an end of the packet; addresses in it are lost.</summary>
    private void Move()
    {
        int helper = _choices.Pick(PacketHelpers.AdjustHead.Number, PacketHelpers.AdjustMetadata.Number, PacketHelpers.AdjustTail.Number);
        _numbers.Move(Register.R1, Register.R6);
        _numbers.Set(Register.R2, 4 * _choices.Between(-4, 4));
        _code.CallHelper(helper);
        _numbers.Renew(Register.R2, Register.R3, Register.R4);
    }

    /// <summary>Copies between the packet and the stack.</summary>
    private void Copy()
    {
        int end = _code.NewPlace();
        bool isLoad = _choices.Rarely(2);
        int size = _choices.Between(1, 32);
        if (!isLoad || _choices.Rarely(2))
        {
            for (int slot = 0; slot < 4; slot++)
            {
                _code.Add(Instruction.Store(MemorySize.DoubleWord, Register.R10, (short)(Buffer + (8 * slot)), _numbers.Any()));
            }
        }

        bool isVariable = _choices.Rarely(2);
        if (isVariable)
        {
            _numbers.Bounded(Register.R5, 31, end);
            _numbers.Add(Register.R5, 1);
        }

        _numbers.Move(Register.R2, _choices.Pick(Register.R7, Register.R8));
        _numbers.Move(Register.R1, Register.R6);
        _numbers.Move(Register.R3, Register.R10);
        _numbers.Add(Register.R3, Buffer);
        if (isVariable)
        {
            _numbers.Move(Register.R4, Register.R5);
        }
        else
        {
            _numbers.Set(Register.R4, size);
        }

        _code.CallHelper(isLoad ? PacketHelpers.LoadBytes.Number : PacketHelpers.StoreBytes.Number);
        _code.Add(Instruction.Load(MemorySize.Byte, Register.R0, Register.R10, (short)(Buffer + _choices.Below(size))));
        _numbers.Renew(Register.R2, Register.R3, Register.R4);
        _code.Put(end);
    }

    private void Field(Register register, short offset) => _code.Add(Instruction.Load(MemorySize.Word, register, Register.R6, offset));
}
