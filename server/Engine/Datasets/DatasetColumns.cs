using System.Collections.Immutable;
using NearData.Parquet;

namespace NearData.Engine.Datasets;

/// <summary>Makes a dataset's columns out of its files' footers.</summary>
internal static class DatasetColumns
{
    /// <exception cref="DatasetSchemaException">A file has other columns than the first one, or there are too many rows.</exception>
    public static ImmutableArray<DatasetColumn> Unify(string dataset, ImmutableArray<DatasetFile> files)
    {
        ImmutableArray<ParquetColumn> first = SingleColumns(files[0]);
        foreach (DatasetFile file in files.Skip(1))
        {
            CheckSame(dataset, files[0], first, file);
        }

        CheckRowCount(dataset, files);
        return [.. first.Select(column => Summarize(column, files))];
    }

    public static ColumnType TypeOf(ParquetColumn column) => (column.LogicalType, column.PhysicalType) switch
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

    /// <summary>Those with one value per row: flat ones, and leaves of structures.</summary>
    private static ImmutableArray<ParquetColumn> SingleColumns(DatasetFile file) =>
        [.. file.Metadata.Schema.Columns.Where(column => !column.IsRepeated)];

    private static void CheckSame(string dataset, DatasetFile firstFile, ImmutableArray<ParquetColumn> first, DatasetFile file)
    {
        ImmutableArray<ParquetColumn> columns = SingleColumns(file);
        foreach (ParquetColumn expected in first)
        {
            ParquetColumn? found = columns.FirstOrDefault(column => string.Equals(column.Path, expected.Path, StringComparison.Ordinal));
            if (found is null)
            {
                throw new DatasetSchemaException(dataset, file.Name, $"lacks column '{expected.Path}', which {firstFile.Name} has");
            }

            if (TypeOf(found) != TypeOf(expected))
            {
                throw new DatasetSchemaException(
                    dataset, file.Name, $"has column '{expected.Path}' as {TypeOf(found)}, and {firstFile.Name} as {TypeOf(expected)}");
            }
        }

        if (columns.Length != first.Length)
        {
            throw new DatasetSchemaException(dataset, file.Name, $"has {columns.Length} columns, and {firstFile.Name} {first.Length}");
        }
    }

    /// <summary>Rows that repeat one value need no bytes, so that a footer may claim any number of them.</summary>
    private static void CheckRowCount(string dataset, ImmutableArray<DatasetFile> files)
    {
        Int128 rows = 0;
        foreach (DatasetFile file in files)
        {
            rows += file.Metadata.RowCount;
            if (rows > long.MaxValue)
            {
                throw new DatasetSchemaException(dataset, file.Name, $"brings the rows to {rows}, more than can be counted");
            }
        }
    }

    private static DatasetColumn Summarize(ParquetColumn column, ImmutableArray<DatasetFile> files)
    {
        bool nullable = false;
        long? nulls = 0;
        (long Minimum, long Maximum)? range = null;
        bool rangeKnown = true;
        foreach (DatasetFile file in files)
        {
            ParquetColumn own = file.Metadata.Schema.Columns.First(candidate => !candidate.IsRepeated && string.Equals(candidate.Path, column.Path, StringComparison.Ordinal));
            nullable |= own.IsNullable;
            foreach (RowGroup group in file.Metadata.RowGroups.Where(group => group.RowCount > 0))
            {
                ColumnStatistics? statistics = group.Chunks[own.Index].Statistics;
                nulls += own.IsNullable ? statistics?.NullCount : 0;
                if (statistics?.NullCount == group.RowCount)
                {
                    continue;
                }

                if (statistics is null || !statistics.TryGetInt64Range(out long minimum, out long maximum))
                {
                    rangeKnown = false;
                    continue;
                }

                range = range is { } known
                    ? (Math.Min(known.Minimum, minimum), Math.Max(known.Maximum, maximum))
                    : (minimum, maximum);
            }
        }

        return new DatasetColumn(column.Path, TypeOf(column), nullable, nulls, rangeKnown ? range : null);
    }

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
