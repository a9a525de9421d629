using System.Collections.Immutable;
using NearData.Engine.Pruning;
using NearData.Verifier;

namespace NearData.Engine.Tests;

/// <summary>What guards learn of a filter and parameters, for the next execution with the same ones.</summary>
public sealed class GuardMemoryTests
{
    [Fact]
    public void A_guard_that_knows_what_another_has_learned_says_the_same_and_asks_nothing()
    {
        Random random = new(1);
        long[] entries = [.. Enumerable.Range(0, 2526).Select(value => (long)value).OrderBy(_ => random.Next())];
        ValueGuard learner = new(0, (_, range) => range.Maximum >= 700 && range.Minimum <= 900);
        byte[] expected = [.. entries.Select(entry => entry is >= 700 and <= 900 ? (byte)1 : (byte)0), 0];
        Assert.Equal(expected, learner.Tabulate(entries, hasNulls: false).Passes);

        ValueGuard knower = new(0, (_, range) => throw new InvalidOperationException($"Asked of {range}."), learner.Segments);
        Assert.Null(knower.Kept);
        Assert.Equal(expected, knower.Tabulate(entries, hasNulls: false).Passes);
        Assert.Equal(learner.Kept, knower.Kept);
        Assert.Throws<InvalidOperationException>(() => knower.Tabulate([5000], hasNulls: false));
    }

    [Fact]
    public void The_parameters_that_were_used_last_are_remembered_each_by_itself()
    {
        GuardMemory memory = new();
        for (byte set = 0; set < GuardMemory.Most; set++)
        {
            memory.Remember([set, 1], Known(set));
        }

        memory.Remember([0, 1], Known(100));
        memory.Remember([200, 1], Known(200));
        Assert.Empty(memory.Recall([1, 1]));
        Assert.Empty(memory.Recall([2]));
        Assert.Equal(100, memory.Recall([0, 1])[7][0].Least);
        Assert.Equal(2, memory.Recall([2, 1])[7][0].Least);
        Assert.Equal(200, memory.Recall([200, 1])[7][0].Least);
    }

    private static ImmutableDictionary<int, ImmutableArray<ValueSegment>> Known(long value) =>
        ImmutableDictionary<int, ImmutableArray<ValueSegment>>.Empty.Add(7, [new ValueSegment(value, value, IsKept: true)]);
}
