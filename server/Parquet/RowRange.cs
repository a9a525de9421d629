namespace NearData.Parquet;

/// <summary>Rows that follow each other, counted from a row group's first.</summary>
/// <param name="First">The first of them.</param>
/// <param name="Count">How many.</param>
public readonly record struct RowRange(long First, long Count)
{
    /// <summary>The row behind the last.</summary>
    public long End => First + Count;
}
