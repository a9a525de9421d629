using NearData.Parquet.Thrift;

namespace NearData.Parquet.Footer;

/// <summary>A row group as the footer holds it (parquet.thrift, RowGroup).</summary>
internal readonly record struct RawRowGroup(long RowCount, List<RawColumnChunk> Chunks)
{
    public static RawRowGroup Read(scoped ref CompactReader reader)
    {
        List<RawColumnChunk> chunks = [];
        long? rows = null;
        int id = 0;
        while (reader.NextField(ref id, out CompactType field))
        {
            switch (id)
            {
                case 1:
                    int count = reader.ReadListHeader(field, CompactType.Struct, "columns");
                    for (int i = 0; i < count; i++)
                    {
                        chunks.Add(RawColumnChunk.Read(ref reader));
                    }

                    break;
                case 3:
                    rows = reader.ReadInt64(field, "num_rows");
                    break;
                default:
                    reader.Skip(field);
                    break;
            }
        }

        return new RawRowGroup(rows ?? throw reader.Broken("A row group has no num_rows."), chunks);
    }
}
