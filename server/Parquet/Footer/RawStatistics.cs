using NearData.Parquet.Thrift;

namespace NearData.Parquet.Footer;

/// <summary>
/// Statistics as the footer holds them, before it is known which bounds can be trusted (parquet.thrift, Statistics).
/// </summary>
internal readonly record struct RawStatistics
{
    /// <summary>The older fields: their order is signed whatever the column's type.</summary>
    public ReadOnlyMemory<byte>? SignedMax { get; init; }

    public ReadOnlyMemory<byte>? SignedMin { get; init; }

    public long? NullCount { get; init; }

    /// <summary>In the order that the file declares for the column.</summary>
    public ReadOnlyMemory<byte>? Max { get; init; }

    public ReadOnlyMemory<byte>? Min { get; init; }

    /// <summary>Whether the two above are values of the column; false where the file doesn't say.</summary>
    public bool IsMaxExact { get; init; }

    public bool IsMinExact { get; init; }

    public static RawStatistics Read(scoped ref CompactReader reader, CompactType found)
    {
        reader.Expect(found, CompactType.Struct, "statistics");
        RawStatistics read = default;
        int id = 0;
        while (reader.NextField(ref id, out CompactType field))
        {
            switch (id)
            {
                case 1:
                    read = read with { SignedMax = reader.ReadBinary(field, "max").ToArray() };
                    break;
                case 2:
                    read = read with { SignedMin = reader.ReadBinary(field, "min").ToArray() };
                    break;
                case 3:
                    read = read with { NullCount = reader.ReadInt64(field, "null_count") };
                    break;
                case 5:
                    read = read with { Max = reader.ReadBinary(field, "max_value").ToArray() };
                    break;
                case 6:
                    read = read with { Min = reader.ReadBinary(field, "min_value").ToArray() };
                    break;
                case 7:
                    read = read with { IsMaxExact = reader.ReadBoolean(field, "is_max_value_exact") };
                    break;
                case 8:
                    read = read with { IsMinExact = reader.ReadBoolean(field, "is_min_value_exact") };
                    break;
                default:
                    reader.Skip(field);
                    break;
            }
        }

        return read;
    }

    public static void Write(CompactWriter writer, int id, ColumnStatistics statistics)
    {
        writer.BeginStruct(id);
        if (statistics.NullCount is { } nulls)
        {
            writer.WriteInt64(3, nulls);
        }

        if (statistics is { Min: { } min, Max: { } max })
        {
            writer.WriteBinary(5, max.Span);
            writer.WriteBinary(6, min.Span);
            writer.WriteBoolean(7, statistics.AreBoundsExact);
            writer.WriteBoolean(8, statistics.AreBoundsExact);
        }

        writer.EndStruct();
    }

    /// <summary>What can be trusted of it.</summary>
    public ColumnStatistics ForColumn(ParquetColumn column, ColumnOrder order, long valueCount)
    {
        bool isOrdered = order == ColumnOrder.ByType && Min is not null && Max is not null;
        (ReadOnlyMemory<byte>? min, ReadOnlyMemory<byte>? max) =
            isOrdered ? (Min, Max)
            : IsSigned(column) ? (SignedMin, SignedMax)
            : (null, null);
        bool usable = column.PhysicalType != PhysicalType.Int96 && FitsType(column, min) && FitsType(column, max);
        return new ColumnStatistics
        {
            Column = column,
            NullCount = NullCount >= 0 && NullCount <= valueCount ? NullCount : null,
            Min = usable ? min : null,
            Max = usable ? max : null,
            AreBoundsExact = usable && isOrdered && IsMinExact && IsMaxExact,
        };
    }

    // Byte arrays are left out even where their order is signed: writers of the older fields compared them in different ways.
    private static bool IsSigned(ParquetColumn column) =>
        column.PhysicalType is PhysicalType.Boolean or PhysicalType.Int32 or PhysicalType.Int64 or PhysicalType.Float
            or PhysicalType.Double
        && column.LogicalType is not LogicalType.Integer { Signed: false };

    private static bool FitsType(ParquetColumn column, ReadOnlyMemory<byte>? bound) =>
        bound is { } bytes && column.PhysicalType switch
    {
        PhysicalType.Boolean => bytes.Length == 1,
        PhysicalType.Int32 => bytes.Length == sizeof(int),
        PhysicalType.Int64 => bytes.Length == sizeof(long),
        PhysicalType.Float => bytes.Length == sizeof(float) && !float.IsNaN(BitConverter.ToSingle(bytes.Span)),
        PhysicalType.Double => bytes.Length == sizeof(double) && !double.IsNaN(BitConverter.ToDouble(bytes.Span)),
        _ => true,
    };
}
