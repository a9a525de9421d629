using System.Collections.Immutable;
using NearData.Parquet.Thrift;

namespace NearData.Parquet;

/// <summary>Where each data page of a column chunk lies and which rows it has (parquet.thrift, OffsetIndex). Immutable.</summary>
public sealed class OffsetIndex
{
    private readonly ColumnChunk _chunk;
    private readonly long _rows;

    private OffsetIndex(ColumnChunk chunk, long rows, ImmutableArray<PageLocation> pages)
    {
        _chunk = chunk;
        _rows = rows;
        Pages = pages;
    }

    /// <summary>The data pages in file order, checked to lie inside the chunk, one behind the other.</summary>
    public ImmutableArray<PageLocation> Pages { get; }

    /// <summary>Reads an index.</summary>
    /// <param name="file">The file's name, for messages.</param>
    /// <param name="chunk">The chunk whose <see cref="ColumnChunk.OffsetIndex"/> it is.</param>
    /// <param name="rows">Rows of the chunk's row group.</param>
    /// <param name="bytes">The bytes of that range.</param>
    /// <exception cref="ParquetFormatException">The index is broken or doesn't belong to the chunk.</exception>
    public static OffsetIndex Parse(string file, ColumnChunk chunk, long rows, ReadOnlySpan<byte> bytes)
    {
        CompactReader reader = new(bytes, file, chunk.OffsetIndex?.Offset ?? 0);
        ImmutableArray<PageLocation>.Builder pages = ImmutableArray.CreateBuilder<PageLocation>();
        int id = 0;
        while (reader.NextField(ref id, out CompactType field))
        {
            if (id != 1)
            {
                reader.Skip(field);
                continue;
            }

            for (int left = reader.ReadListHeader(field, CompactType.Struct, "page_locations"); left > 0; left--)
            {
                pages.Add(ReadLocation(ref reader));
            }
        }

        Check(ref reader, chunk, rows, pages);
        return new OffsetIndex(chunk, rows, pages.ToImmutable());
    }

    /// <summary>
    /// What is to be read for some rows: the dictionary, where the chunk has one, and each page that holds such rows.
    /// </summary>
    /// <param name="rows">Ascending, and apart from each other.</param>
    public List<ChunkSlice> Slices(IReadOnlyList<RowRange> rows)
    {
        List<ChunkSlice> slices = [];
        if (rows.Count > 0 && Pages[0].Offset > _chunk.Offset)
        {
            slices.Add(new ChunkSlice(new FileRange(_chunk.Offset, Pages[0].Offset - _chunk.Offset), default));
        }

        int next = 0;
        foreach (RowRange range in rows)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan(range.End, _rows);
            next = Math.Max(next, PageOf(range.First));
            for (; next < Pages.Length && Pages[next].FirstRow < range.End; next++)
            {
                slices.Add(new ChunkSlice(new FileRange(Pages[next].Offset, Pages[next].Length), RowsOf(next)));
            }
        }

        return slices;
    }

    /// <summary>How many pages hold none of some rows.</summary>
    /// <param name="rows">Ascending, and apart from each other.</param>
    public int PagesOutside(IReadOnlyList<RowRange> rows)
    {
        int inside = 0;
        int next = 0;
        foreach (RowRange range in rows)
        {
            int last = PageOf(range.End - 1);
            next = Math.Max(next, PageOf(range.First));
            inside += last + 1 - next;
            next = last + 1;
        }

        return Pages.Length - inside;
    }

    /// <summary>A page's rows.</summary>
    public RowRange RowsOf(int page)
    {
        long first = Pages[page].FirstRow;
        return new RowRange(first, (page + 1 < Pages.Length ? Pages[page + 1].FirstRow : _rows) - first);
    }

    private int PageOf(long row)
    {
        int low = 0;
        for (int high = Pages.Length - 1; low < high;)
        {
            int middle = (low + high + 1) / 2;
            (low, high) = Pages[middle].FirstRow <= row ? (middle, high) : (low, middle - 1);
        }

        return low;
    }

    private static PageLocation ReadLocation(scoped ref CompactReader reader)
    {
        long offset = 0;
        int length = 0;
        long firstRow = 0;
        int id = 0;
        while (reader.NextField(ref id, out CompactType field))
        {
            switch (id)
            {
                case 1:
                    offset = reader.ReadInt64(field, "offset");
                    break;
                case 2:
                    length = reader.ReadInt32(field, "compressed_page_size");
                    break;
                case 3:
                    firstRow = reader.ReadInt64(field, "first_row_index");
                    break;
                default:
                    reader.Skip(field);
                    break;
            }
        }

        return new PageLocation(offset, length, firstRow);
    }

    private static void Check(scoped ref CompactReader reader, ColumnChunk chunk, long rows, ImmutableArray<PageLocation>.Builder pages)
    {
        long end = chunk.Offset;
        long row = -1;
        foreach (PageLocation page in pages)
        {
            bool isSound = page.Length > 0 && page.Offset >= end && page.Offset + page.Length <= chunk.Offset + chunk.CompressedLength
                && page.FirstRow > row && page.FirstRow < rows && (row >= 0 || page.FirstRow == 0);
            if (!isSound)
            {
                throw reader.Broken($"The offset index has a page at {page.Offset} of {page.Length} bytes from row {page.FirstRow}, which "
                    + $"doesn't fit column {chunk.Column.Path} with {rows} rows at {chunk.Offset} of {chunk.CompressedLength} bytes.");
            }

            end = page.Offset + page.Length;
            row = page.FirstRow;
        }

        if (pages.Count == 0 && rows > 0)
        {
            throw reader.Broken($"The offset index of column {chunk.Column.Path} has no pages for its {rows} rows.");
        }
    }
}
