namespace NearData.Parquet;

/// <summary>The caller asks a column for something that it can't give, such as a type that would lose values.</summary>
public sealed class ColumnAccessException(string file, string column, string message)
    : ParquetException(file, $"{file}, column {column}: {message}")
{
    /// <summary>The column's path.</summary>
    public string Column { get; } = column;
}
