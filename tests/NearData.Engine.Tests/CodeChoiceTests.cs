using NearData.Engine.Execution;
using NearData.Engine.Pruning;
using NearData.Parquet;
using NearData.Vm;

namespace NearData.Engine.Tests;

/// <summary>Which rows' codes pass a table, by vectors and one by one, against what the table says of each.</summary>
public sealed class CodeChoiceTests
{
    // About the ends of words, of what one shuffle, one permutation and all of them choose among, and of batches that vectors don't fill.
    private static readonly int[] Entries =
        [1, 2, 31, 32, 33, 63, 64, 127, 128, 129, 255, 256, 257, 1023, 1024, 1025, 2048, 2526, 3071, 3073, 4095, 4096, 4097, 9000];

    private static readonly int[] Rows = [0, 1, 7, 8, 9, 63, 64, 65, 128, 145, 256, 4095, 4096];

    public static TheoryData<VectorTier> Tiers => [.. Enum.GetValues<VectorTier>().Where(tier => tier <= CodeChoice.Widest)];

    [Theory]
    [MemberData(nameof(Tiers))]
    public void The_rows_whose_codes_pass_are_chosen_whatever_the_size_of_the_table(VectorTier tier)
    {
        // The same choice is asked again and again: nothing of the table before may be left.
        CodeChoice choice = new(tier);
        for (int seed = 0; seed < 40; seed++)
        {
            Random random = new(seed);
            foreach (int entries in Entries)
            {
                CodeTable table = RandomTable(random, entries);
                foreach (int length in Rows)
                {
                    uint[] codes = [.. Enumerable.Range(0, length).Select(_ => (uint)random.Next(entries))];
                    RowCodes given = new(4096);
                    codes.CopyTo(given.Add(length));
                    Assert.Equal(Expected(codes, table), choice.Choose(given, table).ToArray());
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Tiers))]
    public void Runs_are_chosen_with_the_rows_before_and_behind_them(VectorTier tier)
    {
        CodeChoice choice = new(tier);
        for (int seed = 0; seed < 400; seed++)
        {
            Random random = new(seed);
            int entries = Entries[random.Next(Entries.Length)];
            CodeTable table = RandomTable(random, entries);
            RowCodes given = new(4096);
            List<uint> codes = [];
            for (int left = random.Next(4097), count; left > 0; left -= count)
            {
                count = Math.Min(random.Next(1, 1 << random.Next(1, 13)), left);
                uint code = (uint)random.Next(entries);
                if (random.Next(2) == 0)
                {
                    given.AddRun(code, count);
                    codes.AddRange(Enumerable.Repeat(code, count));
                }
                else
                {
                    uint[] some = [.. Enumerable.Range(0, count).Select(_ => (uint)random.Next(entries))];
                    some.CopyTo(given.Add(count));
                    codes.AddRange(some);
                }
            }

            Assert.Equal(Expected(codes, table), choice.Choose(given, table).ToArray());
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

    private static ulong[] Expected(IReadOnlyList<uint> codes, CodeTable table)
    {
        ulong[] expected = new ulong[(codes.Count + RowCodes.WordRows - 1) / RowCodes.WordRows];
        for (int row = 0; row < codes.Count; row++)
        {
            expected[row / RowCodes.WordRows] |= (ulong)table.Passes[codes[row]] << (row % RowCodes.WordRows);
        }

        return expected;
    }

    private static CodeTable RandomTable(Random random, int entries)
    {
        double ratio = random.NextDouble();
        byte[] passes = [.. Enumerable.Range(0, entries).Select(_ => random.NextDouble() < ratio ? (byte)1 : (byte)0)];
        return new CodeTable(passes, Array.TrueForAll(passes, pass => pass == 1));
    }
}
