namespace NearData.Parquet;

/// <summary>Bytes of a file, checked to lie inside it.</summary>
/// <param name="Offset">Bytes from the file's start.</param>
/// <param name="Length">Bytes.</param>
public readonly record struct FileRange(long Offset, long Length);
