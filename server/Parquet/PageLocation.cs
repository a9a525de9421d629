namespace NearData.Parquet;

/// <summary>Where a data page lies.</summary>
/// <param name="Offset">Of its header, in bytes from the file's start.</param>
/// <param name="Length">Bytes, the header included.</param>
/// <param name="FirstRow">The first of its rows, counted from the row group's first.</param>
public readonly record struct PageLocation(long Offset, int Length, long FirstRow);
