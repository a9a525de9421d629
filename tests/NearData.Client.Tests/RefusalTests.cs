using System.Linq.Expressions;
using NearData.Client.Linq;
using NearData.Client.Tests.Rows;

namespace NearData.Client.Tests;

/// <summary>What can't be translated is refused by name, before anything runs.</summary>
public sealed class RefusalTests(NodeFixture fixture) : IClassFixture<NodeFixture>
{
    public static TheoryData<string, Expression<Func<Item, bool>>, string> Predicates => new()
    {
        { "l.Comment.Length", l => l.Comment.Length > 3, "the member String.Length is not supported" },
        { "Item.Ratio", l => l.Ratio > 0.5, "column 'ratio' of dataset 'items' is DOUBLE" },
        { "Item.Absent", l => l.Absent > 0, "has no column 'Absent' or 'absent'; it has Id, small" },
        { "l.ShipDate.AddDays(1)", l => l.ShipDate.AddDays(1) > DateOnly.MinValue, "the method DateOnly.AddDays of a row's value is not supported" },
        { "l.ShipDate.Year", l => l.ShipDate.Year == 1994, "the member DateOnly.Year is not supported" },
        { "l.Price / 2", l => l.Price / 2 > 1, "divide the aggregate, or use AverageAsync" },
        { "l.Id / Convert(l.Small, Int32)", l => l.Id / l.Small > 1, "its divisor may be anywhere in [-49..48], and so zero" },
        { "l.Id & 1", l => (l.Id & 1) == 0, "the operator And of int is not supported" },
        { "((l.Big * l.Big) * l.Big) * l.Big", l => l.Big * l.Big * l.Big * l.Big > 0, "does not hold. Columns with a narrower range" },
        { "Convert(l.Big, Int32) * Convert(l.Big, Int32)", l => (int)l.Big * (int)l.Big > 0, "Cast an operand to long." },
        { "Convert(l.Price, Int64)", l => (long)l.Price > 3, "would cut off 2 digits after the point" },
        { "Convert(l.Id, Double)", l => l.Id > 0.5, "the cast from int to double is not supported yet: floating point is not exact" },
        { "Convert(l.Big, Byte)", l => (byte)l.Big == 3, "and byte holds [0..255] only" },
        { "l", l => l == null, "the row as a whole has no value" },
    };

    [Theory]
    [MemberData(nameof(Predicates))]
    public async Task The_sub_expression_at_fault_is_named_with_the_reason(string subject, Expression<Func<Item, bool>> predicate, string reason)
    {
        QueryTranslationException thrown = await Assert.ThrowsAsync<QueryTranslationException>(
            () => fixture.Dataset.CountAsync(l => l.Flag || predicate.Compile()(l)));
        Assert.Contains("Invoke", thrown.Message, StringComparison.Ordinal);

        thrown = await Assert.ThrowsAsync<QueryTranslationException>(() => fixture.Dataset.CountAsync(predicate));
        Assert.Equal(subject, thrown.Subject);
        Assert.Contains(reason, thrown.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_int_product_that_could_wrap_around_asks_for_a_cast()
    {
        QueryTranslationException thrown = await Assert.ThrowsAsync<QueryTranslationException>(
            () => fixture.Dataset.SumAsync(l => l.Id * l.Id * l.Id * l.Id));

        Assert.Equal("((l.Id * l.Id) * l.Id) * l.Id", thrown.Subject);
        Assert.Contains("which [-2147483648..2147483647] does not hold. Cast an operand to long.", thrown.Reason, StringComparison.Ordinal);
        Assert.Equal(
            fixture.Rows.Sum(l => (decimal)((long)l.Id * l.Id * l.Id * l.Id)),
            await fixture.Dataset.SumAsync(l => (long)l.Id * l.Id * l.Id * l.Id));
    }

    [Fact]
    public async Task Without_statistics_the_types_ranges_count()
    {
        QueryTranslationException thrown = await Assert.ThrowsAsync<QueryTranslationException>(
            () => fixture.Client.Dataset<Item>("extreme").SumAsync(l => l.Price * l.Price));

        // DECIMAL(12,2): twelve nines, squared, with four digits after the point.
        Assert.Contains("[-99999999999800000000.0001..99999999999800000000.0001]", thrown.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_column_with_nulls_needs_a_nullable_property()
    {
        QueryTranslationException thrown = await Assert.ThrowsAsync<QueryTranslationException>(
            () => fixture.Client.Dataset<PlainItem>("items").SumAsync(l => l.MaybeId));

        int nulls = fixture.Rows.Count(l => l.MaybeId is null);
        Assert.Contains($"it has {nulls} nulls; declare the property int?.", thrown.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_property_of_another_type_than_its_column_is_named_with_both_sides()
    {
        QueryTranslationException thrown = await Assert.ThrowsAsync<QueryTranslationException>(
            () => fixture.Client.Dataset<PlainItem>("items").CountAsync(l => l.ShipDate > 3));

        Assert.Equal("PlainItem.ShipDate", thrown.Subject);
        Assert.Contains("it is int, and column 'ship_date' of dataset 'items' is DATE: declare it DateOnly.", thrown.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Local_times_and_nanoseconds_of_a_DateTime_are_refused()
    {
        DateTime local = new(1994, 1, 1, 0, 0, 0, DateTimeKind.Local);

        Assert.Contains("ToUniversalTime", (await Assert.ThrowsAsync<QueryTranslationException>(
            () => fixture.Dataset.CountAsync(l => l.Created > local))).Reason, StringComparison.Ordinal);
        Assert.Contains("Declare the property long", (await Assert.ThrowsAsync<QueryTranslationException>(
            () => fixture.Dataset.MinAsync(l => l.Measured))).Reason, StringComparison.Ordinal);
        Assert.Equal(
            fixture.Rows.Max(l => (l.Measured - DateTime.UnixEpoch).Ticks * 100),
            await fixture.Client.Dataset<PlainItem>("items").MaxAsync(l => l.Measured));
    }

    [Fact]
    public async Task A_captured_divisor_is_a_divisor_as_long_as_it_is_not_zero()
    {
        foreach (int divisor in new[] { 3, -3, 1000 })
        {
            Assert.Equal(fixture.Rows.Sum(l => l.Id / divisor), await fixture.Dataset.SumAsync(l => l.Id / divisor));
            Assert.Equal(fixture.Rows.Sum(l => l.Id % divisor), await fixture.Dataset.SumAsync(l => l.Id % divisor));
        }

        int zero = 0;
        Assert.Contains("and so zero", (await Assert.ThrowsAsync<QueryTranslationException>(
            () => fixture.Dataset.SumAsync(l => l.Id / zero))).Reason, StringComparison.Ordinal);
    }

    private sealed record PlainItem(int MaybeId, int ShipDate, long Measured);
}
