using NearData.Isa;

namespace NearData.Vm.Tests.Kernel.Generation;

/// <summary>Random instructions over registers that hold numbers: every operation, both widths, both kinds of operand.</summary>
internal sealed class NumberCode
{
    private static readonly AluOperation[] Operations =
    [
        AluOperation.Add, AluOperation.Subtract, AluOperation.Multiply, AluOperation.Divide, AluOperation.Or, AluOperation.And,
        AluOperation.ShiftLeft, AluOperation.ShiftRight, AluOperation.Negate, AluOperation.Modulo, AluOperation.Xor, AluOperation.Move,
        AluOperation.ArithmeticShiftRight, AluOperation.End,
    ];

    private static readonly JumpOperation[] Conditions =
    [
        JumpOperation.Equal, JumpOperation.Greater, JumpOperation.GreaterOrEqual, JumpOperation.BitsSet, JumpOperation.NotEqual,
        JumpOperation.SignedGreater, JumpOperation.SignedGreaterOrEqual, JumpOperation.Less, JumpOperation.LessOrEqual,
        JumpOperation.SignedLess, JumpOperation.SignedLessOrEqual,
    ];

    private static readonly MemorySize[] Sizes = [MemorySize.Byte, MemorySize.HalfWord, MemorySize.Word, MemorySize.DoubleWord];

    private static readonly AtomicOperation[] Updates = [AtomicOperation.Add, AtomicOperation.Or, AtomicOperation.And, AtomicOperation.Xor];

    private static readonly AtomicOperation[] Fetches =
    [
        AtomicOperation.AddFetch, AtomicOperation.OrFetch, AtomicOperation.AndFetch, AtomicOperation.XorFetch, AtomicOperation.Exchange,
        AtomicOperation.CompareExchange,
    ];

    private readonly Random _random;

    public NumberCode(Random random, params Register[] registers)
    {
        _random = random;
        Registers = registers;
    }

    /// <summary>The registers that hold numbers.</summary>
    public Register[] Registers { get; }

    public Register Any() => Pick(Registers);

    public MemorySize AnySize() => Pick(Sizes);

    public T Pick<T>(params ReadOnlySpan<T> choices) => choices[_random.Next(choices.Length)];

    /// <summary>Small and large numbers, and those at the edges.</summary>
    public int Constant() => _random.Next(6) switch
    {
        0 => int.MinValue,
        1 => int.MaxValue,
        2 => -1,
        3 => _random.Next(int.MinValue, int.MaxValue),
        _ => _random.Next(-3, 66),
    };

    public Instruction[] WideConstant() => Programs.LoadNumber(Any(), _random.NextInt64(long.MinValue, long.MaxValue));

    /// <summary>A load that keeps the value's sign, or doesn't.</summary>
    public Instruction Load(MemorySize size, Register destination, Register address, short offset)
    {
        Instruction load = Instruction.Load(size, destination, address, offset);
        return size == MemorySize.DoubleWord || _random.Next(3) > 0
            ? load
            : load with { Opcode = Opcode.Memory(InstructionClass.LoadX, MemoryMode.SignExtendingMemory, size) };
    }

    /// <summary>A store of a register or of a constant.</summary>
    public Instruction Store(MemorySize size, Register address, short offset) => _random.Next(3) == 0
        ? Instruction.Store(size, address, offset, Constant())
        : Instruction.Store(size, address, offset, Any());

    /// <summary>An atomic operation or an ordered access, on memory that isn't the stack.</summary>
    public Instruction[] Atomic(Register address, short offset)
    {
        if (_random.Next(5) == 0)
        {
            return [Ordered(address, offset)];
        }

        AtomicOperation operation = Pick([.. Updates, .. Fetches]);
        MemorySize size = Pick(MemorySize.Word, MemorySize.DoubleWord);
        Instruction atomic = Instruction.Atomic(operation, size, address, offset, Any());

        // Linux 6.18 doesn't always clear r0's upper half here, where RFC 9669 (5.3) does: its verifier adds that as an instruction of
        // its own, but not where the path that reads all of r0 was pruned. A move that clears it makes the kernel right again.
        return operation == AtomicOperation.CompareExchange && size == MemorySize.Word
            ? [atomic, Instruction.Alu32(AluOperation.Move, Register.R0, Register.R0)]
            : [atomic];
    }

