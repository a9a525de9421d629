namespace NearData.Parquet;

/// <summary>The data is wrong: the file doesn't say what the Parquet format allows, or contradicts itself.</summary>
public sealed class ParquetFormatException(string file, long offset, string message)
    : ParquetException(file, $"{file}, offset {offset}: {message}")
{
    /// <summary>Where in the file, in bytes from its start; for compressed content, where its page starts.</summary>
    public long Offset { get; } = offset;
}
