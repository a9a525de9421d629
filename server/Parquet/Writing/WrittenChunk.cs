namespace NearData.Parquet.Writing;

/// <summary>A chunk that is in the file, with what only its footer entry needs.</summary>
/// <param name="DictionaryLength">
/// Bytes of the dictionary page with its header, 0 where there is none: data pages follow it.
/// </param>
/// <param name="Pages">The data pages, for the page indexes.</param>
/// <param name="BloomFilter">The chunk's bloom filter as the file is to hold it, or null.</param>
internal sealed record WrittenChunk(ColumnChunk Chunk, int DictionaryLength, IReadOnlyList<WrittenPage> Pages, byte[]? BloomFilter);
