using NearData.Queries.Tpch.Columns;
using NearData.Queries.Tpch.Randomness;
using NearData.Queries.Tpch.Text;

namespace NearData.Queries.Tpch.Tables;

internal sealed class CustomerBatch : RowBatch
{
    private static readonly RandomStream Addresses = RandomStream.Of("c_address");
    private static readonly RandomStream Nations = RandomStream.Of("c_nationkey");
    private static readonly RandomStream Phones = RandomStream.Of("c_phone");
    private static readonly RandomStream Balances = RandomStream.Of("c_acctbal");
    private static readonly RandomStream Segments = RandomStream.Of("c_mktsegment");
    private static readonly RandomStream Comments = RandomStream.Of("c_comment");

    private readonly NumberBuffer<long> _custKey;
    private readonly TextBuffer _name;
    private readonly TextBuffer _address;
    private readonly NumberBuffer<int> _nationKey;
    private readonly TextBuffer _phone;
    private readonly NumberBuffer<long> _acctBal;
    private readonly TextBuffer _mktSegment;
    private readonly TextBuffer _comment;

    public CustomerBatch()
    {
        _custKey = Whole("c_custkey");
        _name = Text("c_name");
        _address = Text("c_address");
        _nationKey = Small("c_nationkey");
        _phone = Text("c_phone");
        _acctBal = Money("c_acctbal");
        _mktSegment = Text("c_mktsegment");
        _comment = Text("c_comment");
    }

    private protected override void Generate(Slice slice)
    {
        for (long customer = slice.First; customer < slice.First + slice.Rows; customer++)
        {
            int nation = Nations.Between(customer, 0, NameLists.Nations.Length - 1);
            _custKey.Add(customer);
            _name.AddNumbered("Customer#"u8, customer);
            _address.AddSymbols(Addresses, customer, 10, 40);
            _nationKey.Add(nation);
            _phone.AddPhone(Phones, customer, nation);
            _acctBal.Add(Balances.Between(customer, -999_99L, 9_999_99L));
            _mktSegment.Add(Segments.Choose(customer, NameLists.Segments));
            _comment.AddText(Comments, customer, 29, 116);
        }
    }
}
