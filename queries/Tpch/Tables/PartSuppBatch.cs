using NearData.Queries.Tpch.Columns;
using NearData.Queries.Tpch.Randomness;

namespace NearData.Queries.Tpch.Tables;

internal sealed class PartSuppBatch : RowBatch
{
    private static readonly RandomStream Quantities = RandomStream.Of("ps_availqty");
    private static readonly RandomStream Costs = RandomStream.Of("ps_supplycost");
    private static readonly RandomStream Comments = RandomStream.Of("ps_comment");

    private readonly TpchScale _scale;
    private readonly NumberBuffer<long> _partKey;
    private readonly NumberBuffer<long> _suppKey;
    private readonly NumberBuffer<long> _availQty;
    private readonly NumberBuffer<long> _supplyCost;
    private readonly TextBuffer _comment;

    public PartSuppBatch(TpchScale scale)
    {
        _scale = scale;
        _partKey = Whole("ps_partkey");
        _suppKey = Whole("ps_suppkey");
        _availQty = Whole("ps_availqty");
        _supplyCost = Money("ps_supplycost");
        _comment = Text("ps_comment");
    }

    private protected override void Generate(Slice slice)
    {
        for (long row = slice.First; row < slice.First + slice.Rows; row++)
        {
            (long part, long choice) = Math.DivRem(row - 1, TpchScale.SuppliersPerPart);
            _partKey.Add(part + 1);
            _suppKey.Add(_scale.SupplierOf(part + 1, (int)choice));
            _availQty.Add(Quantities.Between(row, 1L, 9_999L));
            _supplyCost.Add(Costs.Between(row, 1_00L, 1_000_00L));
            _comment.AddText(Comments, row, 49, 198);
        }
    }
}
