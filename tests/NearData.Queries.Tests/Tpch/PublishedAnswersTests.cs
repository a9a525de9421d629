using NearData.Queries.Tpch;
using NearData.Queries.Tpch.Columns;
using NearData.Queries.Tpch.Tables;

namespace NearData.Queries.Tests.Tpch;

/// <summary>
/// The specification's validation output at scale factor 1. Its generator draws other numbers, so that sums agree as two
/// samples of one population do: each tolerance is four standard deviations of such a difference.
/// </summary>
public sealed class PublishedAnswersTests
{
    // About 114,000 rows count in Q6, and 1.5 million (of orders whose lines go together) in the group of Q1.
    private const double ToleranceOfQ6 = 0.02;
    private const double ToleranceOfQ1 = 0.0075;

    private static readonly int Start1994 = Day(1994, 1, 1);
    private static readonly int Start1995 = Day(1995, 1, 1);
    private static readonly int LastShipDateOfQ1 = Day(1998, 9, 2);

    [Fact]
    public void Q1_and_Q6_give_the_published_sums_but_for_sampling()
    {
        decimal revenue = 0;
        decimal count = 0;
        decimal quantity = 0;
        decimal basePrice = 0;
        decimal discountedPrice = 0;

        foreach (RowBatch batch in new TpchData(new TpchScale(1)).Batches(TpchTable.LineItem, 100_000))
        {
            ReadOnlySpan<long> quantities = Column<NumberBuffer<long>>(batch, "l_quantity").Values;
            ReadOnlySpan<long> prices = Column<NumberBuffer<long>>(batch, "l_extendedprice").Values;
            ReadOnlySpan<long> discounts = Column<NumberBuffer<long>>(batch, "l_discount").Values;
            ReadOnlySpan<int> shipDates = Column<NumberBuffer<int>>(batch, "l_shipdate").Values;
            TextBuffer returnFlags = Column<TextBuffer>(batch, "l_returnflag");
            TextBuffer lineStatuses = Column<TextBuffer>(batch, "l_linestatus");
            for (int row = 0; row < batch.Rows; row++)
            {
                if (shipDates[row] >= Start1994 && shipDates[row] < Start1995
                    && discounts[row] is >= 5 and <= 7 && quantities[row] < 2400)
                {
                    revenue += prices[row] * discounts[row];
                }

                if (shipDates[row] <= LastShipDateOfQ1 && returnFlags[row][0] == 'A' && lineStatuses[row][0] == 'F')
                {
                    count++;
                    quantity += quantities[row];
                    basePrice += prices[row];
                    discountedPrice += prices[row] * (100 - discounts[row]);
                }
            }
        }

        // 2.4.6.5
        AssertNear(ToleranceOfQ6, 123_141_078.23m, revenue / 10_000);
        // 2.4.1.5, the group A F
        AssertNear(ToleranceOfQ1, 1_478_493m, count);
        AssertNear(ToleranceOfQ1, 37_734_107.00m, quantity / 100);
        AssertNear(ToleranceOfQ1, 56_586_554_400.73m, basePrice / 100);
        AssertNear(ToleranceOfQ1, 53_758_257_134.87m, discountedPrice / 10_000);
    }

    private static T Column<T>(RowBatch batch, string name)
        where T : ColumnBuffer =>
        (T)batch.Columns.Single(column => column.Definition.Name == name);

    private static void AssertNear(double tolerance, decimal published, decimal found) =>
        Assert.InRange((double)(found / published), 1 - tolerance, 1 + tolerance);

    private static int Day(int year, int month, int day) => (int)(new DateTime(year, month, day) - DateTime.UnixEpoch).TotalDays;
}
