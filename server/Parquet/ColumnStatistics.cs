using System.Buffers.Binary;

namespace NearData.Parquet;

/// <summary>
/// What the file says about a chunk's values. Bounds are only present where the format says that they can be trusted: with a
/// declared column order, or from the older fields where their signed order is the column's own (parquet.thrift, Statistics).
/// </summary>
public sealed record ColumnStatistics
{
    /// <summary>The column that they are about.</summary>
    public required ParquetColumn Column { get; init; }

    /// <summary>How many values are null, or null when the file doesn't say.</summary>
    public long? NullCount { get; init; }

    /// <summary>A lower bound, PLAIN-encoded without a length; null when there is none. Text may be a truncated prefix.</summary>
    public ReadOnlyMemory<byte>? Min { get; init; }

    /// <summary>An upper bound, PLAIN-encoded without a length; null when there is none.</summary>
    public ReadOnlyMemory<byte>? Max { get; init; }

    /// <summary>Whether both bounds are values that occur; false also where the file doesn't say.</summary>
    public bool AreBoundsExact { get; init; }

    /// <summary>
    /// The bounds of a column of integers, dates, times, timestamps or decimals as the integers that are stored. False when the
    /// file gives none, the column has another type, or a bound doesn't fit 64 signed bits.
    /// </summary>
    public bool TryGetInt64Range(out long min, out long max)
    {
        max = 0;
        return TryGetInt64(Min, out min) && TryGetInt64(Max, out max) && min <= max;
    }

    /// <summary>
    /// The bounds of a column of floating point. False when the file gives none, or the column has another type. There may be NaN beside them, and a
    /// bound of zero stands for both zeros (parquet.thrift, ColumnOrder).
    /// </summary>
    public bool TryGetFloat64Range(out double min, out double max)
    {
        max = 0;
        return TryGetFloat64(Min, out min) && TryGetFloat64(Max, out max) && min <= max;
    }

    /// <summary>
    /// The bounds of a column of text or bytes, by their bytes without sign, each itself or a text before or behind all values. False when the file
    /// gives none that can be trusted, or the column has another order.
    /// </summary>
    public bool TryGetBytesRange(out ReadOnlyMemory<byte> min, out ReadOnlyMemory<byte> max)
    {
        bool isText = Column.PhysicalType is PhysicalType.ByteArray or PhysicalType.FixedLenByteArray
            && Column.LogicalType is null or LogicalType.String or LogicalType.Enum or LogicalType.Json or LogicalType.Bson or LogicalType.Uuid;
        (min, max) = (Min ?? default, Max ?? default);
        return isText && Min is not null && Max is not null && min.Span.SequenceCompareTo(max.Span) <= 0;
    }

    private bool TryGetFloat64(ReadOnlyMemory<byte>? bound, out double value)
    {
        value = (Column.PhysicalType, bound) switch
        {
            (PhysicalType.Double, { Length: sizeof(double) } bytes) => BinaryPrimitives.ReadDoubleLittleEndian(bytes.Span),
            (PhysicalType.Float, { Length: sizeof(float) } bytes) => BinaryPrimitives.ReadSingleLittleEndian(bytes.Span),
            _ => double.NaN,
        };
        return !double.IsNaN(value);
    }

    private bool TryGetInt64(ReadOnlyMemory<byte>? bound, out long value)
    {
        value = 0;
        if (bound is not { } stored)
        {
            return false;
        }

        ReadOnlySpan<byte> bytes = stored.Span;
        bool signed = Column.LogicalType is not LogicalType.Integer { Signed: false };
        switch (Column.PhysicalType)
        {
            case PhysicalType.Int32 when bytes.Length == sizeof(int):
                int narrow = BinaryPrimitives.ReadInt32LittleEndian(bytes);
                value = signed ? narrow : (uint)narrow;
                return true;
            case PhysicalType.Int64 when bytes.Length == sizeof(long):
                value = BinaryPrimitives.ReadInt64LittleEndian(bytes);
                return signed || value >= 0;
            case PhysicalType.ByteArray or PhysicalType.FixedLenByteArray when Column.LogicalType is LogicalType.Decimal:
                return Values.BigEndianInteger.TryRead(bytes, out value);
            default:
                return false;
        }
    }
}
