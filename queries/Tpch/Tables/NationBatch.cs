using NearData.Queries.Tpch.Columns;
using NearData.Queries.Tpch.Randomness;
using NearData.Queries.Tpch.Text;

namespace NearData.Queries.Tpch.Tables;

internal sealed class NationBatch : RowBatch
{
    private static readonly RandomStream Comments = RandomStream.Of("n_comment");

    private readonly NumberBuffer<int> _nationKey;
    private readonly TextBuffer _name;
    private readonly NumberBuffer<int> _regionKey;
    private readonly TextBuffer _comment;

    public NationBatch()
    {
        _nationKey = Small("n_nationkey");
        _name = Text("n_name");
        _regionKey = Small("n_regionkey");
        _comment = Text("n_comment");
    }

    private protected override void Generate(Slice slice)
    {
        for (long row = slice.First; row < slice.First + slice.Rows; row++)
        {
            // Keys of region and nation start at 0, those of the other tables at 1 (4.2.3).
            int key = (int)row - 1;
            (byte[] name, int region) = NameLists.Nations[key];
            _nationKey.Add(key);
            _name.Add(name);
            _regionKey.Add(region);
            _comment.AddText(Comments, row, 31, 114);
        }
    }
}
