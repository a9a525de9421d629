using NearData.TestSupport;
using NearData.Verifier.Domains;
using ByteWord = NearData.Verifier.Domains.Word<byte, sbyte>;

namespace NearData.Verifier.Tests.Domains;

/// <summary>
/// Words of eight bits with all their members: operations of one operand on every tnum and every interval, those of two on pairs whose ends
/// lie where something wraps. <c>NEARDATA_LONG=1</c> tries all pairs of all tnums.
/// </summary>
public sealed class ExhaustiveWordTests
{
    private static readonly (string Name, Func<ByteWord, ByteWord, ByteWord> Abstract, Func<byte, byte, int> Concrete)[] Operations = WordTests.Operations;

    private static readonly (string Name, Func<Tnum<byte>, Tnum<byte>, Tnum<byte>> Abstract, Func<int, int, int> Concrete)[] TnumOperations = TnumTests.Operations;

    public static TheoryData<string> OperationNames => [.. Operations.Select(operation => operation.Name)];

    public static TheoryData<Relation> RelationNames => [.. WordTests.Relations.Select(entry => entry.Relation)];

    [Theory]
    [MemberData(nameof(OperationNames))]
    public void Every_answer_of_every_pair_of_members_lies_in_the_words_answer(string name)
    {
        (_, var compute, var concrete) = Operations.Single(operation => operation.Name == name);
        byte[] answers = [.. from a in Enumerable.Range(0, 256) from b in Enumerable.Range(0, 256) select (byte)concrete((byte)a, (byte)b)];
        ForEachPair((left, leftMembers, right, rightMembers) =>
        {
            ByteWord answer = compute(left, right);
            bool[] isIn = [.. Enumerable.Range(0, 256).Select(number => answer.Contains((byte)number))];
            foreach (byte a in leftMembers)
            {
                foreach (byte b in rightMembers)
                {
                    if (!isIn[answers[(a << 8) | b]])
                    {
                        Assert.Fail($"{a} {name} {b} = {answers[(a << 8) | b]} is not in {left} {name} {right} = {answer}");
                    }
                }
            }
        });
    }

    [Theory]
    [MemberData(nameof(RelationNames))]
    public void Every_pair_of_members_that_satisfies_a_relation_is_kept(Relation relation)
    {
        Func<byte, byte, bool> holds = WordTests.Relations.Single(entry => entry.Relation == relation).Holds;
        ForEachPair((left, leftMembers, right, rightMembers) =>
        {
            (ByteWord Left, ByteWord Right)? refined = WordRefinement.Assume(relation, left, right);
            foreach (byte a in leftMembers)
            {
                foreach (byte b in rightMembers)
                {
                    if (holds(a, b) && !(refined is { } kept && kept.Left.Contains(a) && kept.Right.Contains(b)))
                    {
                        Assert.Fail($"{a} {relation} {b} was lost from {left} and {right}: {refined}");
                    }
                }
            }
        });
    }

    [Fact]
    public void Sign_extension_of_every_tnum_and_interval_holds_every_member()
    {
        foreach (ByteWord word in ByteSets.Words)
        {
            byte[] members = ByteSets.Members(word);
            for (int bits = 1; bits < 8; bits++)
            {
                ByteWord extended = word.SignExtend(bits);
                foreach (byte member in members)
                {
                    if (!extended.Contains((byte)((sbyte)(member << (8 - bits)) >> (8 - bits))))
                    {
                        Assert.Fail($"{member} of {word}, extended from {bits} bits, is not in {extended}");
                    }
                }
            }
        }
    }

    [Fact]
    public void Joins_meets_and_widenings_hold_their_members()
    {
        ForEachPair((left, leftMembers, right, rightMembers) =>
        {
            ByteWord join = left.Join(right);
            ByteWord widened = ScalarWidening.Widen(left, join, WideningBounds.Standard);
            ByteWord? meet = left.Meet(right);
            foreach (byte member in leftMembers.Concat(rightMembers))
            {
                if (!join.Contains(member) || !widened.Contains(member))
                {
                    Assert.Fail($"{member} was lost from {left} and {right}: {join}, widened {widened}");
                }
            }

            foreach (byte member in leftMembers.Where(right.Contains))
            {
                Assert.True(meet?.Contains(member) == true, $"{member} was lost from what {left} and {right} have in common: {meet}");
            }
        });
    }

    [Fact]
    public void Widening_ends_after_few_steps()
    {
        Random random = new(9);
        for (int chain = 0; chain < 2000; chain++)
        {
            ByteWord known = ByteWord.Constant((byte)random.Next(256));
            int steps = 0;
            for (int turn = 0; turn < 1000; turn++)
            {
                ByteWord joined = known.Join(ByteWord.Constant((byte)random.Next(256)));
                ByteWord widened = ScalarWidening.Widen(known, joined, WideningBounds.Standard);
                steps += widened == known ? 0 : 1;
                known = widened;
            }

            // Each step moves one end to the next of a few bounds, or makes bits unknown.
            Assert.InRange(steps, 0, 32);
        }
    }

    [Theory]
    [InlineData("+")]
    [InlineData("-")]
    [InlineData("*")]
    [InlineData("&")]
    [InlineData("|")]
    [InlineData("^")]
    public void Every_answer_of_pairs_of_tnums_lies_in_the_tnums_answer(string name)
    {
        (_, var compute, var concrete) = TnumOperations.Single(operation => operation.Name == name);
        byte[] answers = [.. from a in Enumerable.Range(0, 256) from b in Enumerable.Range(0, 256) select (byte)concrete(a, b)];
        byte[][] members = [.. ByteSets.Tnums.Select(ByteSets.Members)];

        // A prime step: over the pairs, every kind of tnum meets every other.
        bool isLong = LongRun.IsAsked;
        int step = isLong ? 1 : 499;
        long pairs = (long)ByteSets.Tnums.Length * ByteSets.Tnums.Length;
        Parallel.For(0, pairs / step, pair =>
        {
            int first = (int)(pair * step / ByteSets.Tnums.Length);
            int second = (int)(pair * step % ByteSets.Tnums.Length);
            Tnum<byte> answer = compute(ByteSets.Tnums[first], ByteSets.Tnums[second]);
            foreach (byte a in members[first])
            {
                foreach (byte b in members[second])
                {
                    if (((answers[(a << 8) | b] & ~answer.Mask) ^ answer.Value) != 0)
                    {
                        Assert.Fail($"{a} {name} {b} is not in {ByteSets.Tnums[first]} {name} {ByteSets.Tnums[second]} = {answer}");
                    }
                }
            }
        });
    }

    private static void ForEachPair(Action<ByteWord, byte[], ByteWord, byte[]> check)
    {
        byte[][] members = [.. ByteSets.Interesting.Select(ByteSets.Members)];
        for (int left = 0; left < members.Length; left++)
        {
            for (int right = 0; right < members.Length; right++)
            {
                check(ByteSets.Interesting[left], members[left], ByteSets.Interesting[right], members[right]);
            }
        }
    }
}
