using System.Numerics;
using NearData.Client.Tests.Rows;

namespace NearData.Client.Tests;

/// <summary>Aggregates as an author writes them, against LINQ to objects.</summary>
public sealed class AggregateTests(NodeFixture fixture) : IClassFixture<NodeFixture>
{
    private readonly DateOnly _from = new(1994, 1, 1);

    [Fact]
    public async Task A_query_in_the_form_of_TPC_H_Q6_gives_the_exact_sum()
    {
        DateOnly until = new(1996, 1, 1);
        decimal revenue = await fixture.Dataset
            .Where(l => l.ShipDate >= _from && l.ShipDate < until && l.Discount >= 0.05m && l.Discount <= 0.07m && l.Id < 240)
            .SumAsync(l => l.Price * l.Discount);

        decimal expected = fixture.Rows
            .Where(l => l.ShipDate >= _from && l.ShipDate < until && l.Discount >= 0.05m && l.Discount <= 0.07m && l.Id < 240)
            .Sum(l => l.Price * l.Discount);
        Assert.NotEqual(0, expected);
        Assert.Equal(expected, revenue);
    }

    [Fact]
    public async Task Several_Where_calls_keep_what_all_of_them_keep()
    {
        int limit = 100;
        int count = await fixture.Dataset.Where(l => l.Flag).Where(l => l.Id > limit).Where(l => l.MaybeId != null).CountAsync();

        Assert.Equal(fixture.Rows.Count(l => l.Flag && l.Id > limit && l.MaybeId != null), count);
    }

    [Fact]
    public async Task A_query_can_be_continued_in_several_ways()
    {
        Dataset<Item> flagged = fixture.Dataset.Where(l => l.Flag);
        int few = await flagged.Where(l => l.Tiny == 3).CountAsync();

        Assert.Equal(fixture.Rows.Count(l => l.Flag), await flagged.CountAsync());
        Assert.Equal(fixture.Rows.Count(l => l.Flag && l.Tiny == 3), few);
    }

    [Fact]
    public async Task A_count_without_a_condition_reads_no_column()
    {
        Assert.Equal(fixture.Rows.Length, await fixture.Dataset.LongCountAsync());
        Assert.Equal(0, await fixture.Client.Dataset<Item>("empty").CountAsync());
    }

    [Fact]
    public async Task The_discounted_charge_of_TPC_H_Q1_keeps_all_six_digits()
    {
        decimal charge = await fixture.Dataset.SumAsync(l => l.Price * (1 - l.Discount) * (1 + l.Discount));

        Assert.Equal(fixture.Rows.Sum(l => l.Price * (1 - l.Discount) * (1 + l.Discount)), charge);
    }

    [Fact]
    public async Task Sums_of_integers_are_exact_beyond_64_bits()
    {
        Item[] rows = [.. Items.Random(seed: 43, count: 300, Spread.Extreme)];
        Dataset<Item> extreme = fixture.Client.Dataset<Item>("extreme");

        Assert.Equal((decimal)Sum(rows, l => l.Huge), await extreme.SumAsync(l => l.Huge));
        Assert.Equal((decimal)Sum(rows.Where(l => l.Big > 0), l => l.Big), await extreme.Where(l => l.Big > 0).SumAsync(l => l.Big));
        Assert.True(Sum(rows.Where(l => l.Big > 0), l => l.Big) > long.MaxValue);
    }

    [Fact]
    public async Task Extremes_come_back_in_the_selectors_own_type()
    {
        Assert.Equal(fixture.Rows.Min(l => l.ShipDate), await fixture.Dataset.MinAsync(l => l.ShipDate));
        Assert.Equal(fixture.Rows.Max(l => l.Created), await fixture.Dataset.MaxAsync(l => l.Created));
        Assert.Equal(fixture.Rows.Min(l => l.Updated), await fixture.Dataset.MinAsync(l => l.Updated));
        Assert.Equal(DateTimeKind.Utc, (await fixture.Dataset.MinAsync(l => l.Updated)).Kind);
        Assert.Equal(fixture.Rows.Max(l => l.Price), await fixture.Dataset.MaxAsync(l => l.Price));
        Assert.Equal(fixture.Rows.Min(l => l.Small), await fixture.Dataset.MinAsync(l => l.Small));
        Assert.Equal(fixture.Rows.Max(l => l.Huge), await fixture.Dataset.MaxAsync(l => l.Huge));
        Assert.Equal(fixture.Rows.Max(l => l.Flag), await fixture.Dataset.MaxAsync(l => l.Flag));
        Assert.Equal(fixture.Rows.Min(l => l.MaybeDate), await fixture.Dataset.MinAsync(l => l.MaybeDate));
        Assert.Equal(ulong.MaxValue, await fixture.Client.Dataset<Item>("extreme").MaxAsync(l => l.Huge));
        Assert.Equal(long.MinValue, await fixture.Client.Dataset<Item>("extreme").MinAsync(l => l.Big));
    }

