using NearData.Queries.Tpch.Columns;
using NearData.Queries.Tpch.Randomness;
using NearData.Queries.Tpch.Text;

namespace NearData.Queries.Tpch.Tables;

internal sealed class SupplierBatch : RowBatch
{
    private static readonly RandomStream Addresses = RandomStream.Of("s_address");
    private static readonly RandomStream Nations = RandomStream.Of("s_nationkey");
    private static readonly RandomStream Phones = RandomStream.Of("s_phone");
    private static readonly RandomStream Balances = RandomStream.Of("s_acctbal");
    private static readonly RandomStream Comments = RandomStream.Of("s_comment");

    private readonly NumberBuffer<long> _suppKey;
    private readonly TextBuffer _name;
    private readonly TextBuffer _address;
    private readonly NumberBuffer<int> _nationKey;
    private readonly TextBuffer _phone;
    private readonly NumberBuffer<long> _acctBal;
    private readonly TextBuffer _comment;
    private readonly SupplierRemarks _remarks;

    public SupplierBatch(TpchScale scale)
    {
        _suppKey = Whole("s_suppkey");
        _name = Text("s_name");
        _address = Text("s_address");
        _nationKey = Small("s_nationkey");
        _phone = Text("s_phone");
        _acctBal = Money("s_acctbal");
        _comment = Text("s_comment");
        _remarks = new SupplierRemarks(scale);
    }

    private protected override void Generate(Slice slice)
    {
        for (long supplier = slice.First; supplier < slice.First + slice.Rows; supplier++)
        {
            int nation = Nations.Between(supplier, 0, NameLists.Nations.Length - 1);
            _suppKey.Add(supplier);
            _name.AddNumbered("Supplier#"u8, supplier);
            _address.AddSymbols(Addresses, supplier, 10, 40);
            _nationKey.Add(nation);
            _phone.AddPhone(Phones, supplier, nation);
            _acctBal.Add(Balances.Between(supplier, -999_99L, 9_999_99L));
            AddComment(supplier);
        }
    }

    private void AddComment(long supplier)
    {
        ReadOnlySpan<byte> text = TextPool.Shared.Pick(Comments, supplier, 25, 100);
        Span<byte> comment = stackalloc byte[text.Length];
        text.CopyTo(comment);
        _remarks.WriteOver(supplier, comment);
        _comment.Add(comment);
    }
}
