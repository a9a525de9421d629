using FsCheck;
using FsCheck.Fluent;
using NearData.Isa;
using NearData.Isa.Programs;
using NearData.TestSupport;
using NearData.Verifier.Domains;
using NearData.Vm;

namespace NearData.Verifier.Tests.Domains;

/// <summary>Both widths at 64 bits, against what the interpreter computes; FsCheck makes the sets and the numbers.</summary>
public sealed class ScalarTests
{
    private static readonly Config Checks = Config.QuickThrowOnFailure
        .WithMaxTest(LongRun.IsAsked ? 1_000_000 : 3000)
        .WithReplay(seed: 1, gamma: 3);

    private static readonly AluOperation[] Operations =
    [
        AluOperation.Add, AluOperation.Subtract, AluOperation.Multiply, AluOperation.Divide, AluOperation.Modulo, AluOperation.Or,
        AluOperation.And, AluOperation.Xor, AluOperation.ShiftLeft, AluOperation.ShiftRight, AluOperation.ArithmeticShiftRight,
    ];

    [Fact]
    public void Every_operation_holds_what_the_interpreter_computes() => ForAll(pair =>
    {
        ((Scalar left, ulong a), (Scalar right, ulong b)) = (pair.Left, pair.Right);
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
    });

    [Fact]
    public void Of_two_numbers_the_answer_is_the_one_that_the_interpreter_computes() => ForAll(pair =>
    {
        (ulong a, ulong b) = (pair.Left.Number, pair.Right.Number);
        foreach (AluOperation operation in Operations.Except([AluOperation.Divide, AluOperation.Modulo]))
        {
            Scalar wide = ScalarArithmetic.Compute64(operation, signed: false, Scalar.Constant(a), Scalar.Constant(b));
            Assert.Equal(Scalar.Constant(Run(Instruction.Alu64(operation, Register.R1, Register.R2), a, b)), wide);
        }
    });

    [Fact]
    public void Extensions_and_swaps_hold_what_the_machine_gives() => ForAll(pair =>
    {
        (Scalar scalar, ulong number) = pair.Left;
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
    });

    [Fact]
    public void Every_refinement_keeps_a_pair_that_satisfies_it() => ForAll(pair =>
    {
        ((Scalar left, ulong a), (Scalar right, ulong b)) = (pair.Left, pair.Right);
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
    });

    [Fact]
    public void Joins_and_widenings_hold_both_and_meets_what_is_common() => ForAll(pair =>
    {
        ((Scalar left, ulong a), (Scalar right, ulong b)) = (pair.Left, pair.Right);
        Scalar join = left.Join(right);
        Scalar widened = ScalarWidening.Widen(left, join, WideningBounds.With([1000, -5]));
        Assert.True(join.Contains(a) && join.Contains(b), $"{a} or {b} was lost from {left} and {right}: {join}");
        Assert.True(widened.Contains(a) && widened.Contains(b), $"{a} or {b} was lost from {left} and {right}, widened: {widened}");
        Assert.True(!right.Contains(a) || left.Meet(right)?.Contains(a) == true, $"{a} was lost from what {left} and {right} have in common");
    });

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

    private static void ForAll(Action<(Member Left, Member Right)> holds) => Check.One(
        Checks,
        Prop.ForAll((from left in Members from right in Members from same in Gen.Choose(0, 4) select (left, same == 0 ? left : right)).ToArbitrary(), holds));

    /// <summary>A set with one of its numbers.</summary>
    private readonly record struct Member(Scalar Scalar, ulong Number);

    /// <summary>Numbers where something wraps or changes sign, at both widths, and any other.</summary>
    private static Gen<ulong> Numbers { get; } = Gen.OneOf(
        Gen.Choose(-3, 4).Select(number => (ulong)number),
        Gen.Choose(int.MinValue, int.MaxValue).Select(number => (ulong)number),
        Gen.Choose(0, int.MaxValue).Select(number => (ulong)number),
        Gen.Choose(-3, 3).Select(number => uint.MaxValue + (ulong)number),
        Gen.Choose(-3, 3).Select(number => (ulong)long.MaxValue + (ulong)number),
        ArbMap.Default.GeneratorFor<ulong>(),
        Gen.Choose(0, 63).Select(bit => 1UL << bit));

    private static Gen<ulong> Masks { get; } = Gen.OneOf(
        Gen.Constant(ulong.MaxValue), Numbers, Gen.Choose(0, 64).Select(bits => Tnum<ulong>.LowBits(bits)));

    private static Gen<ulong> Reaches { get; } = Gen.OneOf(Gen.Constant(0UL), Gen.Choose(0, 100).Select(number => (ulong)number), Numbers);

    /// <summary>Sets of the shapes that programs make: interesting ends, some known bits, a narrow low half.</summary>
    private static Gen<Member> Members { get; } =
        from number in Numbers
        from mask in Masks
        from below in Reaches
        from above in Reaches
        from under in Reaches
        from over in Reaches
        from low in Gen.Choose(0, 9)
        select new Member(Around(number, mask, (below, above), (under, over), low), number);

    private static Scalar Around(ulong member, ulong mask, (ulong Below, ulong Above) unsigned, (ulong Below, ulong Above) signed, int low)
    {
        long least = (long)member - (long)Int128.Min((Int128)(long)member - long.MinValue, (Int128)(signed.Below >> 1));
        long most = (long)member + (long)Int128.Min((Int128)long.MaxValue - (long)member, (Int128)(signed.Above >> 1));
        Word<ulong, long> whole = Word<ulong, long>.Of(
            new(member & ~mask, mask),
            new(member - ulong.Min(member, unsigned.Below), member + ulong.Min(ulong.MaxValue - member, unsigned.Above)),
            new(least, most));
        uint half = (uint)member;
        Word<uint, int> narrow = low == 9
            ? Word<uint, int>.Unknown
            : Word<uint, int>.FromUnsigned(new(half - uint.Min(half, (uint)low), half + uint.Min(uint.MaxValue - half, (uint)low)));
        Scalar scalar = Scalar.Of(whole, narrow);
        Assert.True(scalar.Contains(member), $"{member} was lost from {whole} and {narrow}");
        return scalar;
    }
}
