using System.Globalization;
using System.Text;

namespace NearData.Parquet.Tests;

/// <summary>A table with a required and a nullable column of every type that the writer knows.</summary>
internal sealed class SampleTable
{
    private readonly int _rows;
    private readonly Random _random;
    private readonly List<SampleColumn> _columns = [];

    public SampleTable(int rows, int seed)
    {
        _rows = rows;
        _random = new Random(seed);
        AddIntegers();
        AddDecimals();
        AddTimes();
        AddFloats();
        AddBytes();
    }

    public IReadOnlyList<SampleColumn> Columns => _columns;

    /// <summary>Writes all rows in row groups of this many.</summary>
    public void Write(string path, ParquetWriterOptions options, int groupRows)
    {
        using FileStream output = File.Create(path);
        using ParquetWriter writer = new(output, new ParquetSchema([.. _columns.Select(sample => sample.Column)]), options);
        for (int first = 0; first < _rows; first += groupRows)
        {
            int rows = Math.Min(groupRows, _rows - first);
            RowGroupWriter group = writer.StartRowGroup(rows);
            for (int column = 0; column < _columns.Count; column++)
            {
                // In two parts, the second of which begins in the middle of a page.
                int part = rows / 3;
                _columns[column].Write(group, column, first, part);
                _columns[column].Write(group, column, first + part, rows - part);
            }
        }

        writer.Finish();
    }

    private void AddIntegers()
    {
        Numbers<byte>(ParquetColumn.Boolean("boolean"), [0, 1], random => (byte)random.Next(2), value => value == 1 ? "true" : "false");
        Numbers(ParquetColumn.Int32("int32"), [int.MinValue, int.MaxValue, 0, -1], random => random.Next(), Text);
        Numbers(ParquetColumn.Int64("int64"), [long.MinValue, long.MaxValue, 0, -1], random => random.NextInt64(), Text);
        Numbers(ParquetColumn.Integer("sint8", 8, signed: true), [sbyte.MinValue, sbyte.MaxValue], random => (sbyte)random.Next(-128, 128), Text);
        Numbers(ParquetColumn.Integer("sint16", 16, signed: true), [short.MinValue, short.MaxValue], random => (short)random.Next(-500, 500), Text);
        Numbers(ParquetColumn.Integer("sint32", 32, signed: true), [int.MinValue, int.MaxValue], random => random.Next(-5, 5), Text);
        Numbers(ParquetColumn.Integer("sint64", 64, signed: true), [long.MinValue, long.MaxValue], random => random.NextInt64(-5, 5), Text);
        Numbers(ParquetColumn.Integer("uint8", 8, signed: false), [byte.MinValue, byte.MaxValue], random => (byte)random.Next(256), Text);
        Numbers(ParquetColumn.Integer("uint16", 16, signed: false), [ushort.MinValue, ushort.MaxValue], random => (ushort)random.Next(65536), Text);
        Numbers(ParquetColumn.Integer("uint32", 32, signed: false), [uint.MinValue, uint.MaxValue], random => (uint)random.NextInt64(1L << 32), Text);
        Numbers(ParquetColumn.Integer("uint64", 64, signed: false), [ulong.MinValue, ulong.MaxValue], random => (ulong)random.NextInt64() << 1, Text);
    }

