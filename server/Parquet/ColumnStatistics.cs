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