    /// <summary>
    /// The same on a stack. What is fetched there goes through memory before it is used: Linux 6.18 loses track of where a fetched value
    /// came from, and takes paths to be equal that differ in it.
    /// </summary>
    /// <param name="address">An address in the stack.</param>
    /// <param name="offset">From there.</param>
    /// <param name="memory">Eight bytes of other memory.</param>
    /// <param name="place">From there.</param>
    public Instruction[] AtomicOnStack(Register address, short offset, Register memory, short place)
    {
        Instruction[] atomic = Atomic(address, offset);
        Register fetched = (AtomicOperation)atomic[0].Immediate == AtomicOperation.CompareExchange ? Register.R0 : atomic[0].Source;
        return Fetches.Contains((AtomicOperation)atomic[0].Immediate)
            ?
            [
                .. atomic,
                Instruction.Store(MemorySize.DoubleWord, memory, place, fetched),
                Instruction.Load(MemorySize.DoubleWord, fetched, memory, place),
            ]
            : atomic;
    }

    /// <summary>An atomic operation that fetches nothing.</summary>
    public Instruction Update(Register address, short offset) =>
        Instruction.Atomic(Pick(Updates), Pick(MemorySize.Word, MemorySize.DoubleWord), address, offset, Any());

    private Instruction Ordered(Register address, short offset) => _random.Next(2) == 0
        ? Instruction.Atomic(AtomicOperation.StoreRelease, AnySize(), address, offset, Any())
        : Instruction.Atomic(AtomicOperation.LoadAcquire, AnySize(), Any(), offset, address);

    /// <summary>A conditional jump, to which a distance has to be given.</summary>
    public Instruction Condition()
    {
        if (_random.Next(20) == 0)
        {
            return new Instruction(Opcode.Jump(InstructionClass.Jump, JumpOperation.MayGoto, fromRegister: false), default, default, 0, 0);
        }

        InstructionClass width = Pick(InstructionClass.Jump, InstructionClass.Jump32);
        return _random.Next(2) == 0
            ? new Instruction(Opcode.Jump(width, Pick(Conditions), fromRegister: true), Any(), Any(), 0, 0)
            : new Instruction(Opcode.Jump(width, Pick(Conditions), fromRegister: false), Any(), default, 0, Constant());
    }

    /// <summary>A jump that is always taken, in either form.</summary>
    public Instruction Always() => new(
        Opcode.Jump(Pick(InstructionClass.Jump, InstructionClass.Jump32), JumpOperation.Always, fromRegister: false), default, default, 0, 0);

    public Instruction Arithmetic()
    {
        InstructionClass width = Pick(InstructionClass.Alu, InstructionClass.Alu64);
        bool isWide = width == InstructionClass.Alu64;
        bool fromRegister = _random.Next(2) == 0;
        AluOperation operation = Pick(Operations);
        if (operation is AluOperation.End or AluOperation.Negate)
        {
            // The source bit chooses the byte order of a narrow swap, and means nothing elsewhere.
            int swapped = operation == AluOperation.End ? Pick(16, 32, 64) : 0;
            return new(Opcode.Arithmetic(width, operation, fromRegister && !isWide && swapped != 0), Any(), default, 0, swapped);
        }

        short offset = operation switch
        {
            AluOperation.Divide or AluOperation.Modulo => Pick<short>(0, 1),
            AluOperation.Move when fromRegister => isWide ? Pick<short>(0, 8, 16, 32) : Pick<short>(0, 8, 16),
            _ => 0,
        };
        if (fromRegister)
        {
            return new(Opcode.Arithmetic(width, operation, fromRegister: true), Any(), Any(), offset, 0);
        }

        // The kernel refuses constants that can only be a mistake: shifts by the width or more, division by zero.
        int constant = operation switch
        {
            AluOperation.ShiftLeft or AluOperation.ShiftRight or AluOperation.ArithmeticShiftRight => _random.Next(isWide ? 64 : 32),
            AluOperation.Divide or AluOperation.Modulo => Constant() is var divisor and not 0 ? divisor : 7,
            _ => Constant(),
        };
        return new(Opcode.Arithmetic(width, operation, fromRegister: false), Any(), default, offset, constant);
    }
}