    private void AddDecimals()
    {
        Numbers(ParquetColumn.Decimal("decimal_5_2_as_int32", 5, 2, PhysicalType.Int32), [-99999, 99999, 0, 7], random => random.Next(-999, 999), value => Scaled(value, 2));
        Numbers(ParquetColumn.Decimal("decimal_15_2", 15, 2), [-999_999_999_999_999, 999_999_999_999_999, -1], random => random.NextInt64(0, 1_000_000), value => Scaled(value, 2));
        Numbers(ParquetColumn.Decimal("decimal_18_0", 18, 0), [-999_999_999_999_999_999, 999_999_999_999_999_999], random => random.NextInt64(0, 100), value => Scaled(value, 0));
        Numbers(ParquetColumn.Decimal("decimal_9_3_as_5_bytes", 9, 3, PhysicalType.FixedLenByteArray, length: 5), [-999_999_999, 999_999_999, -128], random => random.NextInt64(-70_000, 70_000), value => Scaled(value, 3));
        Numbers(ParquetColumn.Decimal("decimal_38_10", 38, 10), [-Huge, Huge, Int128.Zero, -1], random => (Int128)random.NextInt64() * random.NextInt64(), value => Scaled(value, 10));
        Numbers(ParquetColumn.Decimal("decimal_20_4_as_bytes", 20, 4, PhysicalType.ByteArray), [-128, 127, 128, -129, 255], random => (Int128)random.NextInt64(-1L << 40, 1L << 40), value => Scaled(value, 4));
    }

    private void AddTimes()
    {
        Numbers(ParquetColumn.Date("date"), [-700_000, 0, 30_000], random => random.Next(8_000, 11_000), Text);
        Numbers(ParquetColumn.Time("time_ms", TimeUnit.Milliseconds), [0, 86_399_999], random => random.Next(86_400_000), Text);
        Numbers(ParquetColumn.Time("time_us", TimeUnit.Microseconds), [0, 86_399_999_999], random => random.NextInt64(86_400_000_000), Text);
        Numbers(ParquetColumn.Time("time_ns", TimeUnit.Nanoseconds), [0, 86_399_999_999_999], random => random.NextInt64(86_400_000_000_000), Text);
        Numbers(ParquetColumn.Timestamp("timestamp_ms", TimeUnit.Milliseconds), [-1, 0, 4_000_000_000_000], random => random.NextInt64(1L << 40), Text);
        Numbers(ParquetColumn.Timestamp("timestamp_us", TimeUnit.Microseconds), [-1, 0], random => random.NextInt64(1L << 50), Text);
        Numbers(ParquetColumn.Timestamp("timestamp_ns", TimeUnit.Nanoseconds), [-1, 0], random => random.NextInt64(1L << 60), Text);
        Numbers(ParquetColumn.Timestamp("timestamp_us_utc", TimeUnit.Microseconds, isUtc: true), [-1, 0], random => random.NextInt64(1L << 50), Text);
    }

    private void AddFloats()
    {
        Numbers(ParquetColumn.Float("float"), [0f, -0f, float.MinValue, float.PositiveInfinity, float.Epsilon], random => random.NextSingle() - 0.5f, FloatText);
        Numbers(ParquetColumn.Double("double"), [0d, -0d, double.MinValue, double.NegativeInfinity, double.Epsilon], random => random.NextDouble() - 0.5, DoubleText);
        Numbers(ParquetColumn.Float("float_with_nan"), [float.NaN, 1f], random => random.NextSingle(), FloatText);
        Numbers(ParquetColumn.Double("double_with_nan"), [double.NaN, 1d], random => random.NextDouble(), DoubleText);
    }

