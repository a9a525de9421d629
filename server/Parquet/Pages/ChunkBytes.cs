namespace NearData.Parquet.Pages;

/// <summary>Bytes of a chunk.</summary>
/// <param name="Offset">Where they lie, in bytes from the file's start.</param>
/// <param name="Bytes">The bytes; valid as long as their owner says.</param>
internal readonly record struct ChunkBytes(long Offset, ReadOnlyMemory<byte> Bytes);
