namespace NearData.Parquet;

/// <summary>What a chunk is read from: a page of it, its dictionary, or all of it, in memory.</summary>
/// <param name="Slice">Which.</param>
/// <param name="Bytes">As they lie in the file.</param>
public readonly record struct ChunkPart(ChunkSlice Slice, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>Sees that parts are what they say, in the order of their rows, and of the chunk.</summary>
    /// <exception cref="ColumnAccessException">They aren't.</exception>
    internal static void Check(string file, ColumnChunk chunk, ReadOnlySpan<ChunkPart> parts)
    {
        long row = 0;
        foreach (ChunkPart part in parts)
        {
            if (part.Bytes.Length != part.Slice.Range.Length)
            {
                throw new ColumnAccessException(file, chunk.Column.Path, $"{part.Bytes.Length} bytes were given for {part.Slice.Range.Length}.");
            }

            if (part.Slice.Rows.Count > 0 && part.Slice.Rows.First < row)
            {
                throw new ColumnAccessException(file, chunk.Column.Path, $"Row {part.Slice.Rows.First} was given behind row {row}.");
            }

            row = Math.Max(row, part.Slice.Rows.End);
        }

        bool isWhole = parts is [var only] && only.Slice.Rows.Count == chunk.ValueCount;
        if (row > chunk.ValueCount || parts.IsEmpty || (chunk.Column.IsRepeated && !isWhole))
        {
            throw new ColumnAccessException(file, chunk.Column.Path, $"{parts.Length} parts up to row {row} don't fit a chunk of {chunk.ValueCount} values.");
        }
    }
}
