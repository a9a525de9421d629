using NearData.Parquet;

namespace NearData.Engine.Datasets;

/// <summary>What a column's values mean, whatever format stores them.</summary>
public enum ColumnKind
{
    Bool,
    Int8,
    Int16,
    Int32,
    Int64,
    UInt8,
    UInt16,
    UInt32,
    UInt64,
    Float,
    Double,

    /// <summary>An unscaled integer with a precision and a scale.</summary>
    Decimal,

    /// <summary>Days since 1970-01-01.</summary>
    Date,

    /// <summary>Units since 1970-01-01T00:00.</summary>
    Timestamp,

    /// <summary>Units since midnight.</summary>
    Time,
    String,
    Binary,
    FixedBinary,

    /// <summary>The deprecated 12-byte timestamp.</summary>
    Int96,
}

/// <summary>A column's type.</summary>
/// <param name="Kind">The meaning.</param>
/// <param name="Precision">Decimal digits; decimals only.</param>
/// <param name="Scale">Digits after the point; decimals only.</param>
/// <param name="Length">Bytes; fixed binary only.</param>
/// <param name="Unit">Timestamps and times only.</param>
public readonly record struct ColumnType(ColumnKind Kind, int Precision = 0, int Scale = 0, int Length = 0, TimeUnit? Unit = null)
{
    /// <summary>The type as messages and tables print it, such as <c>DECIMAL(15,2)</c>.</summary>
    public override string ToString() => Kind switch
    {
        ColumnKind.Decimal => $"DECIMAL({Precision},{Scale})",
        ColumnKind.FixedBinary => $"FIXED_BINARY({Length})",
        ColumnKind.Timestamp or ColumnKind.Time => $"{Kind.ToString().ToUpperInvariant()}({Unit})",
        _ => Kind.ToString().ToUpperInvariant(),
    };
}
