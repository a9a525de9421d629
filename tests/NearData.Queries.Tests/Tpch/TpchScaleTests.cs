using NearData.Queries.Tpch;

namespace NearData.Queries.Tests.Tpch;

public sealed class TpchScaleTests
{
    [Theory]
    [InlineData(0.01, 100, 1_500, 2_000, 15_000)]
    [InlineData(0.1, 1_000, 15_000, 20_000, 150_000)]
    [InlineData(0.25, 2_500, 37_500, 50_000, 375_000)]
    [InlineData(1, 10_000, 150_000, 200_000, 1_500_000)]
    [InlineData(30, 300_000, 4_500_000, 6_000_000, 45_000_000)]
    public void Cardinalities_are_those_of_the_specification(
        double factor, long suppliers, long customers, long parts, long orders)
    {
        TpchScale scale = new(factor);

        Assert.Equal((suppliers, customers, parts, orders), (scale.Suppliers, scale.Customers, scale.Parts, scale.Orders));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(100_001)]
    public void A_scale_factor_outside_the_specification_s_range_is_refused(double factor)
    {
        ArgumentOutOfRangeException refused = Assert.Throws<ArgumentOutOfRangeException>(() => new TpchScale(factor));

        Assert.Equal("factor", refused.ParamName);
        Assert.Equal(factor, refused.ActualValue);
    }

    [Fact]
    public void The_first_eight_of_each_32_order_keys_are_used()
    {
        long[] keys = [.. Enumerable.Range(1, 18).Select(order => TpchScale.OrderKey(order))];

        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 32, 33, 34, 35, 36, 37, 38, 39, 64, 65, 66], keys);
        Assert.Equal(6_000_000, TpchScale.OrderKey(1_500_000));
    }

    [Theory]
    [InlineData(0.00001)]
    [InlineData(0.001)]
    [InlineData(0.012)]
    [InlineData(0.0228)]
    [InlineData(0.01)]
    [InlineData(0.1)]
    [InlineData(0.333)]
    public void Every_part_has_four_different_suppliers_that_exist_at_any_scale(double factor)
    {
        TpchScale scale = new(factor);

        for (long part = 1; part <= scale.Parts; part++)
        {
            long[] suppliers = [.. Enumerable.Range(0, 4).Select(choice => scale.SupplierOf(part, choice)).Distinct()];
            Assert.Equal(4, suppliers.Length);
            Assert.All(suppliers, supplier => Assert.InRange(supplier, 1, scale.Suppliers));
        }
    }

    [Fact]
    public void Suppliers_that_would_repeat_for_a_part_make_way_for_the_next_count()
    {
        // 120 suppliers: part 1,201 is 10 rounds on, so its suppliers are 30 + 10 = 40 apart, and the fourth is the first again.
        Assert.Equal(121, new TpchScale(0.012).Suppliers);
    }
}
