using System.Collections.Immutable;
using NearData.Isa;
using NearData.Isa.Programs;
using static NearData.Isa.Register;

namespace NearData.Vm.Tests;

/// <summary>
/// Random programs whose accesses mix sizes and places: stack bytes that overlap, data at constant and at varying offsets, values
/// that a lookup gives, atomic operations of every kind. They always verify: bytes are written first, offsets are masked.
/// </summary>
internal sealed class MixedAccessProgram
{
    public const int ResultsMap = 0;
    private const int Constants = 1;
    private const int Data = 2;
    private const int Table = 3;
    private const int Single = 4;

    // Value sizes leave room for a masked offset of 0..31 and eight bytes.
    private const int ValueSize = 39;
    private const int StackBytes = 48;

    // r6 keeps the row or memory, r9 is an address for a moment.
    private static readonly Register[] Numbers = [R0, R2, R3, R4, R5, R7, R8];
    private static readonly MemorySize[] Sizes = [MemorySize.Byte, MemorySize.HalfWord, MemorySize.Word, MemorySize.DoubleWord];
    private static readonly AtomicOperation[] Atomics = [.. Enum.GetValues<AtomicOperation>().Where(operation => operation < AtomicOperation.LoadAcquire)];

    private readonly Random _random;
    private readonly ProgramKind _kind;
    private readonly List<Instruction> _code = [];

    private MixedAccessProgram(Random random, ProgramKind kind)
    {
        _random = random;
        _kind = kind;
    }

    /// <summary>A row program that reads data, or a memory program that changes it.</summary>
    public static Program Make(Random random, ProgramKind kind)
    {
        MixedAccessProgram program = new(random, kind);
        program.Start();
        for (int steps = random.Next(3, 30); steps > 0; steps--)
        {
            program.Step();
        }

        program.Finish();
        return new Program
        {
            Name = "mixed",
            Section = "mixed",
            Kind = kind,
            Context = kind == ProgramKind.Memory ? new ProgramContext.Memory(64) : new ProgramContext.Row(SampleRow.Layout),
            Code = [.. program._code],
            Maps = Maps,
            Results = Results,
            // What an execution gives is unknown when programs are verified: a constant may be one that no sum takes.
            Parameters = kind == ProgramKind.Memory ? [] : Parameters,
        };
    }

    public static ImmutableArray<ResultField> Results { get; } = [
        new ResultField("sum", 0, FieldType.Int64, MergeRule.Sum),
        new ResultField("unsigned_sum", 8, FieldType.UInt64, MergeRule.Sum),
        new ResultField("bits", 16, FieldType.UInt16, MergeRule.Or),
    ];

    public static ImmutableArray<ParameterField> Parameters { get; } = [new ParameterField("given", 0, FieldType.Text, ValueSize)];

    private static ImmutableArray<MapDefinition> Maps { get; } = [
        Programs.Array(".bss.results", 18, 1, MapRole.Results),
        Programs.Array(".rodata", ValueSize, 1, MapRole.ReadOnlyData) with { InitialValue = Bytes(11) },
        Programs.Array(".data", ValueSize, 1, MapRole.Data) with { InitialValue = Bytes(22) },
        Programs.Array("table", ValueSize, 3),
        Programs.Array("single", ValueSize, 1),
    ];

    private static ImmutableArray<byte> Bytes(int seed)
    {
        byte[] bytes = new byte[ValueSize];
        new Random(seed).NextBytes(bytes);
        return [.. bytes];
    }

    private void Start()
    {
        _code.Add(Programs.Move(R6, R1));
        foreach (Register register in Numbers)
        {
            LoadContext(register);
        }

        for (int offset = -StackBytes; offset < 0; offset += 8)
        {
            _code.Add(Instruction.Store(MemorySize.DoubleWord, R10, (short)offset, Number()));
        }
    }

