namespace NearData.Parquet;

/// <summary>Some pages of a column chunk; see <see cref="OffsetIndex.Slice"/>.</summary>
/// <param name="Dictionary">The bytes before the first data page; none when the chunk has no dictionary.</param>
/// <param name="Pages">The pages.</param>
/// <param name="FirstRow">The first row of the first page, counted from the row group's first.</param>
/// <param name="RowCount">Rows of all the pages.</param>
public readonly record struct ChunkSlice(FileRange Dictionary, FileRange Pages, long FirstRow, long RowCount);
