namespace NearData.Parquet;

/// <summary>The file may be right, but this column uses something that is not read here; other columns stay usable.</summary>
public sealed class ParquetUnsupportedException(string file, string column, string feature)
    : ParquetException(file, $"{file}{(column.Length == 0 ? "" : $", column {column}")}: {feature} is not supported.")
{
    /// <summary>The column's path; empty when the whole file is meant.</summary>
    public string Column { get; } = column;

    /// <summary>What is not supported, such as <c>encoding DeltaBinaryPacked</c>.</summary>
    public string Feature { get; } = feature;
}
