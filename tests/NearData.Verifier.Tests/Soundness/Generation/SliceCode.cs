using NearData.Isa;
using NearData.Isa.Helpers;

namespace NearData.Verifier.Tests.Soundness.Generation;

/// <summary>
/// Writes slices over records of a ring buffer, memory of a map and the packet: made, used, and given back or written over. r6 is the context
/// where there is a packet; r1 and r5 are used.
/// </summary>
internal sealed class SliceCode
{
    private const short Slice = -224;
    private const short Buffer = -256;
    private const int BufferLength = 32;
    private const short Kept = -264;

    private readonly CodeBuilder _code;
    private readonly Choices _choices;
    private readonly NumberCode _numbers;
    private readonly MemoryCode _memory;

    public SliceCode(CodeBuilder code, Choices choices, NumberCode numbers, MemoryCode memory)
    {
        _code = code;
        _choices = choices;
        _numbers = numbers;
        _memory = memory;
    }

    /// <summary>One slice, from where it is made to where it ends.</summary>
    /// <param name="hasMaps">Whether it may be of a map's memory or a ring buffer.</param>
    /// <param name="hasContext">Whether it may be of the packet.</param>
    public void Write(bool hasMaps, bool hasContext)
    {
        for (short offset = 0; offset < BufferLength; offset += 8)
        {
            _code.Add(Instruction.Store(MemorySize.DoubleWord, Register.R10, (short)(Buffer + offset), _numbers.Any()));
        }

        bool isOfPacket = hasContext && (!hasMaps || _choices.Rarely(3));
        bool isOfRing = !isOfPacket && _choices.Rarely(2);
        int end = _code.NewPlace();
        if (isOfPacket)
        {
            OfPacket();
        }
        else if (isOfRing)
        {
            OfRing();
        }
        else
        {
            OfMemory(end);
        }

        _numbers.Renew(Register.R2, Register.R3, Register.R4);
        bool isAddressKept = false;
        for (int uses = _choices.Between(1, 4); uses > 0; uses--)
        {
            isAddressKept |= Use(end);
        }

        _code.Put(end);
        if (isOfRing)
        {
            GiveBack();
        }
        else if (_choices.Rarely(2))
        {
            // Anything that is stored there ends it.
            _code.Add(Instruction.Store(_choices.Size(), Register.R10, (short)(Slice + (8 * _choices.Below(2))), _numbers.Any()));
        }

        _numbers.Renew(Register.R0, Register.R2, Register.R3, Register.R4);
        if (_choices.Rarely(12))
        {
            UseTooLate(isAddressKept);
        }
    }

    private void OfPacket()
    {
        _numbers.Move(Register.R1, Register.R6);
        _numbers.Set(Register.R2, 0);
        Address(Register.R3, Slice);
        _code.CallHelper(SliceFunctionHelpers.FromXdp.Number);
    }

    private void OfRing()
    {
        if (_choices.Rarely(2))
        {
            _numbers.Set(Register.R2, 8 * _choices.Between(1, 8));
        }
        else
        {
            // Of any length, which only a run tells; more than the ring has, now and then.
            _numbers.Move(Register.R2, _choices.Pick(Register.R7, Register.R8));
            _code.Add(Instruction.Alu64(AluOperation.And, Register.R2, _choices.Pick(63, 127, ushort.MaxValue)));
        }

        _code.LoadMap(Register.R1, SoundnessMaps.Ring);
        _numbers.Set(Register.R3, 0);
        Address(Register.R4, Slice);
        _code.CallHelper(SliceHelpers.Reserve.Number);
    }

    private void OfMemory(int otherwise)
    {
        bool isConstant = _choices.Rarely(2);
        int first = _choices.Below(SoundnessMaps.ValueSize);
        if (!isConstant)
        {
            // Where that jumps there is no slice: what comes behind asks for one on all ways, so that it is made of nothing first.
            Make(size: 0, first: 0);
            _numbers.Renew(Register.R2, Register.R3, Register.R4);
            _numbers.Bounded(Register.R5, int.Max(1, SoundnessMaps.ValueSize - first), otherwise);
        }

        Make(isConstant ? _choices.Between(0, SoundnessMaps.ValueSize - first) : null, first);
    }

    private void Make(int? size, int first)
    {
        _code.LoadMapValue(Register.R1, SoundnessMaps.Data, 0);
        _numbers.Add(Register.R1, first);
        Give(Register.R2, size);
        _numbers.Set(Register.R3, 0);
        Address(Register.R4, Slice);
        _code.CallHelper(SliceHelpers.FromMemory.Number);
    }

    /// <summary>Whether an address in it was kept on the stack.</summary>
    private bool Use(int otherwise)
    {
        switch (_choices.Below(9))
        {
            case 0 or 1:
                Copy(SliceHelpers.Read, otherwise);
                return false;
            case 2 or 3:
                Copy(SliceHelpers.Write, otherwise);
                return false;
            case 4:
                Address(Register.R1, Slice);
                _code.CallHelper(_choices.Pick(SliceFunctionHelpers.Length, SliceFunctionHelpers.IsNull, SliceFunctionHelpers.IsReadOnly).Number);
                _numbers.Renew(Register.R2, Register.R3, Register.R4);
                return false;
            case 5:
                Place(Register.R2);
                Place(Register.R3);
                Address(Register.R1, Slice);
                _code.CallHelper(SliceFunctionHelpers.Adjust.Number);
                _numbers.Renew(Register.R2, Register.R3, Register.R4);
                return false;
            case 6:
                _numbers.JumpIf(otherwise);
                return false;
            default:
                return InMemory();
        }
    }

