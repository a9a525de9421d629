namespace NearData.Parquet.Writing;

/// <summary>A data page that was written, for the page indexes.</summary>
/// <param name="Offset">Bytes from the first data page's start.</param>
/// <param name="Length">Bytes, the header included.</param>
/// <param name="FirstRow">Counted from the row group's first.</param>
/// <param name="IsNull">Whether all its values are null.</param>
/// <param name="NullCount">Nulls.</param>
/// <param name="Range">The bounds of its values; null when it has none that are kept.</param>
internal sealed record WrittenPage(
    int Offset, int Length, int FirstRow, bool IsNull, int NullCount, (ReadOnlyMemory<byte> Min, ReadOnlyMemory<byte> Max)? Range);
