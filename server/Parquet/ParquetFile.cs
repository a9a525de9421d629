using Microsoft.Win32.SafeHandles;

namespace NearData.Parquet;

/// <summary>A file in the local file system, for tools and tests; the read path brings its own devices. Thread-safe.</summary>
public sealed class ParquetFile : IDisposable
{
    private readonly SafeFileHandle _handle;

    private ParquetFile(string path, SafeFileHandle handle, ParquetMetadata metadata)
    {
        Path = path;
        _handle = handle;
        Metadata = metadata;
    }

    /// <summary>The path that was opened.</summary>
    public string Path { get; }

    /// <summary>The footer.</summary>
    public ParquetMetadata Metadata { get; }

    /// <summary>Opens a file and reads its footer.</summary>
    /// <exception cref="IOException">The file can't be opened or read.</exception>
    /// <exception cref="ParquetException">The footer is broken or uses what isn't supported.</exception>
    public static ParquetFile Open(string path)
    {
        SafeFileHandle handle = File.OpenHandle(path);
        try
        {
            long length = RandomAccess.GetLength(handle);
            int trailerLength = (int)Math.Min(ParquetMetadata.TrailerLength, length);
            byte[] trailer = Read(handle, path, length - trailerLength, trailerLength);
            int footerLength = ParquetMetadata.FooterLength(path, length, trailer);
            byte[] footer = Read(handle, path, length - ParquetMetadata.TrailerLength - footerLength, footerLength);
            return new ParquetFile(path, handle, ParquetMetadata.Parse(path, length, footer));
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>Reads a chunk's bytes.</summary>
    public byte[] ReadChunk(ColumnChunk chunk)
    {
        if (chunk.CompressedLength > Array.MaxLength)
        {
            throw new ParquetUnsupportedException(Path, chunk.Column.Path, $"a column chunk of {chunk.CompressedLength} bytes");
        }

        return Read(_handle, Path, chunk.Offset, (int)chunk.CompressedLength);
    }

    /// <summary>A chunk's offset index, or null when it has none.</summary>
    public OffsetIndex? ReadOffsetIndex(int rowGroup, int column)
    {
        RowGroup group = Metadata.RowGroups[rowGroup];
        ColumnChunk chunk = group.Chunks[column];
        return chunk.OffsetIndex is { } range ? OffsetIndex.Parse(Path, chunk, group.RowCount, Read(range)) : null;
    }

    /// <summary>A chunk's column index, or null when it has none.</summary>
    public ColumnIndex? ReadColumnIndex(int rowGroup, int column)
    {
        ColumnChunk chunk = Metadata.RowGroups[rowGroup].Chunks[column];
        return chunk.ColumnIndex is { } range ? ColumnIndex.Parse(Path, chunk, Read(range)) : null;
    }

    /// <summary>A chunk's bloom filter, or null when it has none.</summary>
    public BloomFilter? ReadBloomFilter(int rowGroup, int column) =>
        Metadata.RowGroups[rowGroup].Chunks[column].BloomFilter is { } range ? BloomFilter.Parse(Path, range, Read(range)) : null;

    /// <summary>A reader over some pages of a chunk, whose bytes are read here and now.</summary>
    public ColumnReader OpenPages(int rowGroup, int column, IEnumerable<ChunkSlice> slices) =>
        ColumnReader.Open(Path, Metadata.RowGroups[rowGroup].Chunks[column], [.. slices.Select(slice => new ChunkPart(slice, Read(slice.Range)))]);

    /// <summary>A reader over a chunk, whose bytes are read here and now.</summary>
    public ColumnReader OpenColumn(int rowGroup, int column)
    {
        ColumnChunk chunk = Metadata.RowGroups[rowGroup].Chunks[column];
        return ColumnReader.Open(Path, chunk, ReadChunk(chunk));
    }

    public void Dispose() => _handle.Dispose();

    private byte[] Read(FileRange range) => Read(_handle, Path, range.Offset, (int)Math.Min(range.Length, Array.MaxLength));

    private static byte[] Read(SafeFileHandle handle, string path, long offset, int length)
    {
        byte[] bytes = new byte[length];
        for (int done = 0; done < length;)
        {
            int read = RandomAccess.Read(handle, bytes.AsSpan(done), offset + done);
            done += read > 0
                ? read
                : throw new ParquetFormatException(path, offset + done, "The file has become shorter while it was read.");
        }

        return bytes;
    }
}
