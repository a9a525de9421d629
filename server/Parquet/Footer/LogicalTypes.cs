using NearData.Parquet.Thrift;

namespace NearData.Parquet.Footer;

/// <summary>
/// Both ways in which a footer says what values mean: ConvertedType and the LogicalType union (parquet.thrift).
/// </summary>
internal static class LogicalTypes
{
    /// <summary>A converted time counts from midnight of UTC (LogicalTypes.md, compatibility of TIME and TIMESTAMP).</summary>
    public static LogicalType? Of(ConvertedType? converted, int precision, int scale) => converted switch
    {
        ConvertedType.Utf8 => new LogicalType.String(),
        ConvertedType.Enum => new LogicalType.Enum(),
        ConvertedType.Decimal => new LogicalType.Decimal(precision, scale),
        ConvertedType.Date => new LogicalType.Date(),
        ConvertedType.TimeMillis => new LogicalType.Time(TimeUnit.Milliseconds, IsUtc: true),
        ConvertedType.TimeMicros => new LogicalType.Time(TimeUnit.Microseconds, IsUtc: true),
        ConvertedType.TimestampMillis => new LogicalType.Timestamp(TimeUnit.Milliseconds, IsUtc: true),
        ConvertedType.TimestampMicros => new LogicalType.Timestamp(TimeUnit.Microseconds, IsUtc: true),
        >= ConvertedType.UInt8 and <= ConvertedType.UInt64 =>
            new LogicalType.Integer(8 << (converted.Value - ConvertedType.UInt8), Signed: false),
        >= ConvertedType.Int8 and <= ConvertedType.Int64 =>
            new LogicalType.Integer(8 << (converted.Value - ConvertedType.Int8), Signed: true),
        ConvertedType.Json => new LogicalType.Json(),
        ConvertedType.Bson => new LogicalType.Bson(),
        ConvertedType.Interval => new LogicalType.Interval(),
        _ => null,
    };

    /// <summary>The older form of a meaning, for readers that know only that; null where there is none.</summary>
    public static ConvertedType? Converted(LogicalType meaning) => meaning switch
    {
        LogicalType.String => ConvertedType.Utf8,
        LogicalType.Enum => ConvertedType.Enum,
        LogicalType.Decimal => ConvertedType.Decimal,
        LogicalType.Date => ConvertedType.Date,
        LogicalType.Time { Unit: TimeUnit.Milliseconds, IsUtc: true } => ConvertedType.TimeMillis,
        LogicalType.Time { Unit: TimeUnit.Microseconds, IsUtc: true } => ConvertedType.TimeMicros,
        LogicalType.Timestamp { Unit: TimeUnit.Milliseconds, IsUtc: true } => ConvertedType.TimestampMillis,
        LogicalType.Timestamp { Unit: TimeUnit.Microseconds, IsUtc: true } => ConvertedType.TimestampMicros,
        LogicalType.Integer integer => (integer.Signed ? ConvertedType.Int8 : ConvertedType.UInt8) + int.Log2(integer.Bits / 8),
        LogicalType.Json => ConvertedType.Json,
        LogicalType.Bson => ConvertedType.Bson,
        LogicalType.Interval => ConvertedType.Interval,
        _ => null,
    };

    /// <summary>Reads the union; null for a member that isn't known, since the physical type still is.</summary>
    public static LogicalType? Read(scoped ref CompactReader reader, CompactType found)
    {
        reader.Expect(found, CompactType.Struct, "logicalType");
        LogicalType? meaning = null;
        int id = 0;
        while (reader.NextField(ref id, out CompactType field))
        {
            switch (id)
            {
                case 5:
                    meaning = ReadDecimal(ref reader, field);
                    break;
                case 7:
                    (TimeUnit timeUnit, bool timeIsUtc) = ReadTime(ref reader, field);
                    meaning = new LogicalType.Time(timeUnit, timeIsUtc);
                    break;
                case 8:
                    (TimeUnit unit, bool isUtc) = ReadTime(ref reader, field);
                    meaning = new LogicalType.Timestamp(unit, isUtc);
                    break;
                case 10:
                    meaning = ReadInteger(ref reader, field);
                    break;
                default:
                    meaning = WithoutParameters(id);
                    reader.Skip(field);
                    break;
            }
        }

        return meaning;
    }

