using NearData.Client.Tests.Rows;

namespace NearData.Client.Tests;

/// <summary>Constants and variables that have more digits than their column, or more than any column.</summary>
public sealed class ScaleTests(NodeFixture fixture) : IClassFixture<NodeFixture>
{
    public static TheoryData<string> Limits =>
    [
        "0.05", "0.050000", "0.054", "0.0500000000000000000000000001", "-0.0000000000000000000000000001", "0", "0.1", "-0.5", "1",
        "79228162514264337593543950335", "-79228162514264337593543950335", "92233720368547758.07", "92233720368547758.08",
        "-92233720368547758.08", "-92233720368547758.09",
    ];

    [Theory]
    [MemberData(nameof(Limits))]
    public async Task A_captured_decimal_of_any_scale_compares_exactly(string text)
    {
        decimal limit = decimal.Parse(text);
        Dataset<Item> data = fixture.Dataset;

        Assert.Equal(fixture.Rows.Count(l => l.Discount < limit), await data.CountAsync(l => l.Discount < limit));
        Assert.Equal(fixture.Rows.Count(l => l.Discount <= limit), await data.CountAsync(l => l.Discount <= limit));
        Assert.Equal(fixture.Rows.Count(l => l.Discount > limit), await data.CountAsync(l => l.Discount > limit));
        Assert.Equal(fixture.Rows.Count(l => l.Discount >= limit), await data.CountAsync(l => l.Discount >= limit));
        Assert.Equal(fixture.Rows.Count(l => l.Discount == limit), await data.CountAsync(l => l.Discount == limit));
        Assert.Equal(fixture.Rows.Count(l => l.Discount != limit), await data.CountAsync(l => l.Discount != limit));
        Assert.Equal(fixture.Rows.Count(l => limit < l.Discount), await data.CountAsync(l => limit < l.Discount));
    }

    [Fact]
    public async Task A_constant_between_two_numbers_of_the_column_compares_exactly()
    {
        Assert.Equal(fixture.Rows.Count(l => l.Discount < 0.045m), await fixture.Dataset.CountAsync(l => l.Discount < 0.045m));
        Assert.Equal(fixture.Rows.Count(l => l.Discount >= 0.045m), await fixture.Dataset.CountAsync(l => l.Discount >= 0.045m));
        Assert.Equal(0, await fixture.Dataset.CountAsync(l => l.Discount == 0.045m));
        Assert.Equal(fixture.Rows.Length, await fixture.Dataset.CountAsync(l => l.Discount != 0.045m));
        Assert.Equal(fixture.Rows.Count(l => -l.Price > -50000.005m), await fixture.Dataset.CountAsync(l => -l.Price > -50000.005m));
    }

    [Fact]
    public async Task Columns_of_different_scales_compare_and_add_at_the_finer_one()
    {
        Assert.Equal(
            fixture.Rows.Count(l => l.FineGrained < l.Discount), await fixture.Dataset.CountAsync(l => l.FineGrained < l.Discount));
        Assert.Equal(fixture.Rows.Sum(l => l.FineGrained + l.Discount), await fixture.Dataset.SumAsync(l => l.FineGrained + l.Discount));
        Assert.Equal(fixture.Rows.Sum(l => l.Id - l.Discount), await fixture.Dataset.SumAsync(l => l.Id - l.Discount));
    }

    [Fact]
    public async Task A_captured_factor_multiplies_with_its_own_digits()
    {
        foreach (decimal rate in new[] { 0m, 1m, -1.5m, 0.000123m, 1.10m })
        {
            Assert.Equal(fixture.Rows.Sum(l => l.Price * rate), await fixture.Dataset.SumAsync(l => l.Price * rate));
            Assert.Equal(fixture.Rows.Sum(l => l.Price + rate), await fixture.Dataset.SumAsync(l => l.Price + rate));
        }
    }

    [Fact]
    public async Task Times_compare_at_the_columns_unit_exactly()
    {
        // DateTime counts 100 ns: in between microseconds, and far in between milliseconds.
        DateTime time = fixture.Rows.Select(l => l.Created).Order().ElementAt(100);
        foreach (DateTime limit in new[] { time.AddTicks(-1), time, time.AddTicks(1) })
        {
            Assert.Equal(fixture.Rows.Count(l => l.Created < limit), await fixture.Dataset.CountAsync(l => l.Created < limit));
            Assert.Equal(fixture.Rows.Count(l => l.Created >= limit), await fixture.Dataset.CountAsync(l => l.Created >= limit));
            Assert.Equal(fixture.Rows.Count(l => l.Created == limit), await fixture.Dataset.CountAsync(l => l.Created == limit));
            Assert.Equal(fixture.Rows.Count(l => l.Updated <= limit), await fixture.Dataset.CountAsync(l => l.Updated <= limit));
            Assert.Equal(fixture.Rows.Count(l => l.Measured > limit), await fixture.Dataset.CountAsync(l => l.Measured > limit));
        }

        Assert.Equal(fixture.Rows.Count(l => l.Created < l.Updated), await fixture.Dataset.CountAsync(l => l.Created < l.Updated));
    }

    [Fact]
    public async Task A_sum_beyond_what_a_decimal_holds_says_so_with_its_value()
    {
        Dataset<Item> vast = fixture.Client.Dataset<Item>("vast");
        decimal rate = 0.123456789m;

        OverflowException thrown = await Assert.ThrowsAsync<OverflowException>(() => vast.SumAsync(l => l.Price * rate));
        Int128 exact = (Int128)(fixture.Rows.Sum(l => l.Price * rate) * 100_000_000_000m) << 62;
        Assert.Equal($"The exact result is {exact} with 11 digits after the point, which a decimal can't hold.", thrown.Message);
        Assert.Equal(fixture.Rows.Sum(l => l.Id) * (decimal)(1L << 62), await vast.SumAsync(l => l.Id));
    }
}
