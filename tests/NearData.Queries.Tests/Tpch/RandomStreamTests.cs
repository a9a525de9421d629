using NearData.Queries.Tpch.Randomness;

namespace NearData.Queries.Tests.Tpch;

public sealed class RandomStreamTests
{
    [Fact]
    public void Draws_are_the_published_outputs_of_SplitMix64()
    {
        // The test vector that accompanies implementations of SplitMix64: seed 1234567.
        ulong[] published =
        [
            6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431, 16408922859458223821,
        ];

        RandomStream stream = new(1234567);

        Assert.Equal(published, Enumerable.Range(0, 5).Select(position => stream.At(position)));
    }

    [Fact]
    public void A_column_s_seed_is_the_published_FNV_1a_hash_of_its_name()
    {
        // Vectors of draft-eastlake-fnv, appendix C: "" , "a" and "foobar".
        Assert.Equal(0xcbf29ce484222325, RandomStream.Of("").Seed);
        Assert.Equal(0xaf63dc4c8601ec8c, RandomStream.Of("a").Seed);
        Assert.Equal(0x85944171f73967e8, RandomStream.Of("foobar").Seed);
    }

    [Fact]
    public void A_choice_reaches_both_ends_and_every_value_about_as_often()
    {
        const int Draws = 100_000;
        RandomStream stream = RandomStream.Of("any");
        int[] seen = new int[10];

        for (int position = 0; position < Draws; position++)
        {
            seen[stream.Between(position, -5, 4) + 5]++;
        }

        // Five standard deviations of a binomial count with p = 1/10.
        double tolerance = 5 * Math.Sqrt(Draws * 0.1 * 0.9);
        Assert.All(seen, count => Assert.InRange(count, (Draws / 10) - tolerance, (Draws / 10) + tolerance));
    }

    [Fact]
    public void Two_columns_values_are_not_correlated()
    {
        const int Draws = 100_000;
        RandomStream one = RandomStream.Of("l_quantity");
        RandomStream other = RandomStream.Of("l_discount");

        double sum = Enumerable.Range(0, Draws).Sum(row => (one.Between(row, 0, 1) - 0.5) * (other.Between(row, 0, 1) - 0.5) * 4);

        Assert.InRange(sum / Draws, -5 / Math.Sqrt(Draws), 5 / Math.Sqrt(Draws));
    }
}
