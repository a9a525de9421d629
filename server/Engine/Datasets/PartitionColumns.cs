using System.Collections.Immutable;
using System.Globalization;
using NearData.Parquet;

namespace NearData.Engine.Datasets;

/// <summary>
/// Gives the columns of partitions their types, over all files: that of dates, of timestamps, or of 64-bit integers where every value is one,
/// as DuckDB does (hive_types_autocast), and else text. A number
/// with zeros before it is text.
/// </summary>
internal static class PartitionColumns
{
    private static readonly ImmutableArray<(ColumnType Type, Func<string, long?> Parse)> Candidates =
    [
        (new ColumnType(ColumnKind.Date), ParseDate),
        (new ColumnType(ColumnKind.Timestamp, Unit: TimeUnit.Microseconds), ParseTimestamp),
        (new ColumnType(ColumnKind.Int64), ParseInteger),
    ];

    /// <summary>The files, each with its values, and the columns.</summary>
    public static (ImmutableArray<DatasetFile> Files, ImmutableArray<DatasetColumn> Columns) Resolve(
        ImmutableArray<DatasetFile> files, ImmutableArray<ImmutableArray<PartitionValue>> partitions)
    {
        List<PartitionConstant>[] constants = [.. files.Select(_ => new List<PartitionConstant>())];
        ImmutableArray<DatasetColumn>.Builder columns = ImmutableArray.CreateBuilder<DatasetColumn>();
        foreach (string key in partitions[0].Select(value => value.Key))
        {
            string?[] texts = [.. partitions.Select(partition => partition.First(value => string.Equals(value.Key, key, StringComparison.Ordinal)).Text)];
            (ColumnType type, PartitionConstant[] values) = Resolve(key, texts);
            for (int file = 0; file < files.Length; file++)
            {
                constants[file].Add(values[file]);
            }

            columns.Add(Summarize(key, type, values, files));
        }

        return ([.. files.Select((file, index) => file with { Constants = [.. constants[index]] })], columns.ToImmutable());
    }

    private static (ColumnType Type, PartitionConstant[] Values) Resolve(string key, string?[] texts)
    {
        foreach ((ColumnType type, Func<string, long?> parse) in Candidates)
        {
            long?[] numbers = [.. texts.Select(text => text is null ? null : parse(text))];
            int missing = numbers.Count(number => number is null);
            if (missing < numbers.Length && missing == texts.Count(text => text is null))
            {
                return (type, [.. numbers.Select(number => new PartitionConstant(key, number is null, number ?? 0))]);
            }
        }

        return (new ColumnType(ColumnKind.String), [.. texts.Select(text => PartitionConstant.OfText(key, text))]);
    }

    private static DatasetColumn Summarize(string key, ColumnType type, PartitionConstant[] values, ImmutableArray<DatasetFile> files)
    {
        long? nulls = 0;
        (long, long)? range = null;
        for (int file = 0; file < files.Length; file++)
        {
            if (values[file].IsNull)
            {
                nulls += files[file].Content.RowCount;
            }
            else if (type.Kind != ColumnKind.String)
            {
                long number = values[file].Number;
                range = range is var (least, most) ? (Math.Min(least, number), Math.Max(most, number)) : (number, number);
            }
        }

        return new DatasetColumn(key, type, Array.Exists(values, value => value.IsNull), nulls, range) { IsPartition = true };
    }

    private static long? ParseDate(string text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly date)
            ? date.DayNumber - DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber
            : null;

    private static long? ParseTimestamp(string text)
    {
        string[] formats = ["yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd HH:mm:ss.FFFFFF", "yyyy-MM-ddTHH:mm:ss", "yyyy-MM-ddTHH:mm:ss.FFFFFF"];
        return DateTime.TryParseExact(text, formats, CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTime time)
            ? (time - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond
            : null;
    }

    private static long? ParseInteger(string text) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number)
        && string.Equals(number.ToString(CultureInfo.InvariantCulture), text, StringComparison.Ordinal)
            ? number
            : null;
}
