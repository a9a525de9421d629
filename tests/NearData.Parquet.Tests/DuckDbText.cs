using System.Globalization;
using NearData.TestSupport;

namespace NearData.Parquet.Tests;

/// <summary>What DuckDB reads from a file, in the form of <see cref="ColumnText"/>.</summary>
internal static class DuckDbText
{
    public static string?[] Read(DuckDb oracle, string path, ParquetColumn column) => Read(oracle, path, [column])[0];

    /// <summary>Several columns with one question, each as an array of its own.</summary>
    public static string?[][] Read(DuckDb oracle, string path, IReadOnlyList<ParquetColumn> columns)
    {
        string?[][] rows = oracle.Query($"SELECT {string.Join(", ", columns.Select(column => $"({Expression(column)})::VARCHAR"))} FROM read_parquet('{path}')");
        return [.. columns.Select((column, i) => rows.Select(row => Canonical(row[i], column)).ToArray())];
    }

    private static string Expression(ParquetColumn column)
    {
        string name = $"\"{column.Path.Replace(".", "\".\"", StringComparison.Ordinal)}\"";
        return (column.PhysicalType, column.LogicalType) switch
        {
            (_, LogicalType.Date) => $"{name} - DATE '1970-01-01'",
            (_, LogicalType.Timestamp(TimeUnit.Milliseconds, _)) => $"epoch_ms({name})",
            (_, LogicalType.Timestamp(TimeUnit.Microseconds, _)) => $"epoch_us({name})",
            (_, LogicalType.Timestamp(TimeUnit.Nanoseconds, _)) => $"epoch_ns({name})",
            (_, LogicalType.Time(TimeUnit.Milliseconds, _)) => $"epoch_ms({name}::TIME)",
            (_, LogicalType.Time(TimeUnit.Microseconds, _)) => $"epoch_us({name}::TIME)",
            (_, LogicalType.Time(TimeUnit.Nanoseconds, _)) => $"epoch_ns({name})",
            (PhysicalType.Int96, _) => $"epoch_ns({name})",
            (_, LogicalType.Uuid) => $"replace({name}::VARCHAR, '-', '')",
            (_, LogicalType.Json) => $"hex({name}::VARCHAR)",
            (_, LogicalType.Interval) => $"(year({name}) * 12 + month({name})) || ' ' || day({name}) || ' ' || (hour({name}) * 3600000000 + minute({name}) * 60000000 + microsecond({name}))",
            (_, LogicalType.Decimal or LogicalType.Float16) => name,
            (PhysicalType.ByteArray or PhysicalType.FixedLenByteArray, _) => $"hex({name})",
            _ => name,
        };
    }

    private static string? Canonical(string? text, ParquetColumn column) => (column.PhysicalType, column.LogicalType) switch
    {
        _ when text is null => null,
        (_, LogicalType.Uuid) => text.ToUpperInvariant(),
        (PhysicalType.Float, _) or (_, LogicalType.Float16) => ColumnText.Hex(BitConverter.SingleToUInt32Bits(Parse(text, float.NaN, float.Parse))),
        (PhysicalType.Double, _) => ColumnText.Hex(BitConverter.DoubleToUInt64Bits(Parse(text, double.NaN, double.Parse))),
        _ => text,
    };

    private static T Parse<T>(string text, T notANumber, Func<string, IFormatProvider, T> parse) => text switch
    {
        "nan" => notANumber,
        "inf" => parse("Infinity", CultureInfo.InvariantCulture),
        "-inf" => parse("-Infinity", CultureInfo.InvariantCulture),
        _ => parse(text, CultureInfo.InvariantCulture),
    };
}