    public static void Write(CompactWriter writer, int id, LogicalType meaning)
    {
        writer.BeginStruct(id);
        switch (meaning)
        {
            case LogicalType.Decimal(int precision, int scale):
                writer.BeginStruct(5);
                writer.WriteInt32(1, scale);
                writer.WriteInt32(2, precision);
                writer.EndStruct();
                break;
            case LogicalType.Time(TimeUnit unit, bool isUtc):
                WriteTime(writer, 7, unit, isUtc);
                break;
            case LogicalType.Timestamp(TimeUnit unit, bool isUtc):
                WriteTime(writer, 8, unit, isUtc);
                break;
            case LogicalType.Integer(int bits, bool signed):
                writer.BeginStruct(10);
                writer.WriteInt8(1, bits);
                writer.WriteBoolean(2, signed);
                writer.EndStruct();
                break;
            default:
                writer.WriteEmptyStruct(Enumerable.Range(1, 15).Single(member => meaning.Equals(WithoutParameters(member))));
                break;
        }

        writer.EndStruct();
    }

    /// <summary>Whether the union has a member for this meaning; INTERVAL exists in the older form only.</summary>
    public static bool IsMember(LogicalType meaning) => meaning is not LogicalType.Interval;

    private static LogicalType? WithoutParameters(int member) => member switch
    {
        1 => new LogicalType.String(),
        4 => new LogicalType.Enum(),
        6 => new LogicalType.Date(),
        11 => new LogicalType.Null(),
        12 => new LogicalType.Json(),
        13 => new LogicalType.Bson(),
        14 => new LogicalType.Uuid(),
        15 => new LogicalType.Float16(),
        _ => null,
    };

    private static LogicalType.Decimal ReadDecimal(scoped ref CompactReader reader, CompactType found)
    {
        reader.Expect(found, CompactType.Struct, "DECIMAL");
        int scale = 0;
        int precision = 0;
        int id = 0;
        while (reader.NextField(ref id, out CompactType field))
        {
            switch (id)
            {
                case 1:
                    scale = reader.ReadInt32(field, "scale");
                    break;
                case 2:
                    precision = reader.ReadInt32(field, "precision");
                    break;
                default:
                    reader.Skip(field);
                    break;
            }
        }

        return new LogicalType.Decimal(precision, scale);
    }

    private static LogicalType.Integer ReadInteger(scoped ref CompactReader reader, CompactType found)
    {
        reader.Expect(found, CompactType.Struct, "INTEGER");
        int bits = 0;
        bool signed = false;
        int id = 0;
        while (reader.NextField(ref id, out CompactType field))
        {
            switch (id)
            {
                case 1:
                    bits = reader.ReadInt8(field, "bitWidth");
                    break;
                case 2:
                    signed = reader.ReadBoolean(field, "isSigned");
                    break;
                default:
                    reader.Skip(field);
                    break;
            }
        }

        return new LogicalType.Integer(bits, signed);
    }

    private static (TimeUnit Unit, bool IsUtc) ReadTime(scoped ref CompactReader reader, CompactType found)
    {
        reader.Expect(found, CompactType.Struct, "TIME or TIMESTAMP");
        bool isUtc = false;
        TimeUnit unit = TimeUnit.Milliseconds;
        int id = 0;
        while (reader.NextField(ref id, out CompactType field))
        {
            switch (id)
            {
                case 1:
                    isUtc = reader.ReadBoolean(field, "isAdjustedToUTC");
                    break;
                case 2:
                    unit = ReadUnit(ref reader, field);
                    break;
                default:
                    reader.Skip(field);
                    break;
            }
        }

        return (unit, isUtc);
    }

    private static TimeUnit ReadUnit(scoped ref CompactReader reader, CompactType found)
    {
        reader.Expect(found, CompactType.Struct, "unit");
        TimeUnit? unit = null;
        int id = 0;
        while (reader.NextField(ref id, out CompactType field))
        {
            unit = id is >= 1 and <= 3 ? (TimeUnit)(id - 1) : throw reader.Broken($"Time unit {id} is unknown.");
            reader.Skip(field);
        }

        return unit ?? throw reader.Broken("A time unit is missing.");
    }

    private static void WriteTime(CompactWriter writer, int member, TimeUnit unit, bool isUtc)
    {
        writer.BeginStruct(member);
        writer.WriteBoolean(1, isUtc);
        writer.BeginStruct(2);
        writer.WriteEmptyStruct((int)unit + 1);
        writer.EndStruct();
        writer.EndStruct();
    }
}