    private void Step()
    {
        switch (_random.Next(11))
        {
            case 0: LoadContext(Number()); break;
            case 1 or 2: StoreStack(); break;
            case 3: Load(R10, (short)-_random.Next(8, StackBytes + 1)); break;
            case 4: Atomic(R10, (short)(-8 * _random.Next(1, (StackBytes / 8) + 1))); break;
            case 5: Address(Pick(Constants, Data)); Touch(_random.Next(2) == 0 ? Constants : Data); break;
            case 6: Vary(Pick(Constants, Data)); break;
            case 7: Lookup(Pick(Table, Single)); break;
            case 8: Jump(); break;
            case 9 when _kind == ProgramKind.Reduce: Update(); break;
            default: Arithmetic(); break;
        }
    }

    private void LoadContext(Register target)
    {
        if (_kind == ProgramKind.Memory)
        {
            _code.Add(Signed(Instruction.Load(Pick(Sizes), target, R6, (short)_random.Next(57))));
            return;
        }

        RowField field = SampleRow.Layout.Fields[_random.Next(SampleRow.Layout.Fields.Length)];
        MemorySize size = Pick([.. Sizes.Where(size => size.Bytes() <= field.Type.Size())]);

        // Anywhere in the field, aligned or not.
        _code.Add(Signed(Instruction.Load(size, target, R6, (short)(field.Offset + _random.Next(field.Type.Size() - size.Bytes() + 1)))));
    }

    private void StoreStack()
    {
        MemorySize size = Pick(Sizes);
        short offset = (short)-_random.Next(size.Bytes(), StackBytes + 1);
        _code.Add(_random.Next(3) == 0
            ? new Instruction(Opcode.Memory(InstructionClass.Store, MemoryMode.Memory, size), R10, default, offset, _random.Next(int.MinValue, int.MaxValue))
            : Instruction.Store(size, R10, offset, Number()));
    }

    private void Load(Register pointer, short offset)
    {
        MemorySize size = Pick(Sizes);
        _code.Add(Signed(Instruction.Load(size, Number(), pointer, pointer == R10 ? (short)Math.Min(offset, -size.Bytes()) : offset)));
    }

    private void Atomic(Register pointer, short offset) =>
        _code.Add(Instruction.Atomic(Pick(Atomics), Pick(MemorySize.Word, MemorySize.DoubleWord), pointer, offset, Number()));

    private void Address(int map) => _code.AddRange(Programs.LoadMapValue(R9, map, 0));

    private void Touch(int map)
    {
        Address(map);
        if (_kind == ProgramKind.Memory && map == Data && _random.Next(2) == 0)
        {
            Change(R9, (short)_random.Next(31));
        }
        else
        {
            Load(R9, (short)_random.Next(31));
        }
    }

    private void Change(Register pointer, short offset)
    {
        if (_random.Next(2) == 0)
        {
            Atomic(pointer, (short)(offset / 8 * 8));
        }
        else
        {
            _code.Add(Instruction.Store(Pick(Sizes), pointer, offset, Number()));
        }
    }

    private void Vary(int map)
    {
        Register index = Number();
        Address(map);
        _code.Add(Instruction.Alu64(AluOperation.And, index, 31));
        _code.Add(Instruction.Alu64(AluOperation.Add, R9, index));
        if (_kind == ProgramKind.Memory && map != Constants && _random.Next(2) == 0)
        {
            _code.Add(Instruction.Store(Pick(Sizes), R9, 0, Number()));
        }
        else
        {
            Load(R9, 0);
        }
    }

