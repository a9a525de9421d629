namespace NearData.Parquet;

/// <summary>What a chunk is read from: a page of it, its dictionary, or all of it, in memory.</summary>
/// <param name="Slice">Which.</param>
/// <param name="Bytes">As they lie in the file.</param>
public readonly record struct ChunkPart(ChunkSlice Slice, ReadOnlyMemory<byte> Bytes);
