using NearData.Verifier.Domains;
using ByteWord = NearData.Verifier.Domains.Word<byte, sbyte>;

namespace NearData.Verifier.Tests.Domains;

/// <summary>The generic domain at eight bits, where all members of a set can be tried.</summary>
public sealed class WordTests
{
    private const int Pairs = 600;

    internal static readonly (string Name, Func<ByteWord, ByteWord, ByteWord> Abstract, Func<byte, byte, int> Concrete)[] Operations =
    [
        ("+", (a, b) => a.Add(b), (a, b) => a + b),
        ("-", (a, b) => a.Subtract(b), (a, b) => a - b),
        ("*", (a, b) => a.Multiply(b), (a, b) => a * b),
        ("&", (a, b) => a.And(b), (a, b) => a & b),
        ("|", (a, b) => a.Or(b), (a, b) => a | b),
        ("^", (a, b) => a.Xor(b), (a, b) => a ^ b),
        ("/", (a, b) => a.Divide(b), (a, b) => b == 0 ? 0 : a / b),
        ("%", (a, b) => a.Modulo(b), (a, b) => b == 0 ? a : a % b),
        ("s/", (a, b) => a.SignedDivide(b), (a, b) => b == 0 ? 0 : (sbyte)a / (sbyte)b),
        ("s%", (a, b) => a.SignedModulo(b), (a, b) => b == 0 ? a : (sbyte)a % (sbyte)b),
        ("<<", (a, b) => a.ShiftLeft(b), (a, b) => a << (b & 7)),
        (">>", (a, b) => a.ShiftRight(b), (a, b) => a >> (b & 7)),
        ("s>>", (a, b) => a.ArithmeticShiftRight(b), (a, b) => (sbyte)a >> (b & 7)),
    ];

    internal static readonly (Relation Relation, Func<byte, byte, bool> Holds)[] Relations =
    [
        (Relation.Equal, (a, b) => a == b),
        (Relation.NotEqual, (a, b) => a != b),
        (Relation.Less, (a, b) => a < b),
        (Relation.LessOrEqual, (a, b) => a <= b),
        (Relation.Greater, (a, b) => a > b),
        (Relation.GreaterOrEqual, (a, b) => a >= b),
        (Relation.SignedLess, (a, b) => (sbyte)a < (sbyte)b),
        (Relation.SignedLessOrEqual, (a, b) => (sbyte)a <= (sbyte)b),
        (Relation.SignedGreater, (a, b) => (sbyte)a > (sbyte)b),
        (Relation.SignedGreaterOrEqual, (a, b) => (sbyte)a >= (sbyte)b),
        (Relation.BitsSet, (a, b) => (a & b) != 0),
        (Relation.BitsClear, (a, b) => (a & b) == 0),
    ];

    [Fact]
    public void Every_operation_holds_every_concrete_answer()
    {
        Random random = new(1);
        for (int pair = 0; pair < Pairs; pair++)
        {
            (ByteWord left, byte[] leftMembers) = Any(random);
            (ByteWord right, byte[] rightMembers) = Any(random);
            foreach ((string name, var compute, var concrete) in Operations)
            {
                ByteWord answer = compute(left, right);
                foreach ((byte a, byte b) in Choices(random, leftMembers, rightMembers))
                {
                    Assert.True(
                        answer.Contains((byte)concrete(a, b)), $"{a} {name} {b} = {(byte)concrete(a, b)} is not in {left} {name} {right} = {answer}");
                }
            }
        }
    }

    [Fact]
    public void Every_constant_operation_is_exact()
    {
        for (int a = 0; a < 256; a++)
        {
            for (int b = 0; b < 256; b++)
            {
                foreach ((string name, var compute, var concrete) in Operations.Where(operation => operation.Name is not ("s/" or "s%" or "/" or "%" or "^")))
                {
                    ByteWord answer = compute(ByteWord.Constant((byte)a), ByteWord.Constant((byte)b));
                    Assert.True(answer.IsConstant && answer.Contains((byte)concrete((byte)a, (byte)b)), $"{a} {name} {b} = {answer}");
                }
            }
        }
    }

    [Fact]
    public void Sign_extension_holds_every_concrete_answer()
    {
        Random random = new(2);
        for (int round = 0; round < Pairs; round++)
        {
            (ByteWord word, byte[] members) = Any(random);
            ByteWord extended = word.SignExtend(4);
            Assert.All(members, member => Assert.True(extended.Contains((byte)((sbyte)(member << 4) >> 4)), $"{member} of {word} in {extended}"));
        }
    }

