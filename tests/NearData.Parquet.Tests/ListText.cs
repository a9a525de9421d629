using System.Globalization;
using System.Numerics;

namespace NearData.Parquet.Tests;

/// <summary>A column of lists, put together from its entries, in DuckDB's text for lists.</summary>
internal static class ListText
{
    /// <summary>Entries per read: odd, so that reads, pages and groups of eight never line up.</summary>
    private const int BatchLength = 77;

    /// <param name="emptyLevel">The definition level of an empty list; one less is a missing list, one more a missing element.</param>
    public static string?[] Read<T>(ParquetFile file, int column, int emptyLevel)
        where T : unmanaged, INumber<T> =>
        [.. Enumerable.Range(0, file.Metadata.RowGroups.Length).SelectMany(group => Read<T>(file, group, column, emptyLevel))];

    private static List<string?> Read<T>(ParquetFile file, int group, int column, int emptyLevel)
        where T : unmanaged, INumber<T>
    {
        int highest = file.Metadata.Schema.Columns[column].MaxDefinition;
        using ColumnReader reader = file.OpenColumn(group, column);
        List<List<string>?> rows = [];
        T[] values = new T[BatchLength];
        byte[] definition = new byte[BatchLength];
        byte[] repetition = new byte[BatchLength];
        while (reader.RowsLeft > 0)
        {
            int count = reader.ReadEntries<T>(values, definition, repetition);
            for (int i = 0; i < count; i++)
            {
                if (repetition[i] == 0)
                {
                    rows.Add(definition[i] < emptyLevel ? null : []);
                }

                if (definition[i] > emptyLevel)
                {
                    rows[^1]!.Add(definition[i] == highest ? values[i].ToString(null, CultureInfo.InvariantCulture) : "NULL");
                }
            }
        }

        Assert.Equal(file.Metadata.RowGroups[group].RowCount, rows.Count);
        return [.. rows.Select(row => row is null ? null : $"[{string.Join(", ", row)}]")];
    }
}
