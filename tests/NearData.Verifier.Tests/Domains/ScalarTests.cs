using NearData.Isa;
using NearData.Isa.Programs;
using NearData.Verifier.Domains;
using NearData.Vm;

namespace NearData.Verifier.Tests.Domains;

/// <summary>Both widths at 64 bits, against what the interpreter computes.</summary>
public sealed class ScalarTests
{
    private const int Rounds = 4000;

    private static readonly AluOperation[] Operations =
    [
        AluOperation.Add, AluOperation.Subtract, AluOperation.Multiply, AluOperation.Divide, AluOperation.Modulo, AluOperation.Or,
        AluOperation.And, AluOperation.Xor, AluOperation.ShiftLeft, AluOperation.ShiftRight, AluOperation.ArithmeticShiftRight,
    ];

    [Fact]
    public void Every_operation_holds_what_the_interpreter_computes()
    {
        Random random = new(5);
        for (int round = 0; round < Rounds; round++)
        {
            (Scalar left, ulong a) = Any(random);
            (Scalar right, ulong b) = Any(random);
            foreach (AluOperation operation in Operations)
            {
                foreach (short offset in operation is AluOperation.Divide or AluOperation.Modulo ? (short[])[0, 1] : [0])
                {
                    Scalar wide = ScalarArithmetic.Compute64(operation, offset == 1, left, right);
                    Scalar narrow = ScalarArithmetic.Compute32(operation, offset == 1, left, right);
                    AssertHolds(wide, Run(Instruction.Alu64(operation, Register.R1, Register.R2, offset), a, b), operation, left, right);
                    AssertHolds(narrow, Run(Instruction.Alu32(operation, Register.R1, Register.R2, offset), a, b), operation, left, right);
                }
            }
        }
    }

    [Fact]
    public void Extensions_and_swaps_hold_what_the_machine_gives()
    {
        Random random = new(6);
        for (int round = 0; round < Rounds; round++)
        {
            (Scalar scalar, ulong number) = Any(random);
            foreach (int bits in (int[])[8, 16, 32])
            {
                ulong signed = (ulong)((long)(number << (64 - bits)) >> (64 - bits));
                Assert.True(ScalarArithmetic.SignExtend64(scalar, bits).Contains(signed), $"{number} of {scalar} from {bits} bits");
                Assert.True(ScalarArithmetic.ZeroExtend(scalar, bits).Contains(number << (64 - bits) >> (64 - bits)), $"{number} of {scalar}");
            }

            foreach (int bits in (int[])[16, 32, 64])
            {
                ulong swapped = System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(number << (64 - bits));
                Assert.True(ScalarArithmetic.SwapBytes(scalar, bits).Contains(swapped), $"{number} of {scalar}");
            }
        }
    }

    [Fact]
    public void Every_refinement_keeps_a_pair_that_satisfies_it()
    {
        Random random = new(7);
        for (int round = 0; round < Rounds; round++)
        {
            (Scalar left, ulong a) = Any(random);
            (Scalar right, ulong b) = random.Next(4) == 0 ? (left, a) : Any(random);
            foreach (Relation relation in Enum.GetValues<Relation>())
            {
                if (Holds(relation, a, b, (long)a, (long)b))
                {
                    var refined = ScalarRefinement.Assume64(relation, left, right);
                    Assert.True(refined?.Left.Contains(a) == true && refined.Value.Right.Contains(b), $"{a} {relation} {b}: {left}, {right}, {refined}");
                }

                if (Holds(relation, (uint)a, (uint)b, (int)a, (int)b))
                {
                    var refined = ScalarRefinement.Assume32(relation, left, right);
                    Assert.True(refined?.Left.Contains(a) == true && refined.Value.Right.Contains(b), $"{a} {relation} {b}: {left}, {right}, {refined}");
                }
            }
        }
    }

    private static bool Holds(Relation relation, ulong a, ulong b, long signedA, long signedB) => relation switch
    {
        Relation.Equal => a == b,
        Relation.NotEqual => a != b,
        Relation.Less => a < b,
        Relation.LessOrEqual => a <= b,
        Relation.Greater => a > b,
        Relation.GreaterOrEqual => a >= b,
        Relation.SignedLess => signedA < signedB,
        Relation.SignedLessOrEqual => signedA <= signedB,
        Relation.SignedGreater => signedA > signedB,
        Relation.SignedGreaterOrEqual => signedA >= signedB,
        Relation.BitsSet => (a & b) != 0,
        _ => (a & b) == 0,
    };

    private static void AssertHolds(Scalar answer, ulong concrete, AluOperation operation, Scalar left, Scalar right) =>
        Assert.True(answer.Contains(concrete), $"{left} {operation} {right} = {answer} lacks {concrete}");

    private static ulong Run(Instruction instruction, ulong a, ulong b)
    {
        (Instruction first, Instruction second) = Instruction.LoadNumber(Register.R1, (long)a);
        (Instruction third, Instruction fourth) = Instruction.LoadNumber(Register.R2, (long)b);
        return Interpreter.RunMemory(
            new Program
            {
                Name = "operation",
                Section = ".text",
                Kind = ProgramKind.Memory,
                Context = new ProgramContext.Memory(0),
                Code = [first, second, third, fourth, instruction, Instruction.Alu64(AluOperation.Move, Register.R0, Register.R1), Instruction.Exit],
            },
            []);
    }

    /// <summary>A set around a number, of a shape that programs make: interesting ends, some known bits, a narrow low half.</summary>
    private static (Scalar Scalar, ulong Member) Any(Random random)
    {
        ulong member = random.Next(6) switch
        {
            0 => (ulong)random.Next(-3, 4),
            1 => (ulong)random.Next(),
            2 => uint.MaxValue - (ulong)random.Next(3),
            3 => (ulong)(long.MaxValue - random.Next(2)) + (ulong)random.Next(3),
            4 => (ulong)(long)random.Next(int.MinValue, int.MaxValue),
            _ => (ulong)random.NextInt64(long.MinValue, long.MaxValue),
        };
        ulong mask = random.Next(3) switch
        {
            0 => ulong.MaxValue,
            1 => (ulong)random.NextInt64(),
            _ => Tnum<ulong>.LowBits(random.Next(65)),
        };
        ulong below = ulong.Min(member, Reach(random));
        ulong above = ulong.Min(ulong.MaxValue - member, Reach(random));
        long least = (long)member - (long)Int128.Min((Int128)(long)member - long.MinValue, (Int128)(Reach(random) >> 1));
        long most = (long)member + (long)Int128.Min((Int128)long.MaxValue - (long)member, (Int128)(Reach(random) >> 1));
        Word<ulong, long> whole = Word<ulong, long>.Of(
            new(member & ~mask, mask), new(member - below, member + above), new(least, most));
        uint low = (uint)member;
        Word<uint, int> narrow = random.Next(2) == 0
            ? Word<uint, int>.Unknown
            : Word<uint, int>.FromUnsigned(new(low - uint.Min(low, (uint)random.Next(9)), low + uint.Min(uint.MaxValue - low, (uint)random.Next(9))));
        Scalar scalar = Scalar.Of(whole, narrow);
        Assert.True(scalar.Contains(member), $"{member} was lost from {whole} and {narrow}");
        return (scalar, member);
    }

    private static ulong Reach(Random random) => random.Next(3) switch
    {
        0 => 0,
        1 => (ulong)random.Next(100),
        _ => (ulong)random.NextInt64() * 2,
    };
}
