using NearData.Parquet;

namespace NearData.Engine.Formats.Parquet;

/// <summary>The page indexes of a file that is open: out of the cache, or read here and now, as its footer was. One thread.</summary>
/// <param name="file">The file.</param>
/// <param name="cache">What was read before.</param>
internal sealed class PageIndexes(OpenFile file, PageIndexCache cache)
{
    /// <summary>Bytes that are read at once: writers put the indexes of all chunks one behind the other.</summary>
    private const int WindowLength = 64 << 10;

    // Offset indexes lie behind all column indexes.
    private readonly Window _offsets = new(file.Bytes);
    private readonly Window _columns = new(file.Bytes);

    /// <summary>A chunk's, or null where it has none.</summary>
    /// <exception cref="ParquetFormatException">They are broken.</exception>
    public PageIndex? Of(ColumnChunk chunk, long rows)
    {
        if (!PageIndex.IsOf(chunk))
        {
            return null;
        }

        if (file.Kept is { } version && cache.Find(version, chunk) is { } known)
        {
            return known;
        }

        FileRange offsets = chunk.OffsetIndex!.Value;
        FileRange columns = chunk.ColumnIndex is { Length: <= PageIndex.MaximumLength } there ? there : default;
        PageIndex index = PageIndex.Parse(file.Bytes.Name, chunk, rows, _offsets.Read(offsets), _columns.Read(columns));
        if (file.Kept is { } kept)
        {
            cache.Add(kept, chunk, index, offsets.Length + columns.Length);
        }

        return index;
    }

    private sealed class Window(FileBytes bytes)
    {
        private byte[] _window = [];
        private long _start;

        public ReadOnlySpan<byte> Read(FileRange range)
        {
            if (range.Offset < _start || range.Offset + range.Length > _start + _window.Length)
            {
                _window = bytes.Read(range.Offset, (int)Math.Max(range.Length, WindowLength));
                _start = range.Offset;
            }

            return _window.AsSpan((int)(range.Offset - _start), (int)range.Length);
        }
    }
}
