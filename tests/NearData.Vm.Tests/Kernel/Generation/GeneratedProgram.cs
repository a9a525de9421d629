using NearData.Isa;
using NearData.Isa.Programs;
using static NearData.Isa.Register;

namespace NearData.Vm.Tests.Kernel.Generation;

/// <summary>What a random program may do beyond numbers, stack, memory and jumps forward.</summary>
[Flags]
internal enum Abilities
{
    None = 0,
    Loops = 1,
    Functions = 2,
    Arrays = 4,
}

/// <summary>
/// Random memory programs that both verifiers have no reason to refuse. r6 is the memory, r9 an address of the moment, r7 counts loops, the
/// others are numbers; the upper 64 bytes of the stack hold numbers too.
/// </summary>
internal sealed class GeneratedProgram
{
    /// <summary>Bytes of memory that a program is called with.</summary>
    public const int MemoryLength = 64;

    private const int StackLength = 64;
    private const int ArrayEntries = 4;

    private static readonly MapDefinition Array =
        new("array", MapRole.Declared, MapType.Array, KeySize: 4, ValueSize: 16, ArrayEntries, InitialValue: []);

    private readonly Random _random;
    private readonly Abilities _abilities;
    private readonly int _functions;

    private GeneratedProgram(Random random)
    {
        _random = random;
        _abilities = (Abilities)random.Next(8);
        _functions = _abilities.HasFlag(Abilities.Functions) ? random.Next(1, 4) : 0;
    }

    /// <summary>The program of a seed, always the same one.</summary>
    public static Program Make(long seed)
    {
        GeneratedProgram generated = new(new Random((int)(seed ^ (seed >> 32))));
        (var code, var functions) = CodeLayout.Of(Enumerable.Range(0, generated._functions + 1).Select(generated.Function));
        return new Program
        {
            Name = $"generated_{seed}",
            Section = "memory",
            Kind = ProgramKind.Memory,
            Context = new ProgramContext.Memory(MemoryLength),
            Code = code,
            Functions = functions,
            Maps = generated._abilities.HasFlag(Abilities.Arrays) ? [Array] : [],
        };
    }

    private List<Statement> Function(int number)
    {
        NumberCode numbers = number == 0
            ? new(_random, R0, R2, R3, R4, R5, R7, R8)
            : new(_random, R0, R1, R2, R3, R4, R8);
        List<Statement> statements = number == 0
            ? [new Statement.Code([Programs.Move(R6, R1), .. numbers.Registers.Select(Reload)])]
            : [new Statement.Code([Programs.Move(R6, R5), Programs.Move(R0, R1), Programs.Move(R8, R2)])];
        statements.Add(new Statement.Code([.. Enumerable.Range(1, StackLength / 8)
            .Select(slot => Instruction.Store(MemorySize.DoubleWord, R10, (short)(-8 * slot), numbers.Any()))]));
        // Functions that nobody calls are refused, so each is called by the one before it.
        if (number < _functions)
        {
            statements.Add(Call(numbers, number + 1));
        }

        int steps = number == 0 ? _random.Next(5, 40) : _random.Next(2, 10);
        statements.AddRange(Block(numbers, number, steps, mayLoop: true));
        return statements;
    }

    private List<Statement> Block(NumberCode numbers, int function, int steps, bool mayLoop)
    {
        List<Statement> block = [];
        for (int step = 0; step < steps; step++)
        {
            block.AddRange(Step(numbers, function, mayLoop));
        }

        return block;
    }

    private Statement[] Step(NumberCode numbers, int function, bool mayLoop) => _random.Next(20) switch
    {
        2 => [new Statement.Code(numbers.WideConstant())],
        3 => [new Statement.Code(numbers.Atomic(R10, (short)(-8 * _random.Next(1, 9))))],
        4 => [new Statement.Code(numbers.Atomic(R6, (short)(8 * _random.Next(MemoryLength / 8))))],
        5 or 6 => [new Statement.Code(Fixed(numbers))],
        7 => [new Statement.Code(Moving(numbers))],
        8 or 9 => [new Statement.Code(OnStack(numbers))],
        10 or 11 => [new Statement.Skip(numbers.Condition(), _random.Next(1, 6))],
        // An unconditional jump needs another way to what it skips.
        12 => [new Statement.Skip(numbers.Condition(), 1), new Statement.Skip(numbers.Always(), _random.Next(1, 4))],
        13 when mayLoop && _abilities.HasFlag(Abilities.Loops) => [Loop(numbers, function)],
        14 when function < _functions => [Call(numbers, _random.Next(function + 1, _functions + 1))],
        15 when function == 0 && _abilities.HasFlag(Abilities.Arrays) => [new Statement.Code(Lookup(numbers))],
        _ => [new Statement.Code(numbers.Arithmetic())],
    };

