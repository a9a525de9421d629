using NearData.Isa;
using NearData.Isa.Helpers;
using NearData.Isa.Programs;
using static NearData.Isa.Register;

namespace NearData.Vm.Tests;

/// <summary>Random programs that a verifier has no reason to refuse: numbers from fields, arithmetic, stack, doubles, forward jumps, updates.</summary>
internal sealed class RandomProgram
{
    // r6 keeps the row, r9 the results, r1 is used up by updates.
    private static readonly Register[] Numbers = [R0, R2, R3, R4, R5, R7, R8];

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

    private static readonly HelperSignature[] DoubleOperations = [Float64Helpers.Add, Float64Helpers.Subtract, Float64Helpers.Multiply, Float64Helpers.Divide];

    // What depends on a NaN's form doesn't show in them.
    private static readonly HelperSignature[] DoubleComparisons = [Float64Helpers.Equal, Float64Helpers.Less, Float64Helpers.LessOrEqual];

    private readonly Random _random;
    private readonly List<Instruction[]> _groups = [];

    private RandomProgram(Random random) => _random = random;

    public static Program Filter(Random random)
    {
        RandomProgram program = new(random);
        program._groups.Add([Programs.Move(R6, R1)]);
        program.Start();
        Repeat(random.Next(2, 30), program.Step);
        return SampleQuery.Filter([.. program.Flatten(), Instruction.Exit]);
    }

    public static Program Reduce(Random random)
    {
        RandomProgram program = new(random);
        program._groups.Add(Programs.LoadMapValue(R9, SampleQuery.ResultsMap, 0));
        program._groups.Add([Programs.Move(R6, R1)]);
        program.Start();
        Repeat(random.Next(2, 25), () =>
        {
            program.Step();
            if (random.Next(3) == 0)
            {
                program._groups.Add(program.Update());
            }
        });
        return SampleQuery.Reduce([.. program.Flatten(), Programs.Move(R0, 0), Instruction.Exit]);
    }

    /// <summary>A reduction that makes a group for each record, or for some, and updates it.</summary>
    public static Program Grouped(Random random)
    {
        RandomProgram program = new(random);
        program._groups.Add([Programs.Move(R6, R1)]);
        if (random.Next(3) == 0)
        {
            program._groups.Add([program.LoadField(R2), Instruction.Jump64(program.Pick(Conditions), R2, program.Constant(), 2), Programs.Move(R0, 0), Instruction.Exit]);
        }

        int keySize = GroupedSample.KeySize(random);
        program._groups.AddRange(GroupedSample.Find(random, keySize, program.LoadField));
        program.Start();
        Repeat(random.Next(2, 25), () =>
        {
            program.Step();
            if (random.Next(3) == 0)
            {
                program._groups.Add(program.Update());
            }
        });
        return GroupedSample.Reduce(random, keySize, [.. program.Flatten(), Programs.Move(R0, 0), Instruction.Exit]);
    }

    private void Start()
    {
        foreach (Register register in Numbers)
        {
            _groups.Add([LoadField(register)]);
        }
    }

    private static void Repeat(int times, Action action)
    {
        for (int time = 0; time < times; time++)
        {
            action();
        }
    }

    private void Step() => _groups.Add(_random.Next(40) == 0 ? Doubles() : _random.Next(10) switch
    {
        0 => [LoadField(Number())],
        1 => Programs.LoadNumber(Number(), _random.NextInt64(long.MinValue, long.MaxValue)),
        2 => ThroughStack(),
        // The distance is in groups here, and becomes slots when they are laid out.
        3 or 4 => [Jump()],
        _ => [Arithmetic()],
    });

    private Instruction[] Update()
    {
        Register value = Number();
        int result = _random.Next(SampleQuery.Results.Length);
        ResultField field = SampleQuery.Results[result];
        MemorySize size = field.Type.Size() == 8 ? MemorySize.DoubleWord : MemorySize.Word;
        return field.Merge switch
        {
            MergeRule.Sum when _random.Next(3) == 0 =>
                [Instruction.Atomic(AtomicOperation.Add, size, R9, (short)field.Offset, value)],
            MergeRule.Sum => SampleQuery.Add(result, value),
            MergeRule.Or or MergeRule.And =>
            [
                Instruction.Load(size, R1, R9, (short)field.Offset),
                Instruction.Alu64(field.Merge == MergeRule.Or ? AluOperation.Or : AluOperation.And, R1, value),
                Instruction.Store(size, R9, (short)field.Offset, R1),
            ],
            _ =>
            [
                Instruction.Load(size, R1, R9, (short)field.Offset),
                Instruction.Jump64(field.Merge == MergeRule.Min ? JumpOperation.SignedLessOrEqual : JumpOperation.GreaterOrEqual, R1, value, 1),
                Instruction.Store(size, R9, (short)field.Offset, value),
            ],
        };
    }

