using System.Collections.Immutable;
using NearData.Isa;
using NearData.Isa.Helpers;
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

    /// <summary>Functions that <c>bpf_loop</c> calls.</summary>
    Callbacks = 8,

    /// <summary>The memory is a packet: addresses in it are compared with its end first, and it has no atomic operations.</summary>
    Packet = 16,

    /// <summary>A hash is looked up, updated and deleted from.</summary>
    Hashes = 32,

    /// <summary>Maps are found in a map of maps.</summary>
    MapsOfMaps = 64,

    /// <summary>A function is called for each element of an array.</summary>
    Walks = 128,

    /// <summary>Packet programs go on in others.</summary>
    TailCalls = 256,

    Maps = Arrays | Hashes | MapsOfMaps | Walks | TailCalls,

    All = 511,
}

/// <summary>A random program, and those that it makes tail calls to: all over the same maps.</summary>
internal sealed record GeneratedCase(Program Program, ImmutableArray<Program> Targets);


/// <summary>
/// Random programs that both verifiers have no reason to refuse. r6 is the memory or packet, r9 an address of the moment, r7 counts loops,
/// the others are numbers; the upper 64 bytes of the stack hold numbers too, and the slots below them what is said where they are used.
/// </summary>
internal sealed class GeneratedProgram
{
    /// <summary>Bytes of memory, or of the packet, that a program is called with.</summary>
    public const int MemoryLength = 64;

    private const int StackLength = 64;

    /// <summary>Where a packet program keeps its context.</summary>
    private const short ContextSlot = -StackLength - 16;

    /// <summary>The most bytes behind a moving address that an access to it touches.</summary>
    private const int MovingReach = 32;

    private readonly Random _random;
    private readonly Abilities _abilities;

    /// <summary>How many functions are called; with callbacks, one more follows them.</summary>
    private readonly int _functions;

    private GeneratedProgram(Random random, Abilities abilities)
    {
        _random = random;
        _abilities = abilities;
        _functions = Has(Abilities.Functions) ? random.Next(1, 4) : 0;
    }

    /// <summary>The program of a seed, always the same one, and what it makes tail calls to.</summary>
    public static GeneratedCase Make(long seed)
    {
        Random random = new((int)(seed ^ (seed >> 32)));

        // Half of the programs are plain ones: the other half's abilities are often more than the verifier can prove.
        Abilities abilities = (Abilities)random.Next((int)Abilities.All + 1) & (random.Next(2) == 0 ? Abilities.All : Abilities.Arrays | Abilities.Hashes);
        if (!abilities.HasFlag(Abilities.Packet))
        {
            abilities &= ~Abilities.TailCalls;
        }

        // Seldom: the kernel waits for all its processors after each update of a map of maps.
        if (random.Next(8) != 0)
        {
            abilities &= ~Abilities.MapsOfMaps;
        }

        Program program = new GeneratedProgram(random, abilities).ToProgram($"generated_{seed}");
        Abilities others = (abilities & Abilities.Maps) | Abilities.Packet;
        return new GeneratedCase(
            program,
            [.. Enumerable.Range(0, abilities.HasFlag(Abilities.TailCalls) ? GeneratedMaps.Targets : 0)
                .Select(target => new GeneratedProgram(random, others).ToProgram(GeneratedMaps.TargetName(target)))]);
    }

    private Program ToProgram(string name)
    {
        (ImmutableArray<Instruction> code, ImmutableArray<ProgramFunction> functions) = CodeLayout.Of(Functions());
        bool isPacket = Has(Abilities.Packet);
        return new Program
        {
            Name = name,
            Section = isPacket ? "xdp" : "memory",
            Kind = isPacket ? ProgramKind.Xdp : ProgramKind.Memory,
            Context = isPacket ? new ProgramContext.Fields(ContextLayout.XdpMd) : new ProgramContext.Memory(MemoryLength),
            Code = code,
            Functions = functions,
            Maps = GeneratedMaps.Of(_abilities),
        };
    }