    [Fact]
    public async Task Over_no_rows_sums_are_zero_and_the_others_have_no_elements()
    {
        Dataset<Item> empty = fixture.Client.Dataset<Item>("empty");

        Assert.Equal(0, await empty.SumAsync(l => l.Price));
        Assert.Null(await empty.MinAsync(l => l.MaybePrice));
        Assert.Null(await empty.AverageAsync(l => l.MaybePrice));
        foreach (Func<Task> query in new Func<Task>[]
        {
            () => empty.MinAsync(l => l.Price), () => empty.MaxAsync(l => l.ShipDate), () => empty.AverageAsync(l => l.Price),
        })
        {
            InvalidOperationException thrown = await Assert.ThrowsAsync<InvalidOperationException>(query);
            Assert.Equal("Sequence contains no elements", thrown.Message);
        }
    }

    [Fact]
    public async Task Nulls_are_left_out_of_aggregates_and_of_orderings()
    {
        Assert.Equal(fixture.Rows.Sum(l => l.MaybePrice), await fixture.Dataset.SumAsync(l => l.MaybePrice));
        Assert.Equal(fixture.Rows.Average(l => l.MaybePrice), await fixture.Dataset.AverageAsync(l => l.MaybePrice));
        Assert.Equal(fixture.Rows.Count(l => l.MaybeId < 0), await fixture.Dataset.CountAsync(l => l.MaybeId < 0));
        Assert.Equal(fixture.Rows.Count(l => !(l.MaybeId < 0)), await fixture.Dataset.CountAsync(l => !(l.MaybeId < 0)));
        Assert.Equal(fixture.Rows.Count(l => l.MaybeId == null), await fixture.Dataset.CountAsync(l => l.MaybeId == null));
        Assert.Equal(
            fixture.Rows.Count(l => l.MaybeId.HasValue && l.MaybeId.Value > 3),
            await fixture.Dataset.CountAsync(l => l.MaybeId.HasValue && l.MaybeId.Value > 3));
        Assert.Equal(fixture.Rows.Sum(l => l.MaybeId ?? l.Id), await fixture.Dataset.SumAsync(l => l.MaybeId ?? l.Id));
        Assert.Equal(
            fixture.Rows.Sum(l => l.MaybePrice.GetValueOrDefault()), await fixture.Dataset.SumAsync(l => l.MaybePrice.GetValueOrDefault()));
        Assert.Equal(fixture.Rows.Count(l => l.MaybeBig == l.MaybeId), await fixture.Dataset.CountAsync(l => l.MaybeBig == l.MaybeId));
        Assert.Equal(fixture.Rows.Count(l => l.MaybeBig != l.MaybeId), await fixture.Dataset.CountAsync(l => l.MaybeBig != l.MaybeId));
    }

    [Fact]
    public async Task The_value_of_a_null_is_null_where_CSharp_would_throw()
    {
        int count = await fixture.Dataset.CountAsync(l => l.MaybeId!.Value > 3);

        Assert.Equal(fixture.Rows.Count(l => l.MaybeId > 3), count);
    }

    [Fact]
    public async Task A_null_that_was_captured_compares_as_CSharp_compares_it()
    {
        int? nothing = null;

        Assert.Equal(fixture.Rows.Count(l => l.MaybeId == nothing), await fixture.Dataset.CountAsync(l => l.MaybeId == nothing));
        Assert.Equal(fixture.Rows.Count(l => l.MaybeId != nothing), await fixture.Dataset.CountAsync(l => l.MaybeId != nothing));
        Assert.Equal(0, await fixture.Dataset.CountAsync(l => l.MaybeId >= nothing));
        Assert.Equal(0, await fixture.Dataset.SumAsync(l => l.Id + nothing));
    }

    private static BigInteger Sum(IEnumerable<Item> rows, Func<Item, BigInteger> value) =>
        rows.Aggregate(BigInteger.Zero, (sum, row) => sum + value(row));
}
