using NearData.Queries.Tpch.Columns;
using NearData.Queries.Tpch.Randomness;
using NearData.Queries.Tpch.Text;

namespace NearData.Queries.Tpch.Tables;

internal sealed class OrdersBatch : RowBatch
{
    private static readonly RandomStream Customers = RandomStream.Of("o_custkey");
    private static readonly RandomStream Priorities = RandomStream.Of("o_orderpriority");
    private static readonly RandomStream Clerks = RandomStream.Of("o_clerk");
    private static readonly RandomStream Comments = RandomStream.Of("o_comment");

    private readonly TpchScale _scale;
    private readonly OrderBook _book;
    private readonly long _orderingCustomers;
    private readonly NumberBuffer<long> _orderKey;
    private readonly NumberBuffer<long> _custKey;
    private readonly TextBuffer _orderStatus;
    private readonly NumberBuffer<long> _totalPrice;
    private readonly NumberBuffer<int> _orderDate;
    private readonly TextBuffer _orderPriority;
    private readonly TextBuffer _clerk;
    private readonly NumberBuffer<int> _shipPriority;
    private readonly TextBuffer _comment;

    public OrdersBatch(TpchScale scale)
    {
        _scale = scale;
        _book = new OrderBook(scale);
        _orderingCustomers = scale.Customers - (scale.Customers / 3);
        _orderKey = Whole("o_orderkey");
        _custKey = Whole("o_custkey");
        _orderStatus = Text("o_orderstatus");
        _totalPrice = Money("o_totalprice");
        _orderDate = Date("o_orderdate");
        _orderPriority = Text("o_orderpriority");
        _clerk = Text("o_clerk");
        _shipPriority = Small("o_shippriority");
        _comment = Text("o_comment");
    }

    private protected override void Generate(Slice slice)
    {
        for (long order = slice.First; order < slice.First + slice.Rows; order++)
        {
            int date = OrderBook.DateOf(order);
            (byte status, long totalPrice) = SumUp(order, date);
            _orderKey.Add(TpchScale.OrderKey(order));
            _custKey.Add(CustomerOf(order));
            _orderStatus.Add([status]);
            _totalPrice.Add(totalPrice);
            _orderDate.Add(date);
            _orderPriority.Add(Priorities.Choose(order, NameLists.Priorities));
            _clerk.AddNumbered("Clerk#"u8, Clerks.Between(order, 1, _scale.Clerks));
            _shipPriority.Add(0);
            _comment.AddText(Comments, order, 19, 78);
        }
    }

    // Every third customer never orders (4.2.3, O_CUSTKEY): the others are numbered 0, 1, 2 … and one of them is drawn.
    private long CustomerOf(long order)
    {
        long ordering = Customers.Between(order, 0, _orderingCustomers - 1);
        return (ordering / 2 * 3) + (ordering % 2) + 1;
    }

    // O_ORDERSTATUS, and O_TOTALPRICE rounded to cents, from the order's lines.
    private (byte Status, long TotalPrice) SumUp(long order, int date)
    {
        int lines = OrderBook.LinesOf(order);
        int open = 0;
        long charge = 0;
        for (int number = 1; number <= lines; number++)
        {
            OrderLine line = _book.Line(order, number, date);
            open += line.IsOpen ? 1 : 0;
            charge += line.Charge;
        }

        char status = open == 0 ? 'F' : open == lines ? 'O' : 'P';
        return ((byte)status, (charge + 5_000) / 10_000);
    }
}
