using NearData.Engine.Execution;
using NearData.Engine.Pruning;

namespace NearData.Engine.Tests;

/// <summary>Which rows' codes pass a table, by vectors and one by one, against what the table says of each.</summary>
public sealed class CodeChoiceTests
{
    // About the ends of words, of what one permutation and all of them choose among, and of batches that vectors don't fill.
    private static readonly int[] Entries = [1, 2, 31, 32, 33, 63, 64, 1023, 1024, 1025, 2048, 2526, 3071, 3073, 4095, 4096, 4097, 9000];

    private static readonly int[] Rows = [0, 1, 15, 16, 17, 33, 256, 4095, 4096];

    [Fact]
    public void The_rows_whose_codes_pass_are_chosen_whatever_the_size_of_the_table()
    {
        // The same choice is asked again and again: nothing of the table before may be left.
        CodeChoice choice = new();
        for (int seed = 0; seed < 40; seed++)
        {
            Random random = new(seed);
            foreach (int entries in Entries)
            {
                CodeTable table = RandomTable(random, entries);
                foreach (int length in Rows)
                {
                    uint[] codes = [.. Enumerable.Range(0, length).Select(_ => (uint)random.Next(entries))];
                    int[] expected = [.. Enumerable.Range(0, length).Where(row => table.Passes[codes[row]] == 1)];
                    int[] chosen = new int[length];
                    Assert.Equal(expected, chosen[..choice.Choose(chosen, codes, table)]);
                    Array.Clear(chosen);
                    Assert.Equal(expected, chosen[..CodeChoice.ChooseSingly(chosen, codes, table, done: 0, count: 0)]);
                }
            }
        }
    }

    [Fact]
    public void Of_rows_that_were_chosen_before_those_stay_whose_codes_pass()
    {
        for (int seed = 0; seed < 200; seed++)
        {
            Random random = new(seed);
            int entries = random.Next(1, 5000);
            CodeTable table = RandomTable(random, entries);
            uint[] codes = [.. Enumerable.Range(0, random.Next(4096)).Select(_ => (uint)random.Next(entries))];
            int[] rows = [.. Enumerable.Range(0, codes.Length).Where(_ => random.Next(3) == 0)];
            int[] expected = [.. rows.Where(row => table.Passes[codes[row]] == 1)];
            Assert.Equal(expected, rows[..CodeChoice.ChooseAmong(rows, codes, table)]);
        }
    }

    [Fact]
    public void Nothing_is_written_behind_as_many_positions_as_there_are_codes()
    {
        CodeChoice choice = new();
        foreach (int length in Rows)
        {
            int[] chosen = new int[length + 32];
            Array.Fill(chosen, -1);
            Assert.Equal(length, choice.Choose(chosen.AsSpan(0, length), new uint[length], new CodeTable([1, 0], IsTotal: false)));
            Assert.Equal(Enumerable.Range(0, length), chosen[..length]);
            Assert.All(chosen[length..], position => Assert.Equal(-1, position));
        }
    }

    [Fact]
    public void Too_little_room_is_refused()
    {
        CodeTable table = new([1, 0], IsTotal: false);
        Assert.Throws<ArgumentOutOfRangeException>(() => new CodeChoice().Choose(new int[15], new uint[16], table));
    }

    private static CodeTable RandomTable(Random random, int entries)
    {
        double ratio = random.NextDouble();
        byte[] passes = [.. Enumerable.Range(0, entries).Select(_ => random.NextDouble() < ratio ? (byte)1 : (byte)0)];
        return new CodeTable(passes, Array.TrueForAll(passes, pass => pass == 1));
    }
}
