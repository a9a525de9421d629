using NearData.Parquet.Thrift;

namespace NearData.Parquet.Footer;

/// <summary>The footer's outermost structure (parquet.thrift, FileMetaData).</summary>
internal sealed class RawFileMetadata
{
    public List<SchemaElement> Schema { get; } = [];

    public long? RowCount { get; private set; }

    public List<RawRowGroup> RowGroups { get; } = [];

    public string? CreatedBy { get; private set; }

    public List<ColumnOrder> ColumnOrders { get; } = [];

    public static RawFileMetadata Read(scoped ref CompactReader reader)
    {
        RawFileMetadata read = new();
        int id = 0;
        while (reader.NextField(ref id, out CompactType field))
        {
            read.ReadField(ref reader, id, field);
        }

        return read;
    }

    private void ReadField(scoped ref CompactReader reader, int id, CompactType field)
    {
        switch (id)
        {
            case 2:
                for (int left = reader.ReadListHeader(field, CompactType.Struct, "schema"); left > 0; left--)
                {
                    Schema.Add(SchemaElement.Read(ref reader));
                }

                break;
            case 3:
                RowCount = reader.ReadInt64(field, "num_rows");
                break;
            case 4:
                for (int left = reader.ReadListHeader(field, CompactType.Struct, "row_groups"); left > 0; left--)
                {
                    RowGroups.Add(RawRowGroup.Read(ref reader));
                }

                break;
            case 6:
                CreatedBy = reader.ReadText(field, "created_by");
                break;
            case 7:
                for (int left = reader.ReadListHeader(field, CompactType.Struct, "column_orders"); left > 0; left--)
                {
                    ColumnOrders.Add(ReadOrder(ref reader));
                }

                break;
            default:
                reader.Skip(field);
                break;
        }
    }

    private static ColumnOrder ReadOrder(scoped ref CompactReader reader)
    {
        ColumnOrder order = ColumnOrder.Undefined;
        int id = 0;
        while (reader.NextField(ref id, out CompactType field))
        {
            order = id == 1 ? ColumnOrder.ByType : ColumnOrder.Undefined;
            reader.Skip(field);
        }

        return order;
    }
}