    private Statement.Loop Loop(NumberCode numbers, int function)
    {
        NumberCode body = new(_random, [.. numbers.Registers.Where(register => register != R7)]);
        Instruction again = numbers.Pick(
            Instruction.Jump64(JumpOperation.NotEqual, R7, 0, 0),
            Instruction.Jump64(JumpOperation.SignedGreater, R7, 0, 0),
            new Instruction(Opcode.Jump(InstructionClass.Jump32, JumpOperation.GreaterOrEqual, fromRegister: false), R7, default, 0, 1));
        return new Statement.Loop(R7, _random.Next(1, 9), again, Block(body, function, _random.Next(1, 6), mayLoop: false));
    }

    /// <summary>A call of a function, with numbers and the memory; it loses the argument registers.</summary>
    private Statement.Call Call(NumberCode numbers, int function) => new(
        function,
        [Programs.Move(R1, numbers.Any()), Programs.Move(R5, R6)],
        [.. numbers.Registers.Where(register => register.Number is >= 1 and <= 5).Select(Reload)]);

    /// <summary>An access at a constant place of the memory, aligned or not.</summary>
    private Instruction Fixed(NumberCode numbers)
    {
        MemorySize size = numbers.AnySize();
        short offset = (short)_random.Next(MemoryLength - size.Bytes() + 1);
        return _random.Next(2) == 0 ? numbers.Load(size, numbers.Any(), R6, offset) : numbers.Store(size, R6, offset);
    }

    /// <summary>An access at a place that a number says, which a mask keeps inside.</summary>
    private Instruction[] Moving(NumberCode numbers)
    {
        MemorySize size = numbers.AnySize();
        short offset = (short)_random.Next(25);
        return
        [
            Programs.Move(R9, numbers.Any()),
            Instruction.Alu64(AluOperation.And, R9, numbers.Pick(31, 24, 7)),
            Instruction.Alu64(AluOperation.Add, R9, R6),
            _random.Next(2) == 0 ? numbers.Load(size, numbers.Any(), R9, offset) : numbers.Store(size, R9, offset),
        ];
    }

    /// <summary>An access to the stack; the kernel asks for alignment there.</summary>
    private Instruction OnStack(NumberCode numbers)
    {
        MemorySize size = numbers.AnySize();
        short offset = (short)(-size.Bytes() * _random.Next(1, (StackLength / size.Bytes()) + 1));
        return _random.Next(2) == 0 ? numbers.Load(size, numbers.Any(), R10, offset) : numbers.Store(size, R10, offset);
    }

    /// <summary>A lookup at an index that may be past the end; where a value is found, an access to it.</summary>
    private Instruction[] Lookup(NumberCode numbers)
    {
        short offset = (short)(8 * _random.Next(2));
        NumberCode others = new(_random, R7, R8);
        Instruction access = _random.Next(3) switch
        {
            0 => others.Load(MemorySize.DoubleWord, R8, R0, offset),
            1 => others.Store(others.AnySize(), R0, offset),
            // Not compare-and-exchange, which takes r0 for itself.
            _ => Instruction.Atomic(others.Pick(AtomicOperation.AddFetch, AtomicOperation.Exchange, AtomicOperation.Xor), MemorySize.DoubleWord, R0, offset, R8),
        };
        return
        [
            Programs.Move(R9, numbers.Any()),
            Instruction.Alu64(AluOperation.And, R9, 7),
            Instruction.Store(MemorySize.Word, R10, -StackLength - 8, R9),
            .. Programs.LoadMap(R1, 0),
            Programs.Move(R2, R10),
            Instruction.Alu64(AluOperation.Add, R2, -StackLength - 8),
            Instruction.CallHelper(1),
            Instruction.Jump64(JumpOperation.Equal, R0, 0, 1),
            access,
            .. numbers.Registers.Where(register => register.Number <= 5).Select(Reload),
        ];
    }

    private Instruction Reload(Register register) => Instruction.Load(MemorySize.DoubleWord, register, R6, (short)(8 * _random.Next(MemoryLength / 8)));
}
