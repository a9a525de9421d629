using NearData.Isa;
using NearData.Isa.Helpers;

namespace NearData.Verifier.Tests.Soundness.Generation;

/// <summary>Writes calls of helpers over maps, records and text. r1 and r5 are used.</summary>
internal sealed class HelperCode
{
    private const short Key = -120;
    private const short Value = -136;
    private const short Kept = -144;

    private readonly CodeBuilder _code;
    private readonly Choices _choices;
    private readonly NumberCode _numbers;
    private readonly MemoryCode _memory;

    public HelperCode(CodeBuilder code, Choices choices, NumberCode numbers, MemoryCode memory)
    {
        _code = code;
        _choices = choices;
        _numbers = numbers;
        _memory = memory;
    }

    public void Write()
    {
        switch (_choices.Below(10))
        {
            case 0 or 1:
                Lookup();
                break;
            case 2:
                Change();
                break;
            case 3 or 4:
                Record();
                break;
            case 5:
                Output();
                break;
            case 6:
                Checksum();
                break;
            case 7:
                Locked();
                break;
            default:
                InValue();
                break;
        }
    }

    /// <summary>A key, as wide as the widest that a map here has.</summary>
    private void WriteKey()
    {
        _code.Add(Instruction.Store(MemorySize.DoubleWord, Register.R10, Key, _numbers.Any()));
        if (_choices.Rarely(2))
        {
            _code.Add(Instruction.Store(MemorySize.DoubleWord, Register.R10, Key, _choices.Below(5)));
        }
    }

    private void Lookup()
    {
        int end = _code.NewPlace();
        int map = _choices.Pick(SoundnessMaps.Array, SoundnessMaps.Hash);
        WriteKey();
        _code.LoadMap(Register.R1, map);
        StackAddress(Register.R2, Key);
        _code.CallHelper(MapHelpers.Lookup.Number);
        Register found = Register.R0;
        if (_choices.Rarely(3))
        {
            // Two copies; the comparison of one tells of the other.
            _code.Add(Instruction.Store(MemorySize.DoubleWord, Register.R10, Kept, Register.R0));
            _numbers.Renew(Register.R3);
            _code.Add(Instruction.Load(MemorySize.DoubleWord, Register.R4, Register.R10, Kept));
            found = _choices.Pick(Register.R0, Register.R4);
        }

        if (!_choices.Rarely(20))
        {
            _code.Jump(Instruction.Jump64(JumpOperation.Equal, found, 0, 0), end);
        }

        _numbers.Move(Register.R1, Register.R0);
        _numbers.Renew(Register.R0, Register.R2, Register.R3, Register.R4);
        if (_choices.Rarely(4))
        {
            _memory.Atomic(Register.R1, 0, SoundnessMaps.ValueSize);
        }

        _memory.From(SoundnessMaps.ValueSize);
        _code.Put(end);
        _numbers.Renew(Register.R0, Register.R2, Register.R3, Register.R4);
    }

    /// <summary>A value is changed under its lock, which is given back on both ways out of a branch.</summary>
    private void Locked()
    {
        int end = _code.NewPlace();
        WriteKey();
        _code.LoadMap(Register.R1, SoundnessMaps.Locked);
        StackAddress(Register.R2, Key);
        _code.CallHelper(MapHelpers.Lookup.Number);
        _code.Jump(Instruction.Jump64(JumpOperation.Equal, Register.R0, 0, 0), end);
        _code.Add(Instruction.Store(MemorySize.DoubleWord, Register.R10, Kept, Register.R0));
        HoldOrGiveBack(LockHelpers.Lock);
        _code.Add(Instruction.Load(MemorySize.DoubleWord, Register.R1, Register.R10, Kept));
        _numbers.Renew(Register.R0, Register.R2, Register.R3, Register.R4);
        _memory.From(_choices.Rarely(10) ? SoundnessMaps.ValueSize : SoundnessMaps.LockOffset);
        int other = _code.NewPlace();
        _numbers.JumpIf(other);
        HoldOrGiveBack(LockHelpers.Unlock);
        _code.Goto(end);
        _code.Put(other);
        if (!_choices.Rarely(20))
        {
            HoldOrGiveBack(LockHelpers.Unlock);
        }

        _code.Put(end);
        _numbers.Renew(Register.R0, Register.R2, Register.R3, Register.R4);
    }

    private void HoldOrGiveBack(HelperSignature helper)
    {
        _code.Add(Instruction.Load(MemorySize.DoubleWord, Register.R1, Register.R10, Kept));
        _numbers.Add(Register.R1, SoundnessMaps.LockOffset);
        _code.CallHelper(helper.Number);
    }

