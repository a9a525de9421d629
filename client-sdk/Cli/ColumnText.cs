using System.Globalization;
using NearData.Contracts.V1;

namespace NearData.Cli;

/// <summary>A column's type and range for people.</summary>
internal static class ColumnText
{
    /// <summary>Such as <c>DECIMAL(15,2)</c>.</summary>
    public static string Type(ColumnType type) => type.Kind switch
    {
        ColumnType.Types.Kind.Decimal => $"DECIMAL({type.Precision},{type.Scale})",
        ColumnType.Types.Kind.FixedBinary => $"FIXED_BINARY({type.Length})",
        ColumnType.Types.Kind.Timestamp or ColumnType.Types.Kind.Time => $"{type.Kind.ToString().ToUpperInvariant()}({type.Unit.ToString().ToLowerInvariant()})",
        _ => type.Kind.ToString().ToUpperInvariant(),
    };

    /// <summary>Such as <c>1992-01-02 .. 1998-12-01</c>; empty where the files don't say.</summary>
    public static string Range(Column column) => column.Range is { } range
        ? $"{Value(column.Type, range.Minimum)} .. {Value(column.Type, range.Maximum)}"
        : "";

    /// <summary>A column's integer as what it stands for.</summary>
    public static string Value(ColumnType type, System.Int128 value) => type.Kind switch
    {
        ColumnType.Types.Kind.Date when value > -719_163 && value < 2_932_897 => DateOnly.FromDateTime(DateTime.UnixEpoch).AddDays((int)value).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        ColumnType.Types.Kind.Decimal when type.Scale <= 28 && System.Int128.Abs(value) <= long.MaxValue => new decimal((int)(long)System.Int128.Abs(value), (int)((long)System.Int128.Abs(value) >> 32), 0, value < 0, (byte)type.Scale).ToString(CultureInfo.InvariantCulture),
        ColumnType.Types.Kind.Bool => value == 0 ? "false" : "true",
        _ => value.ToString(CultureInfo.InvariantCulture),
    };
}
