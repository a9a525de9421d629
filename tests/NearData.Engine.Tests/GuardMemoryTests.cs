using NearData.Engine.Programs;
using NearData.Engine.Pruning;
using NearData.TestSupport;
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

    [FactNeeding(Needs.Clang19)]
    public void The_parameters_that_were_used_last_are_remembered_each_by_itself()
    {
        using LoadedProgram program = LoadedProgram.Load(Clang.Compile(
            """
            #include <neardata.h>
            struct row { __s64 x; };
            SEC("filter") int keep(const struct row *r) { return r->x > 3; }
            """));
        GuardMemory memory = new();
        LearnedFilter Make(byte[] constants) => new(new FilterAnalysis(program.Query.Filter!, constants));
        LearnedFilter[] made = [.. Enumerable.Range(0, GuardMemory.Most).Select(set => memory.Of([(byte)set, 1], Make))];
        Assert.Same(made[0], memory.Of([0, 1], Make));
        LearnedFilter another = memory.Of([200, 1], Make);

        // The second was used longest ago.
        Assert.Equal([made[0], .. made[2..], another], [.. new byte[] { 0, 2, 3, 4, 5, 6, 7, 200 }.Select(set => memory.Of([set, 1], Make))]);
        Assert.Equal(GuardMemory.Most + 1, made.Append(another).Distinct().Count());
        Assert.DoesNotContain(memory.Of([1, 1], Make), made);
        Assert.DoesNotContain(memory.Of([2], Make), made);
    }

    [Fact]
    public void Texts_are_remembered_of_each_field_as_long_as_there_is_room()
    {
        TextMemory memory = new();
        Assert.Null(memory.Recall(1, "AIR"u8));
        memory.Remember(1, "AIR"u8, canKeep: true);
        memory.Remember(2, "AIR"u8, canKeep: false);
        memory.Remember(1, ""u8, canKeep: false);
        Assert.True(memory.Recall(1, "AIR"u8));
        Assert.False(memory.Recall(2, "AIR"u8));
        Assert.False(memory.Recall(1, ""u8));
        Assert.Null(memory.Recall(2, ""u8));
        Assert.Null(memory.Recall(1, "AI"u8));

        int entries = 0;
        for (int text = 0; text < TextMemory.MostBytes; text++)
        {
            memory.Remember(3, BitConverter.GetBytes(text), canKeep: true);
            entries += memory.Recall(3, BitConverter.GetBytes(text)) is null ? 0 : 1;
        }

        Assert.InRange(entries, 1, TextMemory.MostBytes / TextMemory.EntryBytes);
        Assert.True(memory.Recall(1, "AIR"u8));
        memory.Remember(4, new byte[TextMemory.MostBytes * 2], canKeep: true);
        Assert.Null(memory.Recall(4, new byte[TextMemory.MostBytes * 2]));
    }
}