    private void Change()
    {
        WriteKey();
        _code.Add(Instruction.Store(MemorySize.DoubleWord, Register.R10, Value, _numbers.Any()));
        _code.Add(Instruction.Store(MemorySize.DoubleWord, Register.R10, (short)(Value + 8), _numbers.Any()));
        _code.LoadMap(Register.R1, _choices.Pick(SoundnessMaps.Array, SoundnessMaps.Hash, SoundnessMaps.Hash));
        StackAddress(Register.R2, Key);
        if (_choices.Rarely(3))
        {
            _code.CallHelper(MapHelpers.Delete.Number);
        }
        else
        {
            StackAddress(Register.R3, Value);
            _numbers.Set(Register.R4, 0);
            _code.CallHelper(MapHelpers.Update.Number);
        }

        _numbers.Renew(Register.R2, Register.R3, Register.R4);
    }

    /// <summary>A record is reserved, filled, and given back one way or the other.</summary>
    private void Record()
    {
        int end = _code.NewPlace();
        int size = 8 * _choices.Between(1, 4);
        _code.LoadMap(Register.R1, SoundnessMaps.Ring);
        _numbers.Set(Register.R2, size);
        _numbers.Set(Register.R3, 0);
        _code.CallHelper(RecordHelpers.Reserve.Number);
        _numbers.Renew(Register.R2, Register.R3, Register.R4);
        _code.Jump(Instruction.Jump64(JumpOperation.Equal, Register.R0, 0, 0), end);
        _code.Add(Instruction.Store(MemorySize.DoubleWord, Register.R10, Kept, Register.R0));
        for (int offset = 0; offset < size; offset += 8)
        {
            _code.Add(Instruction.Store(MemorySize.DoubleWord, Register.R0, (short)offset, _choices.Pick(Register.R7, Register.R8)));
        }

        _numbers.Move(Register.R1, Register.R0);
        _numbers.Renew(Register.R0);
        _memory.From(size);
        int discard = _code.NewPlace();
        int behind = _code.NewPlace();
        _numbers.JumpIf(discard);
        GiveBack(RecordHelpers.Submit);
        _code.Goto(_choices.Rarely(20) ? discard : behind);
        _code.Put(discard);
        GiveBack(RecordHelpers.Discard);
        _code.Put(behind);
        _code.Put(end);
        _numbers.Renew(Register.R0, Register.R2, Register.R3, Register.R4);
    }

    private void GiveBack(HelperSignature helper)
    {
        _code.Add(Instruction.Load(MemorySize.DoubleWord, Register.R1, Register.R10, Kept));
        _numbers.Set(Register.R2, 1);
        _code.CallHelper(helper.Number);
    }

    /// <summary>A part of the stack, as long as a number says.</summary>
    private void Output()
    {
        int end = _code.NewPlace();
        _numbers.Bounded(Register.R5, 8 * MemoryCode.StackNumbers, end);
        _code.LoadMap(Register.R1, SoundnessMaps.Ring);
        StackAddress(Register.R2, -8 * MemoryCode.StackNumbers);
        _numbers.Move(Register.R3, Register.R5);
        _numbers.Set(Register.R4, 1);
        _code.CallHelper(RecordHelpers.Output.Number);
        _numbers.Renew(Register.R2, Register.R3, Register.R4);
        _code.Put(end);
    }

    private void Checksum()
    {
        StackAddress(Register.R1, -8 * MemoryCode.StackNumbers);
        _numbers.Set(Register.R2, 4 * _choices.Between(1, 2 * MemoryCode.StackNumbers));
        _numbers.Set(Register.R3, 0);
        _numbers.Set(Register.R4, 0);
        _numbers.Move(Register.R5, Register.R7);
        _code.CallHelper(PacketHelpers.ChecksumDifference.Number);
        _numbers.Renew(Register.R2, Register.R3, Register.R4);
    }

    /// <summary>Data sections are addressed without a lookup.</summary>
    private void InValue()
    {
        bool isConstant = _choices.Rarely(3);
        _code.LoadMapValue(Register.R1, isConstant ? SoundnessMaps.Constants : SoundnessMaps.Data, 0);
        if (isConstant)
        {
            MemorySize size = _choices.Size();
            _code.Add(Instruction.Load(size, _numbers.Any(), Register.R1, (short)_choices.Between(0, SoundnessMaps.ValueSize - size.Bytes())));
        }
        else
        {
            _memory.From(SoundnessMaps.ValueSize);
        }
    }

    private void StackAddress(Register register, int offset)
    {
        _numbers.Move(register, Register.R10);
        _numbers.Add(register, offset);
    }
}
