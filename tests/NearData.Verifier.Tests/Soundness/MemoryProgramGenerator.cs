using NearData.Isa;
using NearData.Isa.Programs;
using NearData.Verifier.Tests.Corpus;

namespace NearData.Verifier.Tests.Soundness;

/// <summary>
/// Random memory programs that mostly verify: numbers of both widths, spills whole and in part, branches, and addresses with
/// variable offsets into memory and data. r6 is the memory, r9 a moved address; the others are numbers.
/// </summary>
internal static class MemoryProgramGenerator
{
    private static readonly Register[] Numbers = [Register.R0, Register.R2, Register.R3, Register.R4, Register.R5, Register.R7, Register.R8];

    private static readonly AluOperation[] Operations =
    [
        AluOperation.Add, AluOperation.Subtract, AluOperation.Multiply, AluOperation.Divide, AluOperation.Modulo, AluOperation.Or,
        AluOperation.And, AluOperation.Xor, AluOperation.ShiftLeft, AluOperation.ShiftRight, AluOperation.ArithmeticShiftRight, AluOperation.Move,
    ];

    private static readonly JumpOperation[] Conditions =
    [
        JumpOperation.Equal, JumpOperation.NotEqual, JumpOperation.Greater, JumpOperation.GreaterOrEqual, JumpOperation.Less,
        JumpOperation.LessOrEqual, JumpOperation.SignedGreater, JumpOperation.SignedGreaterOrEqual, JumpOperation.SignedLess,
        JumpOperation.SignedLessOrEqual, JumpOperation.BitsSet,
    ];

    private static readonly MemorySize[] Sizes = [MemorySize.Byte, MemorySize.HalfWord, MemorySize.Word, MemorySize.DoubleWord];

    public static Program Make(int seed)
    {
        CodeWriter writer = new(new Random(seed));
        writer.Add(Instruction.Alu64(AluOperation.Move, Register.R6, Register.R1));
        foreach (Register register in Numbers)
        {
            writer.Add(Instruction.Load(writer.Pick(Sizes), register, Register.R6, (short)(8 * writer.Random.Next(8))));
        }

        for (short slot = -32; slot < 0; slot += 8)
        {
            writer.Add(Instruction.Store(MemorySize.DoubleWord, Register.R10, slot, writer.Pick(Numbers)));
        }

        int steps = writer.Random.Next(5, 30);
        for (int step = 0; step < steps; step++)
        {
            Step(writer);
        }

        return Fixtures.Make(ProgramKind.Memory, $"generated {seed}", "exit") with { Code = writer.Finish() };
    }

    private static void Step(CodeWriter writer)
    {
        Register left = writer.Pick(Numbers);
        Register right = writer.Pick(Numbers);
        switch (writer.Random.Next(12))
        {
            case < 4:
                Arithmetic(writer, left, right);
                break;
            case < 7:
                Jump(writer, left, right);
                break;
            case 7:
                writer.Add(Instruction.Store(writer.Pick(Sizes), Register.R10, (short)-writer.Random.Next(8, 33), left));
                break;
            case 8:
                writer.Add(Instruction.Load(writer.Pick(Sizes), left, Register.R10, (short)-writer.Random.Next(8, 33)));
                break;
            case 9:
                writer.Add(Instruction.Atomic(
                    writer.Pick(AtomicOperation.Add, AtomicOperation.AddFetch, AtomicOperation.Exchange, AtomicOperation.CompareExchange),
                    writer.Pick(MemorySize.Word, MemorySize.DoubleWord), Register.R10, (short)(-8 * writer.Random.Next(1, 5)), left));
                break;
            default:
                Access(writer, left, right);
                break;
        }
    }

    private static void Arithmetic(CodeWriter writer, Register left, Register right)
    {
        AluOperation operation = writer.Pick(Operations);
        bool isShift = operation is AluOperation.ShiftLeft or AluOperation.ShiftRight or AluOperation.ArithmeticShiftRight;
        short offset = (short)(operation is AluOperation.Divide or AluOperation.Modulo ? writer.Random.Next(2) : 0);
        int constant = isShift ? writer.Random.Next(32) : writer.Constant();
        writer.Add(writer.Random.Next(5) switch
        {
            0 => Instruction.Alu64(operation, left, constant, offset),
            1 => Instruction.Alu64(operation, left, right, offset),
            2 => Instruction.Alu32(operation, left, constant, offset),
            3 => Instruction.Alu32(operation, left, right, offset),
            _ => Instruction.Alu64(AluOperation.Move, left, right, offset: (short)writer.Pick(8, 16, 32)),
        });
    }

    private static void Jump(CodeWriter writer, Register left, Register right)
    {
        Instruction jump = writer.Random.Next(2) == 0
            ? Instruction.Jump64(writer.Pick(Conditions), left, right, 0)
            : Instruction.Jump64(writer.Pick(Conditions), left, writer.Constant(), 0);
        bool isNarrow = writer.Random.Next(3) == 0;
        writer.AddJump(
            isNarrow ? jump with { Opcode = Opcode.Jump(InstructionClass.Jump32, jump.Opcode.JumpOperation, jump.Opcode.UsesSourceRegister) } : jump,
            writer.Random.Next(1, 5));
    }

    /// <summary>An access at a number's place, which is kept in bounds by a mask, by a branch, or not at all.</summary>
    private static void Access(CodeWriter writer, Register number, Register other)
    {
        MemorySize size = writer.Pick(Sizes);
        int bound = writer.Random.Next(8) == 0 ? 200 : 48;
        if (writer.Random.Next(2) == 0)
        {
            writer.Add(Instruction.Alu64(AluOperation.And, number, writer.Pick(7, 15, 31, bound)));
        }
        else
        {
            writer.AddJump(Instruction.Jump64(writer.Pick(JumpOperation.Greater, JumpOperation.GreaterOrEqual, JumpOperation.SignedGreater), number, bound, 0), 3);
        }

        writer.Add(Instruction.Alu64(AluOperation.Move, Register.R9, Register.R6));
        writer.Add(Instruction.Alu64(AluOperation.Add, Register.R9, number));
        writer.Add(writer.Random.Next(2) == 0
            ? Instruction.Load(size, other, Register.R9, (short)writer.Random.Next(-1, 4))
            : Instruction.Store(size, Register.R9, (short)writer.Random.Next(-1, 4), other));
    }
}
