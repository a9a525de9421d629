using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;

namespace NearData.Parquet.Tests;

/// <summary>Every value of a column as text, in the form that <see cref="DuckDbText"/> asks DuckDB for; null is null.</summary>
internal static class ColumnText
{
    /// <summary>Rows per read: odd, so that reads, pages and groups of eight never line up.</summary>
    private const int BatchLength = 77;

    public static string?[] Read(ParquetFile file, int column) =>
        [.. Enumerable.Range(0, file.Metadata.RowGroups.Length).SelectMany(group => Read(file, group, column))];

    private static List<string?> Read(ParquetFile file, int group, int column)
    {
        using ColumnReader reader = file.OpenColumn(group, column);
        return Read(reader, file.Metadata.Schema.Columns[column]);
    }

    /// <summary>The rows that the reader has left.</summary>
    public static List<string?> Read(ColumnReader reader, ParquetColumn column) => Read(reader, column, reader.RowsLeft);

    /// <summary>The reader's next rows.</summary>
    public static List<string?> Read(ColumnReader reader, ParquetColumn column, long rows) => (column.PhysicalType, column.LogicalType) switch
    {
        (PhysicalType.Boolean, _) => Numbers<byte>(reader, rows, value => value == 1 ? "true" : "false"),
        (_, LogicalType.Decimal(<= 18, var scale)) => Numbers<long>(reader, rows, value => Decimal(value, scale)),
        (_, LogicalType.Decimal(_, var scale)) => Numbers<Int128>(reader, rows, value => Decimal(value, scale)),
        (_, LogicalType.Integer(8, true)) => Numbers<sbyte>(reader, rows, Text),
        (_, LogicalType.Integer(16, true)) => Numbers<short>(reader, rows, Text),
        (_, LogicalType.Integer(8, false)) => Numbers<byte>(reader, rows, Text),
        (_, LogicalType.Integer(16, false)) => Numbers<ushort>(reader, rows, Text),
        (_, LogicalType.Integer(32, false)) => Numbers<uint>(reader, rows, Text),
        (_, LogicalType.Integer(64, false)) => Numbers<ulong>(reader, rows, Text),
        (PhysicalType.Int32, _) => Numbers<int>(reader, rows, Text),
        (PhysicalType.Int64, _) => Numbers<long>(reader, rows, Text),
        (PhysicalType.Float, _) => Numbers<float>(reader, rows, value => Hex(BitConverter.SingleToUInt32Bits(value))),
        (PhysicalType.Double, _) => Numbers<double>(reader, rows, value => Hex(BitConverter.DoubleToUInt64Bits(value))),
        (PhysicalType.Int96, _) => Bytes(reader, rows, Nanoseconds),
        (_, LogicalType.Float16) => Bytes(reader, rows, bytes => Hex(BitConverter.SingleToUInt32Bits((float)BitConverter.ToHalf(bytes)))),
        (_, LogicalType.Interval) => Bytes(reader, rows, Interval),
        _ => Bytes(reader, rows, bytes => Convert.ToHexString(bytes)),
    };

    /// <summary>A number's bits; all NaNs count as one, since DuckDB's text for them is.</summary>
    public static string Hex<T>(T bits)
        where T : struct, IBinaryInteger<T> => bits.ToString("X", CultureInfo.InvariantCulture);

    /// <summary>Months, days and microseconds.</summary>
    public static string Interval(ReadOnlySpan<byte> bytes) => string.Create(
        CultureInfo.InvariantCulture,
        $"{BitConverter.ToUInt32(bytes)} {BitConverter.ToUInt32(bytes[4..])} {BitConverter.ToUInt32(bytes[8..]) * 1000L}");

    private static string Text<T>(T value)
        where T : INumber<T> => value.ToString(null, CultureInfo.InvariantCulture);

    private static string Decimal<T>(T unscaled, int scale)
        where T : IBinaryInteger<T>
    {
        string digits = Text(unscaled).TrimStart('-').PadLeft(scale + 1, '0');
        string sign = T.IsNegative(unscaled) ? "-" : "";
        return scale == 0 ? sign + digits : $"{sign}{digits[..^scale]}.{digits[^scale..]}";
    }

    // INT96: nanoseconds of the day, then the Julian day number; 1970-01-01 is day 2440588.
    private static string Nanoseconds(ReadOnlySpan<byte> bytes)
    {
        long day = BinaryPrimitives.ReadInt32LittleEndian(bytes[8..]) - 2_440_588L;
        return Text(day * 86_400_000_000_000 + BinaryPrimitives.ReadInt64LittleEndian(bytes));
    }

    private static List<string?> Numbers<T>(ColumnReader reader, long wanted, Func<T, string> text)
        where T : unmanaged
    {
        List<string?> rows = [];
        T[] values = new T[BatchLength];
        byte[] validity = new byte[BatchLength];
        while (rows.Count < wanted)
        {
            int count = reader.Read(values.AsSpan(0, (int)Math.Min(BatchLength, wanted - rows.Count)), validity);
            for (int i = 0; i < count; i++)
            {
                Assert.True(validity[i] == 1 || values[i].Equals(default(T)), "A null row must hold the default value.");
                rows.Add(validity[i] == 1 ? text(values[i]) : null);
            }
        }

        return rows;
    }

    private static List<string?> Bytes(ColumnReader reader, long wanted, BytesText text)
    {
        List<string?> rows = [];
        ByteArrayBatch batch = new();
        while (rows.Count < wanted)
        {
            int count = reader.ReadBytes(batch, (int)Math.Min(BatchLength, wanted - rows.Count));
            for (int i = 0; i < count; i++)
            {
                rows.Add(batch.IsNull(i) ? null : text(batch[i]));
            }
        }

        return rows;
    }

    private delegate string BytesText(ReadOnlySpan<byte> bytes);
}
