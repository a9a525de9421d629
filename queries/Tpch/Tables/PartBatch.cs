using NearData.Queries.Tpch.Columns;
using NearData.Queries.Tpch.Randomness;
using NearData.Queries.Tpch.Text;

namespace NearData.Queries.Tpch.Tables;

internal sealed class PartBatch : RowBatch
{
    private static readonly RandomStream Names = RandomStream.Of("p_name");
    private static readonly RandomStream Manufacturers = RandomStream.Of("p_mfgr");
    private static readonly RandomStream Brands = RandomStream.Of("p_brand");
    private static readonly RandomStream Types = RandomStream.Of("p_type");
    private static readonly RandomStream Sizes = RandomStream.Of("p_size");
    private static readonly RandomStream Containers = RandomStream.Of("p_container");
    private static readonly RandomStream Comments = RandomStream.Of("p_comment");

    private readonly NumberBuffer<long> _partKey;
    private readonly TextBuffer _name;
    private readonly TextBuffer _mfgr;
    private readonly TextBuffer _brand;
    private readonly TextBuffer _type;
    private readonly NumberBuffer<int> _size;
    private readonly TextBuffer _container;
    private readonly NumberBuffer<long> _retailPrice;
    private readonly TextBuffer _comment;

    public PartBatch()
    {
        _partKey = Whole("p_partkey");
        _name = Text("p_name");
        _mfgr = Text("p_mfgr");
        _brand = Text("p_brand");
        _type = Text("p_type");
        _size = Small("p_size");
        _container = Text("p_container");
        _retailPrice = Money("p_retailprice");
        _comment = Text("p_comment");
    }

    private protected override void Generate(Slice slice)
    {
        for (long part = slice.First; part < slice.First + slice.Rows; part++)
        {
            int manufacturer = Manufacturers.Between(part, 0, NameLists.Manufacturers.Length - 1);
            _partKey.Add(part);
            _name.AddColours(Names, part);
            _mfgr.Add(NameLists.Manufacturers[manufacturer]);
            _brand.Add(Brands.Choose(part, NameLists.Brands[manufacturer]));
            _type.Add(Types.Choose(part, NameLists.Types));
            _size.Add(Sizes.Between(part, 1, 50));
            _container.Add(Containers.Choose(part, NameLists.Containers));
            _retailPrice.Add(TpchScale.RetailPrice(part));
            _comment.AddText(Comments, part, 5, 22);
        }
    }
}
