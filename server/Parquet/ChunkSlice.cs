namespace NearData.Parquet;

/// <summary>Pages of a column chunk that lie one behind the other, or its dictionary; see <see cref="OffsetIndex.Slices"/>.</summary>
/// <param name="Range">Where they lie.</param>
/// <param name="Rows">Theirs, counted from the row group's first; a dictionary has none.</param>
public readonly record struct ChunkSlice(FileRange Range, RowRange Rows);
