using NearData.Parquet.Values;

namespace NearData.Parquet.Writing;

/// <summary>
/// Keeps the least and the greatest value of a chunk, in the order that the format defines for the column's type.
/// </summary>
internal abstract class RangeBuilder
{
    /// <summary>Takes PLAIN values in; booleans as a byte each.</summary>
    public abstract void Add(ReadOnlySpan<byte> plain, int count);

    /// <summary>The bounds, without lengths; null when there is no value, or none that has an order.</summary>
    public abstract (ReadOnlyMemory<byte> Min, ReadOnlyMemory<byte> Max)? Range { get; }

    /// <summary>Starts a new chunk.</summary>
    public abstract void Clear();

    /// <summary>Null for a type whose order the format doesn't define, or whose bounds this writer doesn't keep.</summary>
    public static RangeBuilder? For(ParquetColumn column) => (column.PhysicalType, column.LogicalType) switch
    {
        (_, LogicalType.Interval or LogicalType.Float16 or LogicalType.Null) or (PhysicalType.Int96, _) => null,
        (PhysicalType.Boolean, _) => new NumberRange<byte>(),
        (PhysicalType.Int32, LogicalType.Integer { Signed: false }) => new NumberRange<uint>(),
        (PhysicalType.Int32, _) => new NumberRange<int>(),
        (PhysicalType.Int64, LogicalType.Integer { Signed: false }) => new NumberRange<ulong>(),
        (PhysicalType.Int64, _) => new NumberRange<long>(),
        (PhysicalType.Float, _) => new NumberRange<float>(),
        (PhysicalType.Double, _) => new NumberRange<double>(),
        (_, LogicalType.Decimal) => new BytesRange(StoredWidth.Of(column), BytesOrder.Signed),
        _ => new BytesRange(StoredWidth.Of(column), BytesOrder.Unsigned),
    };
}
