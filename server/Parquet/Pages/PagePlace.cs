namespace NearData.Parquet.Pages;

/// <summary>Which page is being read, for messages.</summary>
/// <param name="Offset">Where the page starts, in bytes from the file's start.</param>
internal readonly record struct PagePlace(string File, string Column, long Offset)
{
    public ParquetFormatException Broken(string message) => new(File, Offset, $"Column {Column}: {message}");

    public ColumnAccessException BatchFull() =>
        new(File, Column, $"The rows exceed {ByteArrayBatch.MaximumDataLength} bytes: read fewer at once.");
}
