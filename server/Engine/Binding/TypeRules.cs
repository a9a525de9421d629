using NearData.Engine.Datasets;
using NearData.Isa.Programs;

namespace NearData.Engine.Binding;

/// <summary>Which columns a field can show without loss (docs/abi.md, "Types").</summary>
internal static class TypeRules
{
    /// <summary>The most digits whose unscaled integer always fits in 64 bits.</summary>
    private const int MaxDecimalPrecision = 18;

    /// <summary>The same for 128 bits.</summary>
    private const int MaxWideDecimalPrecision = 38;

    public static bool Accepts(FieldType field, ColumnType column) =>
        NaturalType(column) is { } natural && (field == FieldType.Int128 ? column.Kind == ColumnKind.Decimal : Widens(natural, field));

    /// <summary>What an author should declare.</summary>
    public static string Advice(ColumnType column) => NaturalType(column) is { } natural
        ? $"declare it {natural.CName()} or wider"
        : "programs can't read columns of this type";

    /// <summary>The narrowest field that holds every value of the column; null where no field does.</summary>
    private static FieldType? NaturalType(ColumnType column) => column.Kind switch
    {
        ColumnKind.Bool => FieldType.Bool,
        ColumnKind.Int8 => FieldType.Int8,
        ColumnKind.Int16 => FieldType.Int16,
        ColumnKind.Int32 or ColumnKind.Date => FieldType.Int32,
        ColumnKind.Int64 or ColumnKind.Timestamp or ColumnKind.Time or ColumnKind.Int96 => FieldType.Int64,
        ColumnKind.UInt8 => FieldType.UInt8,
        ColumnKind.UInt16 => FieldType.UInt16,
        ColumnKind.UInt32 => FieldType.UInt32,
        ColumnKind.UInt64 => FieldType.UInt64,
        ColumnKind.String or ColumnKind.Binary or ColumnKind.FixedBinary => FieldType.Text,
        ColumnKind.Float or ColumnKind.Double => FieldType.Float64,
        ColumnKind.Decimal when column.Precision <= 9 => FieldType.Int32,
        ColumnKind.Decimal when column.Precision <= MaxDecimalPrecision => FieldType.Int64,
        ColumnKind.Decimal when column.Precision <= MaxWideDecimalPrecision => FieldType.Int128,
        _ => null,
    };

    private static bool Widens(FieldType from, FieldType to)
    {
        if (from == FieldType.Bool)
        {
            return to is FieldType.Bool or FieldType.UInt8;
        }

        if (from is FieldType.Float64 or FieldType.Text || to is FieldType.Float64 or FieldType.Text)
        {
            return from == to;
        }

        return to != FieldType.Bool && to.Minimum() <= from.Minimum() && to.Maximum() >= from.Maximum();
    }
}
