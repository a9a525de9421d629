using System.Runtime.Intrinsics.X86;
using NearData.Vm.Vectors;

namespace NearData.Vm.Tests;

/// <summary>Positions of set bits, by each of the ways to write them, against a look at every bit.</summary>
public sealed unsafe class MaskBitsTests
{
    private const int Untouched = -7;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_positions_are_those_of_the_bits_and_no_more_is_written_than_the_slack(bool compressed)
    {
        if (compressed && !Avx512Vbmi2.IsSupported)
        {
            return;
        }

        for (int seed = 0; seed < 2_000; seed++)
        {
            Random random = new(seed);
            int records = random.Next(1, 40) * 16;
            double kept = seed % 4 == 0 ? random.Next(2) : Math.Pow(random.NextDouble(), 1 + (seed % 3));
            ulong[] words = new ulong[(records + MaskBits.WordRecords - 1) / MaskBits.WordRecords];
            List<int> expected = [];
            for (int record = 0; record < records; record++)
            {
                if (random.NextDouble() < kept)
                {
                    words[record / MaskBits.WordRecords] |= 1UL << (record % MaskBits.WordRecords);
                    expected.Add(record);
                }
            }

            int[] positions = new int[records + MaskBits.Slack + 64];
            Array.Fill(positions, Untouched);
            fixed (ulong* first = words)
            fixed (int* target = positions)
            {
                int count = compressed ? MaskBits.WriteCompressed(first, records, target) : MaskBits.WriteByTable(first, records, target);
                Assert.Equal(expected, positions[..count]);
            }

            Assert.All(positions[(records + MaskBits.Slack)..], position => Assert.Equal(Untouched, position));
        }
    }
}
