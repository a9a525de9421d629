using NearData.Parquet.Encodings;

namespace NearData.Parquet.Writing;

/// <summary>A chunk that is in the file, with what only its footer entry needs.</summary>
/// <param name="DictionaryLength">
/// Bytes of the dictionary page with its header, 0 where there is none: data pages follow it.
/// </param>
internal sealed record WrittenChunk(ColumnChunk Chunk, int DictionaryLength, IReadOnlyList<PageEncoding> Encodings);