    private void AddBytes()
    {
        Bytes(ParquetColumn.Text("text"), [[], "é😀"u8.ToArray(), "z"u8.ToArray()], RandomText, Convert.ToHexString);
        Bytes(ParquetColumn.Text("long_text"), [Encoding.UTF8.GetBytes(new string('x', 3000))], random => Encoding.UTF8.GetBytes(random.NextInt64().ToString(CultureInfo.InvariantCulture)), Convert.ToHexString);
        Bytes(ParquetColumn.Binary("binary"), [[], [0xFF], [0, 0]], random => RandomBytes(random, random.Next(12)), Convert.ToHexString);
        Bytes(ParquetColumn.FixedBinary("fixed_5", 5), [[0, 0, 0, 0, 0], [255, 255, 255, 255, 255]], random => RandomBytes(random, 5), Convert.ToHexString);
        Bytes(ParquetColumn.Int96("int96"), [Int96(0, 2_440_588)], random => Int96(random.NextInt64(86_400_000_000) * 1000, random.Next(2_430_000, 2_460_000)), Int96Text);
        Bytes(ParquetColumn.Binary("enum") with { LogicalType = new LogicalType.Enum() }, ["RED"u8.ToArray()], RandomText, Convert.ToHexString);
        Bytes(ParquetColumn.Binary("json") with { LogicalType = new LogicalType.Json() }, ["{}"u8.ToArray()], random => "[1, 2]"u8.ToArray(), Convert.ToHexString);
        Bytes(ParquetColumn.FixedBinary("float16", 2) with { LogicalType = new LogicalType.Float16() }, [Half16(Half.Zero)], random => Half16((Half)random.NextSingle()), Float16Text);
        Bytes(ParquetColumn.FixedBinary("interval", 12) with { LogicalType = new LogicalType.Interval() }, [new byte[12]], random => Interval(random.Next(30), random.Next(40), random.Next()), bytes => ColumnText.Interval(bytes));
        Bytes(ParquetColumn.FixedBinary("uuid", 16) with { LogicalType = new LogicalType.Uuid() }, [new byte[16]], random => RandomBytes(random, 16), Convert.ToHexString);
    }

    private void Numbers<T>(ParquetColumn column, T[] edges, Func<Random, T> next, Func<T, string> text)
        where T : unmanaged
    {
        _columns.Add(SampleColumn.Numbers(column, _rows, _random, edges, next, text));
        _columns.Add(SampleColumn.Numbers(Twin(column), _rows, _random, edges, next, text));
    }

    private void Bytes(ParquetColumn column, byte[][] edges, Func<Random, byte[]> next, Func<byte[], string> text)
    {
        _columns.Add(SampleColumn.Bytes(column, _rows, _random, edges, next, text));
        _columns.Add(SampleColumn.Bytes(Twin(column), _rows, _random, edges, next, text));
    }

    private static ParquetColumn Twin(ParquetColumn column) =>
        (column with { Name = column.Name + "_or_null", Path = column.Name + "_or_null" }).Nullable();

    private static Int128 Huge => Int128.Parse(new string('9', 38), CultureInfo.InvariantCulture);

    private static string Text<T>(T value)
        where T : IFormattable => value.ToString(null, CultureInfo.InvariantCulture);

    private static string Scaled(Int128 unscaled, int scale)
    {
        decimal whole = 1;
        for (int i = 0; i < scale; i++)
        {
            whole *= 10;
        }

        Int128 divisor = (Int128)whole;
        string fraction = scale == 0 ? "" : "." + Int128.Abs(unscaled % divisor).ToString(CultureInfo.InvariantCulture).PadLeft(scale, '0');
        return (unscaled < 0 ? "-" : "") + Int128.Abs(unscaled / divisor).ToString(CultureInfo.InvariantCulture) + fraction;
    }

    private static string FloatText(float value) => ColumnText.Hex(BitConverter.SingleToUInt32Bits(value));

    private static string DoubleText(double value) => ColumnText.Hex(BitConverter.DoubleToUInt64Bits(value));

    private static byte[] RandomText(Random random) => Encoding.UTF8.GetBytes($"word {random.Next(300)}");

    private static byte[] RandomBytes(Random random, int length)
    {
        byte[] bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }

    private static byte[] Half16(Half value) => BitConverter.GetBytes(value);

    private static string Float16Text(byte[] bytes) => FloatText((float)BitConverter.ToHalf(bytes));

    private static byte[] Interval(int months, int days, int milliseconds) =>
        [.. BitConverter.GetBytes(months), .. BitConverter.GetBytes(days), .. BitConverter.GetBytes(milliseconds)];

    private static byte[] Int96(long nanoseconds, int julianDay) => [.. BitConverter.GetBytes(nanoseconds), .. BitConverter.GetBytes(julianDay)];

    private static string Int96Text(byte[] bytes) =>
        Text((BitConverter.ToInt32(bytes, 8) - 2_440_588L) * 86_400_000_000_000 + BitConverter.ToInt64(bytes));
}
