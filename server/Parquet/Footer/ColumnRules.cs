namespace NearData.Parquet.Footer;

/// <summary>
/// Which meanings go with which storage (LogicalTypes.md); held by files that are read and by schemas that are written.
/// </summary>
internal static class ColumnRules
{
    /// <summary>What is wrong with the column, or null.</summary>
    public static string? Violation(ParquetColumn column)
    {
        if (column.PhysicalType == PhysicalType.FixedLenByteArray && column.TypeLength < 1)
        {
            return $"Column {column.Described} has a value length of {column.TypeLength} bytes.";
        }

        bool holds = column.LogicalType switch
        {
            null or LogicalType.Null => true,
            LogicalType.Decimal(int precision, int scale) =>
                precision >= 1 && scale >= 0 && scale <= precision && precision <= Digits(column),
            LogicalType.Date => column.PhysicalType == PhysicalType.Int32,
            LogicalType.Time(TimeUnit.Milliseconds, _) => column.PhysicalType == PhysicalType.Int32,
            LogicalType.Time or LogicalType.Timestamp => column.PhysicalType == PhysicalType.Int64,
            LogicalType.Integer(8 or 16 or 32, _) => column.PhysicalType == PhysicalType.Int32,
            LogicalType.Integer(64, _) => column.PhysicalType == PhysicalType.Int64,
            LogicalType.Integer => false,
            LogicalType.Uuid => column.TypeLength == 16,
            LogicalType.Float16 => column.TypeLength == 2,
            LogicalType.Interval => column.TypeLength == 12,
            _ => column.PhysicalType == PhysicalType.ByteArray,
        };
        return holds ? null : $"Column {column.Described} has a meaning that its storage can't carry.";
    }

    /// <summary>The decimal digits that the storage can carry; 0 where it can't carry a decimal.</summary>
    private static int Digits(ParquetColumn column) => column.PhysicalType switch
    {
        PhysicalType.Int32 => 9,
        PhysicalType.Int64 => 18,
        PhysicalType.ByteArray => int.MaxValue,
        PhysicalType.FixedLenByteArray => (int)Math.Floor(Math.Log10(2) * (8.0 * column.TypeLength - 1)),
        _ => 0,
    };
}
