using System.Numerics;
using System.Runtime.CompilerServices;

namespace NearData.Parquet.Values;

/// <summary>Which columns can be read as which .NET numbers without losing a value, and how.</summary>
internal static class NumberLayouts
{
    /// <summary>The most decimal digits whose integers all fit in 32 bits.</summary>
    private const int IntDigits = 9;

    private static readonly Dictionary<(Type Stored, Type Target), object> FixedWidth = new()
    {
        [(typeof(byte), typeof(byte))] = new FixedWidthLayout<byte, byte>(),
        [(typeof(int), typeof(sbyte))] = new FixedWidthLayout<int, sbyte>(),
        [(typeof(int), typeof(short))] = new FixedWidthLayout<int, short>(),
        [(typeof(int), typeof(int))] = new FixedWidthLayout<int, int>(),
        [(typeof(int), typeof(long))] = new FixedWidthLayout<int, long>(),
        [(typeof(int), typeof(Int128))] = new FixedWidthLayout<int, Int128>(),
        [(typeof(uint), typeof(byte))] = new FixedWidthLayout<uint, byte>(),
        [(typeof(uint), typeof(ushort))] = new FixedWidthLayout<uint, ushort>(),
        [(typeof(uint), typeof(uint))] = new FixedWidthLayout<uint, uint>(),
        [(typeof(uint), typeof(ulong))] = new FixedWidthLayout<uint, ulong>(),
        [(typeof(uint), typeof(short))] = new FixedWidthLayout<uint, short>(),
        [(typeof(uint), typeof(int))] = new FixedWidthLayout<uint, int>(),
        [(typeof(uint), typeof(long))] = new FixedWidthLayout<uint, long>(),
        [(typeof(long), typeof(int))] = new FixedWidthLayout<long, int>(),
        [(typeof(long), typeof(long))] = new FixedWidthLayout<long, long>(),
        [(typeof(long), typeof(Int128))] = new FixedWidthLayout<long, Int128>(),
        [(typeof(ulong), typeof(ulong))] = new FixedWidthLayout<ulong, ulong>(),
        [(typeof(ulong), typeof(Int128))] = new FixedWidthLayout<ulong, Int128>(),
        [(typeof(Half), typeof(Half))] = new FixedWidthLayout<Half, Half>(),
        [(typeof(Half), typeof(float))] = new FixedWidthLayout<Half, float>(),
        [(typeof(Half), typeof(double))] = new FixedWidthLayout<Half, double>(),
        [(typeof(float), typeof(float))] = new FixedWidthLayout<float, float>(),
        [(typeof(float), typeof(double))] = new FixedWidthLayout<float, double>(),
        [(typeof(double), typeof(double))] = new FixedWidthLayout<double, double>(),
    };

    /// <summary>The layout, or null when <typeparamref name="T"/> can't hold every value of the column.</summary>
    public static PlainLayout<T>? For<T>(ParquetColumn column)
        where T : unmanaged
    {
        object? layout = StoredAs(column) is { } stored
            ? DeclaredBits(column) <= ValueBits<T>(stored) ? FixedWidth.GetValueOrDefault((stored, typeof(T))) : null
            : column.PhysicalType == PhysicalType.Int96 && typeof(T) == typeof(long) ? new Int96Layout()
            : column.LogicalType is LogicalType.Decimal(var precision, _) ? DecimalInBytes<T>(column, precision)
            : null;
        return (PlainLayout<T>?)layout;
    }

    private static object? DecimalInBytes<T>(ParquetColumn column, int precision) => precision switch
    {
        <= IntDigits when typeof(T) == typeof(int) => Decimal<int>(column),
        <= 18 when typeof(T) == typeof(long) => Decimal<long>(column),
        <= 38 when typeof(T) == typeof(Int128) => Decimal<Int128>(column),
        _ => null,
    };

    private static PlainLayout<T> Decimal<T>(ParquetColumn column)
        where T : unmanaged, IBinaryInteger<T> =>
        column.PhysicalType == PhysicalType.ByteArray
            ? new PrefixedDecimalLayout<T>()
            : new FixedDecimalLayout<T>(column.TypeLength);

    private static Type? StoredAs(ParquetColumn column) => (column.PhysicalType, column.LogicalType) switch
    {
        // Until they are packed, booleans are a byte each.
        (PhysicalType.Boolean, _) => typeof(byte),
        (_, LogicalType.Float16) => typeof(Half),
        (PhysicalType.Int32, LogicalType.Integer { Signed: false }) => typeof(uint),
        (PhysicalType.Int32, _) => typeof(int),
        (PhysicalType.Int64, LogicalType.Integer { Signed: false }) => typeof(ulong),
        (PhysicalType.Int64, _) => typeof(long),
        (PhysicalType.Float, _) => typeof(float),
        (PhysicalType.Double, _) => typeof(double),
        _ => null,
    };

    private static int DeclaredBits(ParquetColumn column) => (column.PhysicalType, column.LogicalType) switch
    {
        (PhysicalType.Boolean, _) => 8,
        (_, LogicalType.Float16) => 16,
        (_, LogicalType.Integer(int bits, _)) => bits,
        (PhysicalType.Int32 or PhysicalType.Float, _) or (_, LogicalType.Decimal(<= IntDigits, _)) => 32,
        _ => 64,
    };

    // An unsigned value needs one bit more than it has in a signed type.
    private static int ValueBits<T>(Type stored)
        where T : unmanaged
    {
        bool isUnsigned = stored == typeof(uint) || stored == typeof(ulong);
        bool hasSign = typeof(T) == typeof(short) || typeof(T) == typeof(int) || typeof(T) == typeof(long) || typeof(T) == typeof(Int128);
        return Unsafe.SizeOf<T>() * 8 - (isUnsigned && hasSign ? 1 : 0);
    }
}