    /// <summary>Some bytes are copied out of it or into it, as many as a number says.</summary>
    private void Copy(HelperSignature helper, int otherwise)
    {
        int? size = _choices.Rarely(2) ? _choices.Between(0, BufferLength) : null;
        if (size is null)
        {
            _numbers.Bounded(Register.R5, BufferLength, otherwise);
        }

        bool isRead = helper == SliceHelpers.Read;
        Give(isRead ? Register.R2 : Register.R4, size);
        Place(isRead ? Register.R4 : Register.R2);
        Address(isRead ? Register.R1 : Register.R3, Buffer);
        Address(isRead ? Register.R3 : Register.R1, Slice);
        _numbers.Set(Register.R5, 0);
        _code.CallHelper(helper.Number);
        _numbers.Renew(Register.R2, Register.R3, Register.R4);
        MemorySize part = _choices.Size();
        _code.Add(Instruction.Load(part, _numbers.Any(), Register.R10, (short)(Buffer + _choices.Between(0, BufferLength - part.Bytes()))));
    }

    /// <summary>The address of some of its bytes is used, where there are so many.</summary>
    private bool InMemory()
    {
        int end = _code.NewPlace();
        int length = _choices.Between(1, 16);
        HelperSignature helper = _choices.Pick(SliceHelpers.Data, SliceFunctionHelpers.Slice, SliceFunctionHelpers.WritableSlice);
        Place(Register.R2);
        Address(Register.R1, Slice);
        _numbers.Set(helper == SliceHelpers.Data ? Register.R3 : Register.R4, length);
        if (helper != SliceHelpers.Data)
        {
            _numbers.Set(Register.R3, 0);
        }

        _code.CallHelper(helper.Number);
        bool isKept = _choices.Rarely(2);
        if (isKept)
        {
            _code.Add(Instruction.Store(MemorySize.DoubleWord, Register.R10, Kept, Register.R0));
        }

        _numbers.Renew(Register.R2, Register.R3, Register.R4);
        if (!_choices.Rarely(30))
        {
            _code.Jump(Instruction.Jump64(JumpOperation.Equal, Register.R0, 0, 0), end);
        }

        _numbers.Move(Register.R1, Register.R0);
        _numbers.Renew(Register.R0);
        if (helper == SliceFunctionHelpers.Slice)
        {
            MemorySize size = length < 8 ? MemorySize.Byte : _choices.Size();
            _code.Add(_choices.Rarely(20)
                ? Instruction.Store(size, Register.R1, 0, _numbers.Any())
                : Instruction.Load(size, _numbers.Any(), Register.R1, (short)_choices.Between(0, length - size.Bytes())));
        }
        else if (length < 8)
        {
            _memory.Access(Register.R1, (short)_choices.Between(0, length - (_choices.Rarely(20) ? 0 : 1)), MemorySize.Byte);
        }
        else
        {
            _memory.From(length);
        }

        _code.Put(end);
        _numbers.Renew(Register.R0);
        return isKept;
    }

    private void GiveBack()
    {
        int discard = _code.NewPlace();
        int end = _code.NewPlace();
        _numbers.JumpIf(discard);
        GiveBack(SliceHelpers.Submit);
        _code.Goto(_choices.Rarely(20) ? discard : end);
        _code.Put(discard);
        if (!_choices.Rarely(30))
        {
            GiveBack(SliceHelpers.Discard);
        }

        _code.Put(end);
    }

    private void GiveBack(HelperSignature helper)
    {
        Address(Register.R1, Slice);
        _numbers.Set(Register.R2, 1);
        _code.CallHelper(helper.Number);
        _numbers.Renew(Register.R0, Register.R2, Register.R3, Register.R4);
    }

    /// <summary>It, or an address in it, is used when it may be none any more.</summary>
    private void UseTooLate(bool isAddressKept)
    {
        if (isAddressKept && _choices.Rarely(2))
        {
            int end = _code.NewPlace();
            _code.Add(Instruction.Load(MemorySize.DoubleWord, Register.R1, Register.R10, Kept));
            _code.Jump(Instruction.Jump64(JumpOperation.Equal, Register.R1, 0, 0), end);
            _memory.Access(Register.R1, 0, MemorySize.Byte);
            _code.Put(end);
            return;
        }

        Address(Register.R1, Slice);
        _code.CallHelper(SliceFunctionHelpers.Length.Number);
        _numbers.Renew(Register.R2, Register.R3, Register.R4);
    }

    /// <summary>A place in it, or beside it.</summary>
    private void Place(Register register)
    {
        if (_choices.Rarely(2))
        {
            _numbers.Set(register, _choices.Between(0, 12));
        }
        else
        {
            _numbers.Move(register, _choices.Pick(Register.R7, Register.R8));
            _code.Add(Instruction.Alu64(AluOperation.And, register, _choices.Pick(7, 31, -1)));
        }
    }

    /// <summary>A constant, or the number in r5.</summary>
    private void Give(Register register, int? number)
    {
        if (number is { } constant)
        {
            _numbers.Set(register, constant);
        }
        else
        {
            _numbers.Move(register, Register.R5);
        }
    }

    private void Address(Register register, int offset)
    {
        _numbers.Move(register, Register.R10);
        _numbers.Add(register, offset);
    }
}
