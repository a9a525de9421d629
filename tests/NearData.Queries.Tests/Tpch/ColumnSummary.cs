using System.Text;
using NearData.Parquet;
using NearData.Queries.Tpch;
using NearData.Queries.Tpch.Columns;
using NearData.Queries.Tpch.Tables;
using NearData.TestSupport;

namespace NearData.Queries.Tests.Tpch;

/// <summary>
/// A column in a few numbers. Decimals count as their unscaled integers, dates as days since 1970-01-01; of strings the sum
/// is that of their bytes.
/// </summary>
internal sealed record ColumnSummary(string Column, long Values, long Nulls, string Min, string Max, Int128 Sum)
{
    /// <summary>As the generator holds the values, before anything is written.</summary>
    public static List<ColumnSummary> OfMemory(TpchData data, TpchTable table)
    {
        List<ColumnSummary> whole = [];
        foreach (RowBatch batch in data.Batches(table, 10_000))
        {
            List<ColumnSummary> piece = [.. batch.Columns.Select(Of)];
            whole = whole.Count == 0 ? piece : [.. whole.Zip(piece, Merge)];
        }

        return whole;
    }

    /// <summary>As DuckDB reads the file.</summary>
    public static List<ColumnSummary> OfFile(DuckDb duckDb, TpchTable table, IEnumerable<ParquetColumn> columns) =>
        [.. columns.Select(column => Of(duckDb, table, column))];

    private static ColumnSummary Of(DuckDb duckDb, TpchTable table, ParquetColumn column)
    {
        string value = column.LogicalType switch
        {
            LogicalType.Decimal => $"({column.Name} * 100)::BIGINT",
            LogicalType.Date => $"({column.Name} - DATE '1970-01-01')",
            _ => column.Name,
        };
        string size = column.LogicalType is LogicalType.String ? $"strlen({column.Name})" : value;
        string?[] row = duckDb.Query($"""
            SELECT count({value}), count(*) - count({value}), min({value}), max({value}), sum({size}::HUGEINT)::VARCHAR
            FROM {table}
            """).Single();
        return new ColumnSummary(column.Name, long.Parse(row[0]!), long.Parse(row[1]!), row[2]!, row[3]!, Int128.Parse(row[4]!));
    }

    private static ColumnSummary Of(ColumnBuffer column) => column switch
    {
        NumberBuffer<int> numbers => Of(column, [.. numbers.Values.ToArray().Select(value => (long)value)]),
        NumberBuffer<long> numbers => Of(column, numbers.Values.ToArray()),
        TextBuffer texts => Of(texts),
        _ => throw new InvalidOperationException($"{column.GetType()} is no known kind of column."),
    };

    private static ColumnSummary Of(ColumnBuffer column, long[] all) => new(
        column.Definition.Name, all.Length, Nulls: 0, $"{all.Min()}", $"{all.Max()}",
        all.Aggregate(Int128.Zero, (sum, value) => sum + value));

    private static ColumnSummary Of(TextBuffer column)
    {
        string[] all = [.. Enumerable.Range(0, column.Count).Select(row => Encoding.ASCII.GetString(column[row]))];
        return new ColumnSummary(
            column.Definition.Name, all.Length, Nulls: 0, all.Min(StringComparer.Ordinal)!, all.Max(StringComparer.Ordinal)!,
            all.Sum(text => (long)text.Length));
    }

    private static ColumnSummary Merge(ColumnSummary one, ColumnSummary other) => one with
    {
        Values = one.Values + other.Values,
        Min = Compare(one.Min, other.Min) <= 0 ? one.Min : other.Min,
        Max = Compare(one.Max, other.Max) >= 0 ? one.Max : other.Max,
        Sum = one.Sum + other.Sum,
    };

    // A column's values are all numbers or all not, except by an accident that would be seen as a difference.
    private static int Compare(string one, string other) =>
        long.TryParse(one, out long left) && long.TryParse(other, out long right)
            ? left.CompareTo(right)
            : string.CompareOrdinal(one, other);
}
