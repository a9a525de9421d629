using NearData.Engine.Pruning;
using NearData.Verifier;

namespace NearData.Engine.Tests;

/// <summary>What a guard learns of a column's values, against a filter that knows exactly which it keeps.</summary>
public sealed class ValueGuardTests
{
    [Fact]
    public void No_value_that_the_filter_keeps_is_dropped_however_little_is_proven()
    {
        for (int seed = 0; seed < 300; seed++)
        {
            Random random = new(seed);
            // Few, whose segments vectors look at, or many.
            HashSet<long> kept = [.. Enumerable.Range(0, random.Next(seed % 2 == 0 ? 4 : 40)).Select(_ => Value(random))];
            double blindness = random.Next(3) * 0.3;
            ValueGuard guard = new(7, (field, range) =>
            {
                Assert.Equal(7, field);
                Assert.True(range.Minimum <= range.Maximum);
                return random.NextDouble() < blindness || kept.Any(value => range.Minimum <= value && value <= range.Maximum);
            });
            for (int dictionary = 0; dictionary < 5; dictionary++)
            {
                long[] entries = [.. Enumerable.Range(0, random.Next(100)).Select(_ => Value(random))];
                CodeTable table = guard.Tabulate(entries, hasNulls: false);
                for (int code = 0; code < entries.Length; code++)
                {
                    Assert.False(table.Passes[code] == 0 && kept.Contains(entries[code]), $"seed {seed}: {entries[code]} is dropped");
                    bool isInRange = guard.Kept is { } range && range.Minimum <= entries[code] && entries[code] <= range.Maximum;
                    Assert.True(table.Passes[code] == 0 || isInRange, $"seed {seed}: {entries[code]} lies outside what is kept");
                }

                Assert.Equal(table.IsTotal, table.Passes.AsSpan(0, entries.Length).IndexOf((byte)0) < 0);
            }
        }
    }

    [Fact]
    public void The_values_of_an_interval_are_told_exactly_in_few_questions()
    {
        for (int seed = 0; seed < 100; seed++)
        {
            Random random = new(seed);
            long least = random.Next(2500);
            long most = least + random.Next(2500);
            int asked = 0;
            ValueGuard guard = new(0, (_, range) =>
            {
                asked++;
                return range.Maximum >= least && range.Minimum <= most;
            });
            for (int dictionary = 0; dictionary < 20; dictionary++)
            {
                long[] entries = [.. Enumerable.Range(0, 2526).Select(value => (long)value).OrderBy(_ => random.Next()).Take(random.Next(1, 2526))];
                byte[] expected = [.. entries.Select(entry => least <= entry && entry <= most ? (byte)1 : (byte)0), 0];
                Assert.Equal(expected, guard.Tabulate(entries, hasNulls: false).Passes);
            }

            Assert.InRange(asked, 1, 200);
        }
    }

    [Fact]
    public void A_null_is_decided_as_a_null()
    {
        ValueGuard keepsNulls = new(0, (_, range) => range.Nulls == NullPresence.All);
        Assert.Equal([0, 1], keepsNulls.Tabulate([5], hasNulls: true).Passes);
        Assert.Equal(new FieldRange(0, 0, NullPresence.All), keepsNulls.Kept);
        ValueGuard keepsValues = new(0, (_, range) => range.Nulls != NullPresence.All);
        Assert.Equal([1, 0], keepsValues.Tabulate([5], hasNulls: true).Passes);
        Assert.Equal(new FieldRange(5, 5, NullPresence.None), keepsValues.Kept);
    }

    [Fact]
    public void A_guard_that_lets_a_large_dictionary_pass_whole_is_not_worth_asking_again()
    {
        long[] large = [.. Enumerable.Range(0, 2000).Select(value => (long)value)];
        ValueGuard keepsAll = new(0, (_, _) => true);
        Assert.False(keepsAll.IsFutile);
        keepsAll.Tabulate(large.AsSpan(0, 100), hasNulls: false);
        Assert.False(keepsAll.IsFutile);
        keepsAll.Tabulate(large, hasNulls: false);
        Assert.True(keepsAll.IsFutile);

        ValueGuard dropsOne = new(0, (_, range) => range.Minimum > 0 || range.Maximum > 0);
        dropsOne.Tabulate(large, hasNulls: false);
        Assert.False(dropsOne.IsFutile);
    }

    private static long Value(Random random) => random.Next(20) switch
    {
        0 => long.MinValue,
        1 => long.MaxValue,
        _ => random.Next(-60, 60),
    };
}
