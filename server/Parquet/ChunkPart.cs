namespace NearData.Parquet;

/// <summary>What a chunk is read from: some of its pages in memory.</summary>
/// <param name="Slice">Which.</param>
/// <param name="Bytes">As they lie in the file.</param>
public readonly record struct ChunkPart(ChunkSlice Slice, ReadOnlyMemory<byte> Bytes);
