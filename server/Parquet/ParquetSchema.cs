using System.Collections.Immutable;

namespace NearData.Parquet;

/// <summary>The columns of a file: the leaves of its schema, in file order; each column's index is its place here.</summary>
public sealed record ParquetSchema(ImmutableArray<ParquetColumn> Columns)
{
    /// <summary>The columns, in file order.</summary>
    public ImmutableArray<ParquetColumn> Columns { get; } =
        [.. Columns.Select((column, index) => column.Index == index ? column : column with { Index = index })];

    /// <summary>A schema for a writer.</summary>
    public static ParquetSchema Of(params ReadOnlySpan<ParquetColumn> columns) => new([.. columns]);

    /// <summary>The column of this path (for a flat column, its name), or null; case counts.</summary>
    public ParquetColumn? Find(string path) =>
        Columns.FirstOrDefault(column => string.Equals(column.Path, path, StringComparison.Ordinal));
}
