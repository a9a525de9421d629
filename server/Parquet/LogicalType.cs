namespace NearData.Parquet;

/// <summary>
/// What a stored value means. The cases are closed: a type that is not among them is read as its physical type.
/// </summary>
public abstract record LogicalType
{
    private LogicalType()
    {
    }

    /// <summary>An unscaled integer: the value is it divided by 10 to the power of <paramref name="Scale"/>.</summary>
    public sealed record Decimal(int Precision, int Scale) : LogicalType;

    /// <summary>INT32: days since 1970-01-01.</summary>
    public sealed record Date : LogicalType;

    /// <summary>INT32 for milliseconds, INT64 otherwise: time since midnight.</summary>
    public sealed record Time(TimeUnit Unit, bool IsUtc) : LogicalType;

    /// <summary>INT64: time since 1970-01-01 00:00:00, of UTC or of a clock whose zone the file doesn't name.</summary>
    public sealed record Timestamp(TimeUnit Unit, bool IsUtc) : LogicalType;

    /// <summary>INT32 up to 32 bits, INT64 for 64.</summary>
    public sealed record Integer(int Bits, bool Signed) : LogicalType;

    /// <summary>BYTE_ARRAY: UTF-8 text.</summary>
    public sealed record String : LogicalType;

    /// <summary>BYTE_ARRAY: UTF-8 text out of a small set.</summary>
    public sealed record Enum : LogicalType;

    /// <summary>BYTE_ARRAY: UTF-8 text that is a JSON document.</summary>
    public sealed record Json : LogicalType;

    /// <summary>BYTE_ARRAY: a BSON document.</summary>
    public sealed record Bson : LogicalType;

    /// <summary>FIXED_LEN_BYTE_ARRAY(16), big-endian.</summary>
    public sealed record Uuid : LogicalType;

    /// <summary>FIXED_LEN_BYTE_ARRAY(2): an IEEE half-precision number, little-endian.</summary>
    public sealed record Float16 : LogicalType;

    /// <summary>FIXED_LEN_BYTE_ARRAY(12): months, days and milliseconds, each an unsigned little-endian 32-bit number.</summary>
    public sealed record Interval : LogicalType;

    /// <summary>Any physical type: every value is null.</summary>
    public sealed record Null : LogicalType;
}