    private bool Has(Abilities ability) => _abilities.HasFlag(ability);

    private IEnumerable<GeneratedFunction> Functions()
    {
        yield return Main();
        for (int number = 1; number <= _functions; number++)
        {
            yield return Called(number);
        }

        if (Has(Abilities.Callbacks))
        {
            yield return Callback();
        }

        if (Has(Abilities.Walks))
        {
            yield return ElementCallback();
        }
    }

    private GeneratedFunction Main()
    {
        NumberCode numbers = new(_random, R0, R2, R3, R4, R5, R7, R8);
        List<Statement> body =
        [
            new Statement.Code(Has(Abilities.Packet) ? FindPacket() : [Programs.Move(R6, R1)]),
            new Statement.Code([.. numbers.Registers.Select(Reload), .. FillStack(numbers)]),
        ];

        // Functions that nobody calls are refused, so each is called by the one before it.
        if (_functions > 0)
        {
            body.Add(Call(numbers, 1));
        }

        if (Has(Abilities.Callbacks))
        {
            body.Add(CallRepeatedly(numbers));
        }

        if (Has(Abilities.Walks))
        {
            body.Add(Walk(numbers));
        }

        body.AddRange(Block(numbers, 0, _random.Next(5, 40), mayLoop: true));
        return new GeneratedFunction(body);
    }

    private GeneratedFunction Called(int number)
    {
        NumberCode numbers = new(_random, R0, R1, R2, R3, R4, R8);
        List<Statement> body =
            [new Statement.Code([Programs.Move(R6, R5), Programs.Move(R0, R1), Programs.Move(R8, R2), .. FillStack(numbers)])];
        if (number < _functions)
        {
            body.Add(Call(numbers, number + 1));
        }

        body.AddRange(Block(numbers, number, _random.Next(2, 10), mayLoop: true));
        return new GeneratedFunction(body);
    }

    /// <summary>A function of a number and of the caller's stack, which returns 0 to be called again or 1.</summary>
    private GeneratedFunction Callback()
    {
        NumberCode numbers = new(_random, R0, R1, R3, R4, R5, R8);
        return CallbackOf(
            numbers,
            [new Statement.Code([Programs.Move(R6, R2), .. numbers.Registers.Where(register => register != R1).Select(Reload)])],
            _ => numbers.Arithmetic());
    }

    /// <summary>A function of an array's key and value, and of the caller's stack.</summary>
    private GeneratedFunction ElementCallback()
    {
        NumberCode numbers = new(_random, R0, R1, R2, R4, R5, R8);
        return CallbackOf(
            numbers,
            [
                new Statement.Code(
                [
                    Programs.Move(R6, R4),
                    Programs.Move(R9, R3),
                    Instruction.Load(MemorySize.Word, R0, R2, 0),
                    .. numbers.Registers.Where(register => register != R0).Select(Reload),
                ]),
            ],
            offset => _random.Next(2) == 0
                ? numbers.Load(MemorySize.DoubleWord, numbers.Any(), R9, offset)
                : numbers.Store(numbers.AnySize(), R9, offset));
    }

