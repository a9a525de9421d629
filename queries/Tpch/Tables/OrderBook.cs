using NearData.Queries.Tpch.Randomness;

namespace NearData.Queries.Tpch.Tables;

/// <summary>
/// The facts that orders and lineitem share, worked out anew by each: that costs less than handing them from one table to
/// the other, and keeps the tables independent. Immutable; any thread may use it.
/// </summary>
internal sealed class OrderBook(TpchScale scale)
{
    private const int MostLines = 7;

    // The last order can still be shipped (121 days) and received (30 days) by the end of the calendar.
    private static readonly int LastOrderDate = TpchCalendar.End - 151;

    private static readonly RandomStream Dates = RandomStream.Of("o_orderdate");
    private static readonly RandomStream Lines = RandomStream.Of("lines per order");
    private static readonly RandomStream Parts = RandomStream.Of("l_partkey");
    private static readonly RandomStream Quantities = RandomStream.Of("l_quantity");
    private static readonly RandomStream Discounts = RandomStream.Of("l_discount");
    private static readonly RandomStream Taxes = RandomStream.Of("l_tax");
    private static readonly RandomStream ShipDates = RandomStream.Of("l_shipdate");

    /// <summary>O_ORDERDATE in days since 1970-01-01.</summary>
    public static int DateOf(long order) => Dates.Between(order, TpchCalendar.Start, LastOrderDate);

    /// <summary>How many lines the order has: 1 to 7.</summary>
    public static int LinesOf(long order) => Lines.Between(order, 1, MostLines);

    /// <summary>The number by which a line's random values are drawn: no other line of any order has it.</summary>
    /// <param name="order">The order's number, from 1.</param>
    /// <param name="line">L_LINENUMBER: 1 to 7.</param>
    public static long DrawOf(long order, int line) => (order * (MostLines + 1)) + line;

    /// <summary>One line of an order of this date.</summary>
    public OrderLine Line(long order, int line, int orderDate)
    {
        long draw = DrawOf(order, line);
        return new OrderLine(
            Parts.Between(draw, 1, scale.Parts),
            Quantities.Between(draw, 1, 50),
            Discounts.Between(draw, 0, 10),
            Taxes.Between(draw, 0, 8),
            orderDate + ShipDates.Between(draw, 1, 121));
    }
}
