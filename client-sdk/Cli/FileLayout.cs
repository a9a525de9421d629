using System.Globalization;
using System.Text;
using NearData.Parquet;

namespace NearData.Cli;

/// <summary>A Parquet file's footer and page indexes, for people and as JSON.</summary>
internal sealed record FileLayout(string File, long Rows, string? CreatedBy, FileLayout.Column[] Columns, FileLayout.Group[] RowGroups)
{
    /// <summary>The longest text of a bound that is shown, in characters.</summary>
    private const int LongestBound = 24;

    public static FileLayout Of(ParquetFile file) => new(
        Path.GetFileName(file.Path),
        file.Metadata.RowCount,
        file.Metadata.CreatedBy,
        [.. file.Metadata.Schema.Columns.Select(column => new Column(
            column.Path,
            column.TypeLength > 0 ? $"{column.PhysicalType}({column.TypeLength})" : $"{column.PhysicalType}",
            column.LogicalType is { } meaning ? $"{meaning}".Replace(" { }", "", StringComparison.Ordinal) : "",
            column.IsRepeated ? "any number" : column.IsNullable ? "one or null" : "one"))],
        [.. file.Metadata.RowGroups.Select((group, index) => new Group(group.RowCount, [.. group.Chunks.Select(chunk => Describe(file, index, chunk))]))]);

    private static Chunk Describe(ParquetFile file, int group, ColumnChunk chunk) => new(
        chunk.Column.Path,
        chunk.Offset,
        chunk.CompressedLength,
        chunk.UncompressedLength,
        $"{chunk.Codec}",
        [.. chunk.Encodings.Select(encoding => $"{encoding}")],
        chunk.OffsetIndex is null ? null : file.ReadOffsetIndex(group, chunk.Column.Index)!.Pages.Length,
        chunk.Statistics?.NullCount,
        RangeOf(chunk.Statistics),
        [.. Also(chunk)]);

    private static IEnumerable<string> Also(ColumnChunk chunk)
    {
        if (chunk.ColumnIndex is not null)
        {
            yield return "column index";
        }

        if (chunk.OffsetIndex is not null)
        {
            yield return "offset index";
        }

        if (chunk.BloomFilter is not null)
        {
            yield return "bloom filter";
        }

        if (chunk.Obstacle is { } obstacle)
        {
            yield return obstacle;
        }
    }

    private static string RangeOf(ColumnStatistics? statistics) => statistics switch
    {
        null or { Min: null } or { Max: null } => "",
        _ when statistics.TryGetInt64Range(out long min, out long max) => $"{Number(statistics.Column, min)} .. {Number(statistics.Column, max)}",
        _ => $"{Bound(statistics.Column, statistics.Min.Value.Span)} .. {Bound(statistics.Column, statistics.Max.Value.Span)}",
    };

    private static string Number(ParquetColumn column, long value) => column.LogicalType switch
    {
        LogicalType.Date when value is > -719_162 and < 2_932_897 => DateOnly.FromDateTime(DateTime.UnixEpoch).AddDays((int)value).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        LogicalType.Decimal(_, var scale) when scale is > 0 and <= 28 && decimal.GetBits(value) is [var low, var middle, var high, _] =>
            new decimal(low, middle, high, value < 0, (byte)scale).ToString(CultureInfo.InvariantCulture),
        _ => value.ToString(CultureInfo.InvariantCulture),
    };

    private static string Bound(ParquetColumn column, ReadOnlySpan<byte> bound) => Short(column switch
    {
        { PhysicalType: PhysicalType.Boolean } => bound[0] == 0 ? "false" : "true",
        { PhysicalType: PhysicalType.Float } => BitConverter.ToSingle(bound).ToString(CultureInfo.InvariantCulture),
        { PhysicalType: PhysicalType.Double } => BitConverter.ToDouble(bound).ToString(CultureInfo.InvariantCulture),
        { LogicalType: LogicalType.String or LogicalType.Enum or LogicalType.Json } => string.Concat(Encoding.UTF8.GetString(bound).Select(letter => char.IsControl(letter) ? '\uFFFD' : letter)),
        _ => Convert.ToHexString(bound),
    });

    private static string Short(string text) => text.Length <= LongestBound ? text : text[..LongestBound] + "…";

    internal sealed record Column(string Path, string StoredAs, string Meaning, string PerRow);

    internal sealed record Group(long Rows, Chunk[] Chunks);

    internal sealed record Chunk(
        string Path, long Offset, long Bytes, long UnpackedBytes, string Codec, string[] Encodings, int? Pages, long? Nulls, string Range, string[] Also);
}