    /// <summary>Numbers taken for doubles: one computed from two, and compared with a third. Extremes are zeros of both signs and NaNs.</summary>
    private Instruction[] Doubles() =>
    [
        Programs.Move(R1, Number()), Programs.Move(R2, Number()), Instruction.CallHelper(Pick(DoubleOperations).Number),
        Programs.Move(R1, R0), Programs.Move(R2, Pick([R7, R8])), Instruction.CallHelper(Pick(DoubleComparisons).Number),
        LoadField(R2), LoadField(R3), LoadField(R4), LoadField(R5),
    ];

    private Instruction[] ThroughStack()
    {
        MemorySize size = AnySize();
        short offset = (short)(-8 * _random.Next(1, 65));
        return [Instruction.Store(size, R10, offset, Number()), Read(size, Number(), R10, offset)];
    }

    private Instruction LoadField(Register target)
    {
        RowField field = SampleRow.Layout.Fields[_random.Next(SampleRow.Layout.Fields.Length)];
        if (field.ValidityOffset is { } validity && _random.Next(2) == 0)
        {
            return Instruction.Load(MemorySize.Byte, target, R6, (short)validity);
        }

        // Sometimes only a part of the field.
        MemorySize size = AnySize();
        while (size.Bytes() > field.Type.Size())
        {
            size = AnySize();
        }

        int parts = field.Type.Size() / size.Bytes();
        return Read(size, target, R6, (short)(field.Offset + (_random.Next(parts) * size.Bytes())));
    }

    private Instruction Read(MemorySize size, Register target, Register pointer, short offset)
    {
        Instruction load = Instruction.Load(size, target, pointer, offset);
        return size == MemorySize.DoubleWord || _random.Next(2) == 0
            ? load
            : load with { Opcode = Opcode.Memory(InstructionClass.LoadX, MemoryMode.SignExtendingMemory, size) };
    }

    private Instruction Jump()
    {
        InstructionClass width = _random.Next(2) == 0 ? InstructionClass.Jump : InstructionClass.Jump32;
        bool fromRegister = _random.Next(2) == 0;
        Opcode opcode = Opcode.Jump(width, Pick(Conditions), fromRegister);
        short distance = (short)_random.Next(1, 6);
        return fromRegister
            ? new Instruction(opcode, Number(), Number(), distance, 0)
            : new Instruction(opcode, Number(), default, distance, Constant());
    }

    private Instruction Arithmetic()
    {
        bool isWide = _random.Next(2) == 0;
        InstructionClass width = isWide ? InstructionClass.Alu64 : InstructionClass.Alu;
        AluOperation operation = Pick(Operations);
        bool fromRegister = _random.Next(2) == 0;
        if (operation == AluOperation.End)
        {
            return new(Opcode.Arithmetic(width, operation, fromRegister && !isWide), Number(), default, 0, 16 << _random.Next(3));
        }

        if (operation == AluOperation.Negate)
        {
            return new(Opcode.Arithmetic(width, operation, fromRegister: false), Number(), default, 0, 0);
        }

        short offset = operation switch
        {
            AluOperation.Divide or AluOperation.Modulo => (short)_random.Next(2),
            AluOperation.Move when fromRegister => (short)(8 * _random.Next(3)),
            _ => 0,
        };
        if (fromRegister)
        {
            return new(Opcode.Arithmetic(width, operation, fromRegister: true), Number(), Number(), offset, 0);
        }

        int constant = operation switch
        {
            AluOperation.ShiftLeft or AluOperation.ShiftRight or AluOperation.ArithmeticShiftRight => _random.Next(isWide ? 64 : 32),
            AluOperation.Divide or AluOperation.Modulo => Constant() is var divisor && divisor == 0 ? -1 : divisor,
            _ => Constant(),
        };
        return new(Opcode.Arithmetic(width, operation, fromRegister: false), Number(), default, offset, constant);
    }

    private int Constant() => _random.Next(6) switch
    {
        0 => int.MinValue,
        1 => int.MaxValue,
        2 => -1,
        3 => _random.Next(int.MinValue, int.MaxValue),
        _ => _random.Next(-3, 8),
    };

    private Register Number() => Pick(Numbers);

    private MemorySize AnySize() => Pick<MemorySize>([MemorySize.Byte, MemorySize.HalfWord, MemorySize.Word, MemorySize.DoubleWord]);

    private T Pick<T>(T[] choices) => choices[_random.Next(choices.Length)];

    private IEnumerable<Instruction> Flatten()
    {
        for (int group = 0; group < _groups.Count; group++)
        {
            Instruction[] code = _groups[group];
            if (code is [{ IsConditionalJump: true } jump])
            {
                int skipped = int.Min(jump.Offset, _groups.Count - group - 1);
                yield return jump with { Offset = (short)_groups.Skip(group + 1).Take(skipped).Sum(other => other.Length) };
                continue;
            }

            foreach (Instruction instruction in code)
            {
                yield return instruction;
            }
        }
    }
}
