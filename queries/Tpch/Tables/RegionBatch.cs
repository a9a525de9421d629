using NearData.Queries.Tpch.Columns;
using NearData.Queries.Tpch.Randomness;
using NearData.Queries.Tpch.Text;

namespace NearData.Queries.Tpch.Tables;

internal sealed class RegionBatch : RowBatch
{
    private static readonly RandomStream Comments = RandomStream.Of("r_comment");

    private readonly NumberBuffer<int> _regionKey;
    private readonly TextBuffer _name;
    private readonly TextBuffer _comment;

    public RegionBatch()
    {
        _regionKey = Small("r_regionkey");
        _name = Text("r_name");
        _comment = Text("r_comment");
    }

    private protected override void Generate(Slice slice)
    {
        for (long row = slice.First; row < slice.First + slice.Rows; row++)
        {
            // Keys of region and nation start at 0, those of the other tables at 1 (4.2.3).
            int key = (int)row - 1;
            _regionKey.Add(key);
            _name.Add(NameLists.Regions[key]);
            _comment.AddText(Comments, row, 31, 115);
        }
    }
}
