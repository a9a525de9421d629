using NearData.Isa;
using NearData.Isa.Programs;
using NearData.Verifier.Tests.Corpus;

namespace NearData.Verifier.Tests.Soundness;

/// <summary>
/// Random reductions around the forms that compilers emit, with faults strewn in: other fields, other comparisons, instructions
/// inside a comparison's arm. r6 is the row, r7 the results; the others are numbers.
/// </summary>
internal static class ReductionGenerator
{
    private static readonly Register[] Numbers = [Register.R1, Register.R2, Register.R3, Register.R4, Register.R5, Register.R8];

    private static readonly JumpOperation[] Conditions =
    [
        JumpOperation.SignedLess, JumpOperation.SignedLessOrEqual, JumpOperation.SignedGreater, JumpOperation.SignedGreaterOrEqual,
        JumpOperation.Less, JumpOperation.Greater, JumpOperation.Equal, JumpOperation.NotEqual,
    ];

    public static Program Make(int seed)
    {
        CodeWriter writer = new(new Random(seed));
        writer.Add(Instruction.Alu64(AluOperation.Move, Register.R6, Register.R1));
        writer.AddMapValue(Register.R7, map: 1, offset: 0);
        foreach (Register register in Numbers)
        {
            LoadField(writer, register);
        }

        writer.Add(Instruction.Store(MemorySize.DoubleWord, Register.R10, -8, Register.R2));
        int steps = writer.Random.Next(1, 6);
        for (int step = 0; step < steps; step++)
        {
            Step(writer);
        }

        return Fixtures.Make(ProgramKind.Reduce, $"generated {seed}", "exit") with { Code = writer.Finish() };
    }

    private static void Step(CodeWriter writer)
    {
        ResultField field = Fixtures.IntegerResults[writer.Random.Next(Fixtures.IntegerResults.Length)];
        Register content = writer.Pick(Numbers);
        Register operand = writer.Pick(Numbers);
        switch (writer.Random.Next(8))
        {
            case 0 or 1:
                LoadResult(writer, field, content);
                writer.Add(Instruction.Alu64(Operation(writer, field), content, operand));
                Noise(writer);
                StoreResult(writer, field, content);
                break;
            case 2 or 3:
                LoadResult(writer, field, content);
                writer.AddJump(Instruction.Jump64(writer.Pick(Conditions), operand, content, 0), writer.Random.Next(1, 3));
                StoreResult(writer, field, operand);
                Noise(writer);
                break;
            case 4 or 5:
                LoadResult(writer, field, content);
                writer.AddJump(Instruction.Jump64(writer.Pick(Conditions), operand, content, 0), 1);
                writer.Add(Instruction.Alu64(AluOperation.Move, operand, content));
                Noise(writer);
                StoreResult(writer, field, operand);
                break;
            case 6:
                writer.AddJump(Instruction.Jump64(writer.Pick(Conditions), content, operand, 0), writer.Random.Next(1, 7));
                break;
            default:
                LoadField(writer, operand);
                break;
        }
    }

    /// <summary>Now and then something that may be harmless or may leak what a result decided.</summary>
    private static void Noise(CodeWriter writer)
    {
        switch (writer.Random.Next(10))
        {
            case 0:
                writer.Add(Instruction.Alu64(AluOperation.Move, writer.Pick(Numbers), writer.Random.Next(4)));
                break;
            case 1:
                writer.Add(Instruction.Alu64(writer.Pick(AluOperation.Add, AluOperation.Move), writer.Pick(Numbers), writer.Pick(Numbers)));
                break;
            case 2:
                writer.Add(Instruction.Store(writer.Pick(MemorySize.DoubleWord, MemorySize.Byte), Register.R10, -8, writer.Pick(Numbers)));
                break;
            case 3:
                writer.Add(Instruction.Load(MemorySize.DoubleWord, writer.Pick(Numbers), Register.R10, -8));
                break;
            default:
                break;
        }
    }

    private static AluOperation Operation(CodeWriter writer, ResultField field) => writer.Random.Next(5) == 0
        ? writer.Pick(AluOperation.Add, AluOperation.Multiply, AluOperation.Xor, AluOperation.Or)
        : field.Merge switch
        {
            MergeRule.Sum => AluOperation.Add,
            MergeRule.Or => AluOperation.Or,
            MergeRule.And => AluOperation.And,
            _ => AluOperation.Move,
        };

    private static void LoadField(CodeWriter writer, Register register)
    {
        RowField field = Fixtures.IntegerFields[writer.Random.Next(Fixtures.IntegerFields.Length)];
        Load(writer, register, Register.R6, field.Offset, field.Type);
    }

    private static void LoadResult(CodeWriter writer, ResultField field, Register register) =>
        Load(writer, register, Register.R7, field.Offset, field.Type);

    private static void Load(CodeWriter writer, Register register, Register address, int offset, FieldType type)
    {
        MemorySize size = SizeOf(type);
        bool isSigned = type.IsSigned() && size != MemorySize.DoubleWord && writer.Random.Next(8) != 0;
        Instruction load = Instruction.Load(size, register, address, (short)offset);
        writer.Add(isSigned ? load with { Opcode = Opcode.Memory(InstructionClass.LoadX, MemoryMode.SignExtendingMemory, size) } : load);
    }

    private static void StoreResult(CodeWriter writer, ResultField field, Register register)
    {
        ResultField target = writer.Random.Next(12) == 0 ? Fixtures.IntegerResults[writer.Random.Next(Fixtures.IntegerResults.Length)] : field;
        Register stored = writer.Random.Next(12) == 0 ? writer.Pick(Numbers) : register;
        writer.Add(Instruction.Store(SizeOf(target.Type), Register.R7, (short)target.Offset, stored));
    }

    private static MemorySize SizeOf(FieldType type) => type.Size() switch
    {
        1 => MemorySize.Byte,
        4 => MemorySize.Word,
        _ => MemorySize.DoubleWord,
    };
}