    private void Lookup(int map)
    {
        Register index = Number();
        _code.Add(Instruction.Alu64(AluOperation.And, index, 3));
        _code.Add(Instruction.Store(MemorySize.Word, R10, -8, index));
        _code.Add(Programs.Move(R2, R10));
        _code.Add(Instruction.Alu64(AluOperation.Add, R2, -8));
        _code.AddRange(Programs.LoadMap(R1, map));
        _code.Add(Instruction.CallHelper(1));
        _code.Add(Programs.Move(R9, R0));
        foreach (Register clobbered in (Register[])[R0, R2, R3, R4, R5])
        {
            _code.Add(Programs.Move(clobbered, R7));
        }

        int skip = _code.Count;
        _code.Add(default);
        if (_kind == ProgramKind.Memory)
        {
            Change(R9, (short)_random.Next(31));
        }

        Load(R9, (short)_random.Next(31));
        _code[skip] = Instruction.Jump64(JumpOperation.Equal, R9, 0, (short)(_code.Count - skip - 1));
    }

    private void Jump()
    {
        int at = _code.Count;
        _code.Add(default);
        Arithmetic();
        StoreStack();
        if (_random.Next(2) == 0)
        {
            Vary(Pick(Constants, Data));
        }

        InstructionClass width = Pick(InstructionClass.Jump, InstructionClass.Jump32);
        _code[at] = new Instruction(Opcode.Jump(width, Pick(JumpOperation.Equal, JumpOperation.SignedLess, JumpOperation.Greater, JumpOperation.BitsSet),
            fromRegister: false), Number(), default, (short)(_code.Count - at - 1), _random.Next(-3, 200));
    }

    private void Update()
    {
        ResultField field = Pick([.. Results]);
        MemorySize size = field.Type.Size() == 8 ? MemorySize.DoubleWord : MemorySize.HalfWord;
        Address(ResultsMap);
        _code.Add(Instruction.Load(size, R1, R9, (short)field.Offset));
        _code.Add(Instruction.Alu64(field.Merge == MergeRule.Or ? AluOperation.Or : AluOperation.Add, R1, Number()));
        _code.Add(Instruction.Store(size, R9, (short)field.Offset, R1));
    }

    private void Arithmetic()
    {
        AluOperation operation = Pick(
            AluOperation.Add, AluOperation.Subtract, AluOperation.Multiply, AluOperation.Xor, AluOperation.Divide, AluOperation.Modulo, AluOperation.ShiftRight,
            AluOperation.ArithmeticShiftRight, AluOperation.ShiftLeft);
        InstructionClass width = Pick(InstructionClass.Alu, InstructionClass.Alu64);
        short offset = (short)(operation is AluOperation.Divide or AluOperation.Modulo ? _random.Next(2) : 0);
        _code.Add(new Instruction(Opcode.Arithmetic(width, operation, fromRegister: true), Number(), Number(), offset, 0));
    }

    /// <summary>r0 and, in memory programs, everything else that could differ: folded into the answer.</summary>
    private void Finish()
    {
        foreach (Register register in Numbers.Skip(1))
        {
            _code.Add(Instruction.Alu64(AluOperation.Multiply, R0, 31));
            _code.Add(Instruction.Alu64(AluOperation.Xor, R0, register));
        }

        for (short offset = -StackBytes; offset < 0; offset += 8)
        {
            _code.Add(Instruction.Load(MemorySize.DoubleWord, R1, R10, offset));
            _code.Add(Instruction.Alu64(AluOperation.Xor, R0, R1));
        }

        if (_kind == ProgramKind.Reduce)
        {
            Address(ResultsMap);
            _code.Add(Instruction.Atomic(AtomicOperation.Add, MemorySize.DoubleWord, R9, 0, R0));
        }

        _code.Add(Instruction.Exit);
    }

    private Instruction Signed(Instruction load) => load.Opcode.Size == MemorySize.DoubleWord || _random.Next(2) == 0
        ? load
        : load with { Opcode = Opcode.Memory(InstructionClass.LoadX, MemoryMode.SignExtendingMemory, load.Opcode.Size) };

    private Register Number() => Pick(Numbers);

    private T Pick<T>(params T[] choices) => choices[_random.Next(choices.Length)];
}
