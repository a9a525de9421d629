using NearData.Queries.Tpch.Columns;
using NearData.Queries.Tpch.Randomness;
using NearData.Queries.Tpch.Text;

namespace NearData.Queries.Tpch.Tables;

internal sealed class LineItemBatch : RowBatch
{
    private static readonly RandomStream Suppliers = RandomStream.Of("l_suppkey");
    private static readonly RandomStream CommitDates = RandomStream.Of("l_commitdate");
    private static readonly RandomStream ReceiptDates = RandomStream.Of("l_receiptdate");
    private static readonly RandomStream ReturnFlags = RandomStream.Of("l_returnflag");
    private static readonly RandomStream Instructions = RandomStream.Of("l_shipinstruct");
    private static readonly RandomStream Modes = RandomStream.Of("l_shipmode");
    private static readonly RandomStream Comments = RandomStream.Of("l_comment");

    private readonly TpchScale _scale;
    private readonly OrderBook _book;
    private readonly NumberBuffer<long> _orderKey;
    private readonly NumberBuffer<long> _partKey;
    private readonly NumberBuffer<long> _suppKey;
    private readonly NumberBuffer<long> _lineNumber;
    private readonly NumberBuffer<long> _quantity;
    private readonly NumberBuffer<long> _extendedPrice;
    private readonly NumberBuffer<long> _discount;
    private readonly NumberBuffer<long> _tax;
    private readonly TextBuffer _returnFlag;
    private readonly TextBuffer _lineStatus;
    private readonly NumberBuffer<int> _shipDate;
    private readonly NumberBuffer<int> _commitDate;
    private readonly NumberBuffer<int> _receiptDate;
    private readonly TextBuffer _shipInstruct;
    private readonly TextBuffer _shipMode;
    private readonly TextBuffer _comment;

    public LineItemBatch(TpchScale scale)
    {
        _scale = scale;
        _book = new OrderBook(scale);
        _orderKey = Whole("l_orderkey");
        _partKey = Whole("l_partkey");
        _suppKey = Whole("l_suppkey");
        _lineNumber = Whole("l_linenumber");
        _quantity = Money("l_quantity");
        _extendedPrice = Money("l_extendedprice");
        _discount = Money("l_discount");
        _tax = Money("l_tax");
        _returnFlag = Text("l_returnflag");
        _lineStatus = Text("l_linestatus");
        _shipDate = Date("l_shipdate");
        _commitDate = Date("l_commitdate");
        _receiptDate = Date("l_receiptdate");
        _shipInstruct = Text("l_shipinstruct");
        _shipMode = Text("l_shipmode");
        _comment = Text("l_comment");
    }

    private protected override void Generate(Slice slice)
    {
        int line = slice.Skip + 1;
        int left = slice.Rows;
        for (long order = slice.First; left > 0; order++, line = 1)
        {
            int date = OrderBook.DateOf(order);
            int last = Math.Min(OrderBook.LinesOf(order), line + left - 1);
            left -= last - line + 1;
            for (; line <= last; line++)
            {
                Add(order, line, date);
            }
        }
    }

    private void Add(long order, int number, int orderDate)
    {
        OrderLine line = _book.Line(order, number, orderDate);
        long draw = OrderBook.DrawOf(order, number);
        int receiptDate = line.ShipDate + ReceiptDates.Between(draw, 1, 30);
        _orderKey.Add(TpchScale.OrderKey(order));
        _partKey.Add(line.Part);
        _suppKey.Add(_scale.SupplierOf(line.Part, Suppliers.Between(draw, 0, TpchScale.SuppliersPerPart - 1)));
        _lineNumber.Add(number);
        _quantity.Add(line.Quantity * 100L);
        _extendedPrice.Add(line.ExtendedPrice);
        _discount.Add(line.Discount);
        _tax.Add(line.Tax);
        _returnFlag.Add(receiptDate > TpchCalendar.Current ? "N"u8 : ReturnFlags.Between(draw, 0, 1) == 0 ? "R"u8 : "A"u8);
        _lineStatus.Add(line.IsOpen ? "O"u8 : "F"u8);
        _shipDate.Add(line.ShipDate);
        _commitDate.Add(orderDate + CommitDates.Between(draw, 30, 90));
        _receiptDate.Add(receiptDate);
        _shipInstruct.Add(Instructions.Choose(draw, NameLists.Instructions));
        _shipMode.Add(Modes.Choose(draw, NameLists.Modes));
        _comment.AddText(Comments, draw, 10, 43);
    }
}
