namespace NearData.Parquet;

/// <summary>Rows that all have one code.</summary>
/// <param name="FirstWord">Where they begin, in words of <see cref="RowCodes.WordRows"/> rows.</param>
/// <param name="Words">How many words they are.</param>
/// <param name="Code">Their code.</param>
public readonly record struct CodeRun(int FirstWord, int Words, uint Code)
{
    /// <summary>The word behind the last one.</summary>
    public int EndWord => FirstWord + Words;

    /// <summary>The first row.</summary>
    public int FirstRow => FirstWord * RowCodes.WordRows;

    /// <summary>The row behind the last one.</summary>
    public int EndRow => EndWord * RowCodes.WordRows;
}
