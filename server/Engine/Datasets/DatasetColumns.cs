using System.Collections.Immutable;
using NearData.Engine.Formats;

namespace NearData.Engine.Datasets;

/// <summary>Makes a dataset's columns out of those of its files.</summary>
internal static class DatasetColumns
{
    /// <param name="dataset">For messages.</param>
    /// <param name="files">One or more.</param>
    /// <param name="partitions">Columns of their partitions, which go before those that files have under the same names.</param>
    /// <exception cref="DatasetSchemaException">A file has other columns than the first one, or there are too many rows.</exception>
    public static ImmutableArray<DatasetColumn> Unify(string dataset, ImmutableArray<DatasetFile> files, ImmutableArray<DatasetColumn> partitions)
    {
        foreach (DatasetFile file in files.Skip(1))
        {
            CheckSame(dataset, files[0], file);
        }

        CheckRowCount(dataset, files);
        return
        [
            .. files[0].Content.Columns
                .Where(column => !partitions.Any(partition => string.Equals(partition.Name, column.Name, StringComparison.Ordinal)))
                .Select(column => Summarize(column, files)),
            .. partitions,
        ];
    }

    private static void CheckSame(string dataset, DatasetFile first, DatasetFile file)
    {
        foreach (FileColumn expected in first.Content.Columns)
        {
            FileColumn found = Find(file, expected.Name)
                ?? throw new DatasetSchemaException(dataset, file.Name, $"lacks column '{expected.Name}', which {first.Name} has");
            if (found.Type != expected.Type)
            {
                throw new DatasetSchemaException(
                    dataset, file.Name, $"has column '{expected.Name}' as {found.Type}, and {first.Name} as {expected.Type}");
            }
        }

        if (file.Content.Columns.Length != first.Content.Columns.Length)
        {
            throw new DatasetSchemaException(
                dataset, file.Name, $"has {file.Content.Columns.Length} columns, and {first.Name} {first.Content.Columns.Length}");
        }
    }

    /// <summary>Rows that repeat one value need no bytes, so that a footer may claim any number of them.</summary>
    private static void CheckRowCount(string dataset, ImmutableArray<DatasetFile> files)
    {
        Int128 rows = 0;
        foreach (DatasetFile file in files)
        {
            rows += file.Content.RowCount ?? 0;
            if (rows > long.MaxValue)
            {
                throw new DatasetSchemaException(dataset, file.Name, $"brings the rows to {rows}, more than can be counted");
            }
        }
    }

    private static DatasetColumn Summarize(FileColumn column, ImmutableArray<DatasetFile> files)
    {
        bool nullable = false;
        long? nulls = 0;
        ValueSpan values = ValueSpan.None;
        foreach (DatasetFile file in files)
        {
            FileColumn own = Find(file, column.Name)!;
            nullable |= own.IsNullable;
            nulls += own.NullCount;
            values = values.Union(own.Values);
        }

        return new DatasetColumn(column.Name, column.Type, nullable, nulls, values.Range);
    }

    private static FileColumn? Find(DatasetFile file, string name) =>
        file.Content.Columns.FirstOrDefault(column => string.Equals(column.Name, name, StringComparison.Ordinal));
}
