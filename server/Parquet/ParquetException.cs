namespace NearData.Parquet;

/// <summary>What every error of this library derives from: it always names the file.</summary>
public abstract class ParquetException : Exception
{
    private protected ParquetException(string file, string message)
        : base(message) => File = file;

    private protected ParquetException(string file, string message, Exception cause)
        : base(message, cause) => File = file;

    /// <summary>The file, by the name that the caller gave.</summary>
    public string File { get; }
}
