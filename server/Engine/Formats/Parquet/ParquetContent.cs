using System.Collections.Immutable;
using NearData.Engine.Datasets;
using NearData.Parquet;

namespace NearData.Engine.Formats.Parquet;

/// <summary>A Parquet file, out of its footer.</summary>
public sealed class ParquetContent : FileContent
{
    public ParquetContent(ParquetMetadata metadata)
    {
        Metadata = metadata;
        Columns = [.. metadata.Schema.Columns.Where(column => !column.IsRepeated).Select(Summarize)];
        Parts = [.. metadata.RowGroups.Where(group => group.RowCount > 0).Select(group => new RowGroupPart(group))];
    }

    /// <summary>The footer.</summary>
    public ParquetMetadata Metadata { get; }

    /// <summary>Flat ones, and leaves of structures; lists are left out.</summary>
    public override ImmutableArray<FileColumn> Columns { get; }

    public override ImmutableArray<FilePart> Parts { get; }

    public override long? RowCount => Metadata.RowCount;

    public override long MostRows => Metadata.RowCount;

    private FileColumn Summarize(ParquetColumn column)
    {
        long? nulls = 0;
        ValueSpan values = ValueSpan.None;
        foreach (RowGroup group in Metadata.RowGroups.Where(group => group.RowCount > 0))
        {
            ColumnStatistics? statistics = group.Chunks[column.Index].Statistics;
            nulls += column.IsNullable ? statistics?.NullCount : 0;
            values = values.Union(statistics?.NullCount == group.RowCount ? ValueSpan.None
                : statistics?.TryGetInt64Range(out long minimum, out long maximum) == true ? ValueSpan.Of(minimum, maximum)
                : ValueSpan.Unknown);
        }

        return new FileColumn(column.Path, TypeOf(column), column.IsNullable, nulls, values);
    }

    private static ColumnType TypeOf(ParquetColumn column) => (column.LogicalType, column.PhysicalType) switch
    {
        (LogicalType.Decimal type, _) => new ColumnType(ColumnKind.Decimal, type.Precision, type.Scale),
        (LogicalType.Date, _) => new ColumnType(ColumnKind.Date),
        (LogicalType.Timestamp type, _) => new ColumnType(ColumnKind.Timestamp, Unit: type.Unit),
        (LogicalType.Time type, _) => new ColumnType(ColumnKind.Time, Unit: type.Unit),
        (LogicalType.String or LogicalType.Enum or LogicalType.Json, _) => new ColumnType(ColumnKind.String),
        (LogicalType.Integer type, _) => new ColumnType(IntegerKind(type)),
        (_, PhysicalType.Boolean) => new ColumnType(ColumnKind.Bool),
        (_, PhysicalType.Int32) => new ColumnType(ColumnKind.Int32),
        (_, PhysicalType.Int64) => new ColumnType(ColumnKind.Int64),
        (_, PhysicalType.Int96) => new ColumnType(ColumnKind.Int96),
        (_, PhysicalType.Float) => new ColumnType(ColumnKind.Float),
        (_, PhysicalType.Double) => new ColumnType(ColumnKind.Double),
        (_, PhysicalType.FixedLenByteArray) => new ColumnType(ColumnKind.FixedBinary, Length: column.TypeLength),
        _ => new ColumnType(ColumnKind.Binary),
    };

    private static ColumnKind IntegerKind(LogicalType.Integer type) => (type.Bits, type.Signed) switch
    {
        (8, true) => ColumnKind.Int8,
        (16, true) => ColumnKind.Int16,
        (32, true) => ColumnKind.Int32,
        (64, true) => ColumnKind.Int64,
        (8, false) => ColumnKind.UInt8,
        (16, false) => ColumnKind.UInt16,
        (32, false) => ColumnKind.UInt32,
        _ => ColumnKind.UInt64,
    };
}