    [Fact]
    public void Every_refinement_keeps_every_pair_that_satisfies_it()
    {
        Random random = new(3);
        for (int pair = 0; pair < Pairs; pair++)
        {
            (ByteWord left, byte[] leftMembers) = Any(random);
            (ByteWord right, byte[] rightMembers) = Any(random);
            foreach ((Relation relation, var holds) in Relations)
            {
                (ByteWord Left, ByteWord Right)? refined = WordRefinement.Assume(relation, left, right);
                foreach ((byte a, byte b) in Choices(random, leftMembers, rightMembers))
                {
                    Assert.True(
                        !holds(a, b) || (refined?.Left.Contains(a) == true && refined.Value.Right.Contains(b)),
                        $"{a} {relation} {b} was lost from {left} and {right}: {refined}");
                }
            }
        }
    }

    [Fact]
    public void A_relation_and_its_opposite_split_all_pairs()
    {
        foreach ((Relation relation, var holds) in Relations)
        {
            var opposite = Relations.Single(entry => entry.Relation == relation.Opposite());
            var mirrored = Relations.Single(entry => entry.Relation == relation.Mirrored());
            for (int a = 0; a < 256; a++)
            {
                for (int b = 0; b < 256; b++)
                {
                    Assert.NotEqual(holds((byte)a, (byte)b), opposite.Holds((byte)a, (byte)b));
                    Assert.Equal(holds((byte)a, (byte)b), mirrored.Holds((byte)b, (byte)a));
                }
            }
        }
    }

    [Fact]
    public void Joins_and_meets_hold_their_members()
    {
        Random random = new(4);
        for (int pair = 0; pair < Pairs; pair++)
        {
            (ByteWord left, byte[] leftMembers) = Any(random);
            (ByteWord right, byte[] rightMembers) = Any(random);
            ByteWord join = left.Join(right);
            ByteWord? meet = left.Meet(right);
            Assert.All(leftMembers.Concat(rightMembers), member => Assert.True(join.Contains(member)));
            Assert.All(leftMembers.Intersect(rightMembers), member => Assert.True(meet?.Contains(member) == true));
        }
    }

    /// <summary>A set that is not empty, with all its members.</summary>
    private static (ByteWord Word, byte[] Members) Any(Random random)
    {
        while (true)
        {
            byte mask = (byte)(random.Next(256) | random.Next(256));
            (byte low, byte high) = Ordered((byte)random.Next(256), (byte)random.Next(256));
            (sbyte least, sbyte most) = Ordered((sbyte)random.Next(-128, 128), (sbyte)random.Next(-128, 128));
            Tnum<byte> bits = random.Next(3) == 0 ? Tnum<byte>.Unknown : new((byte)(random.Next(256) & ~mask), mask);
            Interval<byte> unsigned = random.Next(2) == 0 ? Interval<byte>.Full : new(low, high);
            Interval<sbyte> signed = random.Next(2) == 0 ? Interval<sbyte>.Full : new(least, most);
            byte[] members = [.. Enumerable.Range(0, 256).Select(number => (byte)number)
                .Where(number => bits.Contains(number) && unsigned.Contains(number) && signed.Contains((sbyte)number))];
            if (members.Length > 0)
            {
                // Tightening must not lose any of them.
                ByteWord word = ByteWord.Meet(bits, unsigned, signed)!.Value;
                Assert.All(members, member => Assert.True(word.Contains(member), $"{member} was lost from {bits}, {unsigned}, {signed}: {word}"));
                return (word, members);
            }
        }
    }

    private static (T, T) Ordered<T>(T a, T b)
        where T : IComparable<T> => a.CompareTo(b) <= 0 ? (a, b) : (b, a);

    private static IEnumerable<(byte Left, byte Right)> Choices(Random random, byte[] left, byte[] right)
    {
        yield return (left[0], right[0]);
        yield return (left[^1], right[^1]);
        yield return (left[0], right[^1]);
        yield return (left[^1], right[0]);
        for (int choice = 0; choice < 60; choice++)
        {
            yield return (left[random.Next(left.Length)], right[random.Next(right.Length)]);
        }
    }
}
