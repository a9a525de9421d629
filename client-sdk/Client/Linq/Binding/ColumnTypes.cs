using NearData.Contracts.V1;
using NearData.Isa.Programs;
using Kind = NearData.Contracts.V1.ColumnType.Types.Kind;
using TimeUnit = NearData.Contracts.V1.ColumnType.Types.TimeUnit;

namespace NearData.Client.Linq.Binding;

/// <summary>The column types that programs read, as fields and as C# types (docs/abi.md, "Types").</summary>
internal static class ColumnTypes
{
    /// <summary>The most digits whose unscaled integer always fits in 64 bits.</summary>
    private const uint MaxDecimalPrecision = 18;

    /// <summary>The field that holds every value of the column; null where no field does.</summary>
    public static FieldType? Field(this ColumnType type) => type.Kind switch
    {
        Kind.Bool => FieldType.Bool,
        Kind.Int8 => FieldType.Int8,
        Kind.Int16 => FieldType.Int16,
        Kind.Int32 or Kind.Date => FieldType.Int32,
        Kind.Int64 or Kind.Timestamp => FieldType.Int64,
        Kind.Uint8 => FieldType.UInt8,
        Kind.Uint16 => FieldType.UInt16,
        Kind.Uint32 => FieldType.UInt32,
        Kind.Uint64 => FieldType.UInt64,
        Kind.Decimal when type.Precision <= MaxDecimalPrecision => FieldType.Int64,
        Kind.String => FieldType.Text,
        _ => null,
    };

    /// <summary>Whether a property of this C# type (not its nullable form) can show the column.</summary>
    public static bool CanBe(this ColumnType type, Type property) => type.Kind switch
    {
        Kind.Bool => property == typeof(bool),
        Kind.Date => property == typeof(DateOnly),
        Kind.Timestamp => property == typeof(DateTime) || property == typeof(long),
        Kind.Decimal => property == typeof(decimal),
        Kind.String => property == typeof(string),
        _ => property.IsInteger() || property == typeof(decimal),
    };

    /// <summary>The digits after the point of the column's integer, as a property of this C# type shows it.</summary>
    public static int Scale(this ColumnType type, Type property) => type.Kind switch
    {
        Kind.Decimal => (int)type.Scale,
        Kind.Timestamp when property == typeof(DateTime) => type.Unit switch
        {
            TimeUnit.Milliseconds => 3,
            TimeUnit.Microseconds => 6,
            _ => 9,
        },
        _ => 0,
    };

    /// <summary>The C# types that show the column, for messages.</summary>
    public static string Advice(this ColumnType type) => type.Kind switch
    {
        Kind.Bool => "declare it bool",
        Kind.Date => "declare it DateOnly",
        Kind.Timestamp => "declare it DateTime, or long for the raw number",
        Kind.Decimal => "declare it decimal",
        Kind.String => "declare it string",
        _ => "declare it an integer type that holds its values, or decimal",
    };

    /// <summary>The type as SQL writes it.</summary>
    public static string Text(this ColumnType type) => type.Kind switch
    {
        Kind.Decimal => $"DECIMAL({type.Precision},{type.Scale})",
        Kind.Timestamp or Kind.Time => $"{type.Kind.ToString().ToUpperInvariant()} in {type.Unit.ToString().ToLowerInvariant()}",
        _ => type.Kind.ToString().ToUpperInvariant(),
    };
}
