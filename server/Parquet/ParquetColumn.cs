namespace NearData.Parquet;

/// <summary>
/// One leaf of a schema. The factories make columns for a writer; they are required until <see cref="Nullable"/>.
/// </summary>
public sealed record ParquetColumn
{
    /// <summary>The leaf's own name.</summary>
    public required string Name { get; init; }

    /// <summary>The names from the schema's root to the leaf, joined by dots; a flat column's path is its name.</summary>
    public required string Path { get; init; }

    /// <summary>The place among the schema's columns, from 0.</summary>
    public int Index { get; init; }

    /// <summary>How values are stored.</summary>
    public required PhysicalType PhysicalType { get; init; }

    /// <summary>Bytes per value of a FIXED_LEN_BYTE_ARRAY, at least 1; otherwise 0.</summary>
    public int TypeLength { get; init; }

    /// <summary>What values mean, or null when they are just what they are stored as.</summary>
    public LogicalType? LogicalType { get; init; }

    /// <summary>
    /// How many of the column and the groups around it may be absent or repeat: the definition level of an entry that has a value.
    /// A flat column has 1 when it is nullable and 0 when it is required.
    /// </summary>
    public int MaxDefinition { get; init; }

    /// <summary>How many of the column and the groups around it repeat: the highest repetition level. 0: one value per row.</summary>
    public int MaxRepetition { get; init; }

    /// <summary>Whether the column lies in a group.</summary>
    public bool IsNested { get; init; }

    /// <summary>Whether a row may have no value.</summary>
    public bool IsNullable => MaxDefinition > 0;

    /// <summary>Whether a row may have any number of values, as in a list: such a column is read with its levels.</summary>
    public bool IsRepeated => MaxRepetition > 0;

    /// <summary>Whether the file says that values mean something that isn't known here: then neither is their order.</summary>
    internal bool HasUnknownMeaning { get; init; }

    /// <summary>This column, with nulls allowed.</summary>
    public ParquetColumn Nullable() => this with { MaxDefinition = 1 };

    public static ParquetColumn Boolean(string name) => Of(name, PhysicalType.Boolean);

    public static ParquetColumn Int32(string name) => Of(name, PhysicalType.Int32);

    public static ParquetColumn Int64(string name) => Of(name, PhysicalType.Int64);

    public static ParquetColumn Int96(string name) => Of(name, PhysicalType.Int96);

    public static ParquetColumn Float(string name) => Of(name, PhysicalType.Float);

    public static ParquetColumn Double(string name) => Of(name, PhysicalType.Double);

    public static ParquetColumn Binary(string name) => Of(name, PhysicalType.ByteArray);

    public static ParquetColumn FixedBinary(string name, int length) =>
        Of(name, PhysicalType.FixedLenByteArray) with { TypeLength = length };

    /// <summary>UTF-8 text.</summary>
    public static ParquetColumn Text(string name) => Of(name, PhysicalType.ByteArray, new LogicalType.String());

    /// <summary>Days since 1970-01-01, as INT32.</summary>
    public static ParquetColumn Date(string name) => Of(name, PhysicalType.Int32, new LogicalType.Date());

    /// <summary>Time since midnight: INT32 for milliseconds, otherwise INT64.</summary>
    public static ParquetColumn Time(string name, TimeUnit unit, bool isUtc = false) =>
        Of(name, unit == TimeUnit.Milliseconds ? PhysicalType.Int32 : PhysicalType.Int64, new LogicalType.Time(unit, isUtc));

    /// <summary>Time since 1970-01-01, as INT64.</summary>
    public static ParquetColumn Timestamp(string name, TimeUnit unit, bool isUtc = false) =>
        Of(name, PhysicalType.Int64, new LogicalType.Timestamp(unit, isUtc));

    /// <summary>An integer of 8, 16, 32 (stored as INT32) or 64 bits (stored as INT64).</summary>
    public static ParquetColumn Integer(string name, int bits, bool signed) =>
        Of(name, bits == 64 ? PhysicalType.Int64 : PhysicalType.Int32, new LogicalType.Integer(bits, signed));

    /// <summary>
    /// A decimal as its unscaled integer: INT64 up to 18 digits, beyond that 16 bytes, big-endian.
    /// <see cref="Decimal(string, int, int, PhysicalType, int)"/> chooses otherwise.
    /// </summary>
    public static ParquetColumn Decimal(string name, int precision, int scale) =>
        precision <= 18
            ? Decimal(name, precision, scale, PhysicalType.Int64)
            : Decimal(name, precision, scale, PhysicalType.FixedLenByteArray, length: 16);

    /// <summary>A decimal stored as asked.</summary>
    /// <param name="length">Bytes per value of a FIXED_LEN_BYTE_ARRAY; otherwise 0.</param>
    public static ParquetColumn Decimal(string name, int precision, int scale, PhysicalType stored, int length = 0) =>
        Of(name, stored, new LogicalType.Decimal(precision, scale)) with { TypeLength = length };

    /// <summary>Such as <c>l_shipdate (INT32, Date)</c>, for messages.</summary>
    internal string Described => LogicalType is null ? $"{Path} ({PhysicalType})" : $"{Path} ({PhysicalType}, {LogicalType})";

    private static ParquetColumn Of(string name, PhysicalType type, LogicalType? meaning = null) =>
        new() { Name = name, Path = name, PhysicalType = type, LogicalType = meaning };
}