    private GeneratedFunction CallbackOf(NumberCode numbers, List<Statement> body, Func<short, Instruction> other)
    {
        for (int step = _random.Next(1, 8); step > 0; step--)
        {
            MemorySize size = numbers.AnySize();
            short offset = (short)(size.Bytes() * _random.Next(StackLength / size.Bytes()));
            body.Add(_random.Next(5) switch
            {
                0 => new Statement.Code(_random.Next(2) == 0 ? numbers.Load(size, numbers.Any(), R6, offset) : numbers.Store(size, R6, offset)),
                1 => new Statement.Skip(numbers.Condition(), _random.Next(1, 4)),
                2 => new Statement.Code(numbers.Update(R6, (short)(8 * _random.Next(StackLength / 8)))),
                3 => new Statement.Code(other((short)(8 * _random.Next(GeneratedMaps.ValueSize / 8)))),
                _ => new Statement.Code(numbers.Arithmetic()),
            });
        }

        return new GeneratedFunction(body, Instruction.Alu64(AluOperation.And, R0, 1));
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

    private Statement[] Step(NumberCode numbers, int function, bool mayLoop) => _random.Next(26) switch
    {
        2 => [new Statement.Code(numbers.WideConstant())],
        3 => [new Statement.Code(numbers.AtomicOnStack(R10, (short)(-8 * _random.Next(1, 9)), R6, (short)(8 * _random.Next(MemoryLength / 8))))],
        4 when !Has(Abilities.Packet) => [new Statement.Code(numbers.Atomic(R6, (short)(8 * _random.Next(MemoryLength / 8))))],
        5 or 6 => [new Statement.Code(Fixed(numbers))],
        7 when !Has(Abilities.Packet) => [new Statement.Code(Moving(numbers))],
        7 when function == 0 => [new Statement.Code(MovingInPacket(numbers))],
        8 or 9 => [new Statement.Code(OnStack(numbers))],
        10 or 11 => [new Statement.Skip(numbers.Condition(), _random.Next(1, 6))],
        // An unconditional jump needs another way to what it skips.
        12 => [new Statement.Skip(numbers.Condition(), 1), new Statement.Skip(numbers.Always(), _random.Next(1, 4))],
        13 when mayLoop && Has(Abilities.Loops) => [Loop(numbers, function)],
        14 when function < _functions => [Call(numbers, _random.Next(function + 1, _functions + 1))],
        15 when function == 0 && Has(Abilities.Arrays) => [new Statement.Code(OnMaps(numbers).Lookup(GeneratedMaps.Array, GeneratedMaps.ArrayKeys))],
        20 or 21 when function == 0 && Has(Abilities.Hashes) => [new Statement.Code(OnHash(OnMaps(numbers)))],
        22 when function == 0 && Has(Abilities.MapsOfMaps) => [new Statement.Code(OnMaps(numbers).NestedLookup(GeneratedMaps.Outer, keys: 4))],
        23 when function == 0 && mayLoop && Has(Abilities.Walks) => [Walk(numbers)],
        24 when function == 0 && Has(Abilities.TailCalls) => [new Statement.Code(OnMaps(numbers).TailCall(GeneratedMaps.Programs, entries: 4))],
        16 when function == 0 && Has(Abilities.Callbacks) => [CallRepeatedly(numbers)],
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

    /// <summary>Calls of the callback, with the part of the stack that holds numbers.</summary>
    private Statement.CallBack CallRepeatedly(NumberCode numbers) => new(
        _functions + 1,
        ControlHelpers.Loop.Number,
        [
            Programs.Move(R1, numbers.Any()),
            Instruction.Alu64(AluOperation.And, R1, 7),
            Programs.Move(R3, R10),
            Instruction.Alu64(AluOperation.Add, R3, -StackLength),
            Programs.Move(R4, 0),
        ],
        [.. numbers.Registers.Where(register => register.Number is >= 1 and <= 5).Select(Reload)]);

    /// <summary>Calls of the other callback for each element of the array.</summary>
    private Statement.CallBack Walk(NumberCode numbers) => new(
        _functions + (Has(Abilities.Callbacks) ? 2 : 1),
        ControlHelpers.ForEachElement.Number,
        [
            .. Programs.LoadMap(R1, GeneratedMaps.Array),
            Programs.Move(R3, R10),
            Instruction.Alu64(AluOperation.Add, R3, -StackLength),
            Programs.Move(R4, 0),
        ],
        [.. numbers.Registers.Where(register => register.Number is >= 1 and <= 5).Select(Reload)]);

    private MapCode OnMaps(NumberCode numbers) =>
        new(_random, numbers, new MapCode.Places(-StackLength - 8, -StackLength, ContextSlot, Reload));

    private Instruction[] OnHash(MapCode maps) => _random.Next(4) switch
    {
        0 => maps.Lookup(GeneratedMaps.Hash, GeneratedMaps.HashKeys),
        1 => maps.Delete(GeneratedMaps.Hash, GeneratedMaps.HashKeys),
        _ => maps.Update(GeneratedMaps.Hash, GeneratedMaps.HashKeys),
    };

    /// <summary>Finds the packet and keeps the context; packets that are too short end the program.</summary>
    private static Instruction[] FindPacket() =>
    [
        Instruction.Store(MemorySize.DoubleWord, R10, ContextSlot, R1),
        Instruction.Load(MemorySize.Word, R6, R1, 0),
        Instruction.Load(MemorySize.Word, R2, R1, 4),
        Programs.Move(R0, R6),
        Instruction.Alu64(AluOperation.Add, R0, MemoryLength),
        Instruction.Jump64(JumpOperation.LessOrEqual, R0, R2, 2),
        Programs.Move(R0, 1),
        Instruction.Exit,
    ];

    private static Instruction[] FillStack(NumberCode numbers) => [.. Enumerable.Range(1, StackLength / 8)
        .Select(slot => Instruction.Store(MemorySize.DoubleWord, R10, (short)(-8 * slot), numbers.Any()))];

    /// <summary>An access at a constant place of the memory, aligned or not.</summary>
    private Instruction Fixed(NumberCode numbers)
    {
        MemorySize size = numbers.AnySize();
        short offset = (short)_random.Next(MemoryLength - size.Bytes() + 1);
        return _random.Next(2) == 0 ? numbers.Load(size, numbers.Any(), R6, offset) : numbers.Store(size, R6, offset);
    }

    /// <summary>An access at a place that a number says, which a mask keeps inside.</summary>
    private Instruction[] Moving(NumberCode numbers) => [.. Move(numbers), AtMoved(numbers)];

    /// <summary>The same in a packet, where the address has to be compared with the packet's end.</summary>
    private Instruction[] MovingInPacket(NumberCode numbers)
    {
        NumberCode others = new(_random, [.. numbers.Registers.Where(register => register != R0)]);
        return
        [
            .. Move(numbers),
            Programs.Move(R0, R9),
            Instruction.Alu64(AluOperation.Add, R0, MovingReach),
            Instruction.Load(MemorySize.DoubleWord, R1, R10, ContextSlot),
            Instruction.Load(MemorySize.Word, R1, R1, 4),
            Instruction.Jump64(JumpOperation.Greater, R0, R1, 1),
            AtMoved(others),
            Reload(R0),
        ];
    }

    private static Instruction[] Move(NumberCode numbers) =>
    [
        Programs.Move(R9, numbers.Any()),
        Instruction.Alu64(AluOperation.And, R9, numbers.Pick(31, 24, 7)),
        Instruction.Alu64(AluOperation.Add, R9, R6),
    ];

    private Instruction AtMoved(NumberCode numbers)
    {
        MemorySize size = numbers.AnySize();
        short offset = (short)_random.Next(MovingReach - size.Bytes() + 1);
        return _random.Next(2) == 0 ? numbers.Load(size, numbers.Any(), R9, offset) : numbers.Store(size, R9, offset);
    }

    /// <summary>An access to the stack; the kernel asks for alignment there.</summary>
    private Instruction OnStack(NumberCode numbers)
    {
        MemorySize size = numbers.AnySize();
        short offset = (short)(-size.Bytes() * _random.Next(1, (StackLength / size.Bytes()) + 1));
        return _random.Next(2) == 0 ? numbers.Load(size, numbers.Any(), R10, offset) : numbers.Store(size, R10, offset);
    }

    private Instruction Reload(Register register) => Instruction.Load(MemorySize.DoubleWord, register, R6, (short)(8 * _random.Next(MemoryLength / 8)));
}
