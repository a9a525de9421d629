namespace NearData.Parquet;

/// <summary>A page of a column chunk, its dictionary, or all of it; see <see cref="OffsetIndex.Slices"/>.</summary>
/// <param name="Range">Where it lies.</param>
/// <param name="Rows">Its rows, counted from the row group's first; a dictionary has none.</param>
public readonly record struct ChunkSlice(FileRange Range, RowRange Rows)
{
    /// <summary>All of a chunk, its dictionary with its pages.</summary>
    public static ChunkSlice Whole(ColumnChunk chunk) => new(new FileRange(chunk.Offset, chunk.CompressedLength), new RowRange(0, chunk.ValueCount));
}
