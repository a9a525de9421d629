namespace NearData.Parquet.Values;

/// <summary>
/// How many bytes a value takes in a PLAIN page; 0 when they vary, and for booleans, which take bits, 1 before they are packed.
/// </summary>
internal static class StoredWidth
{
    public static int Of(ParquetColumn column) => column.PhysicalType switch
    {
        PhysicalType.Boolean => 1,
        PhysicalType.Int32 or PhysicalType.Float => 4,
        PhysicalType.Int64 or PhysicalType.Double => 8,
        PhysicalType.Int96 => 12,
        PhysicalType.FixedLenByteArray => column.TypeLength,
        _ => 0,
    };
}
