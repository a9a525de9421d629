using System.Buffers;
using NearData.Parquet.Compression;
using NearData.Parquet.Thrift;

namespace NearData.Parquet.Pages;

/// <summary>
/// Walks over the pages of a chunk, or some of them: checks each header against what is there before anything is allocated for it,
/// checks checksums, and decompresses into one buffer that all pages of all chunks share.
/// </summary>
internal sealed class PageCursor : IDisposable
{
    /// <summary>
    /// The longest page that is read, uncompressed: 256 MiB. Writers make pages of about 1 MiB, a few put a whole chunk into
    /// one; the limit is what one reader may cost a node at most.
    /// </summary>
    private const int MaximumPageLength = 256 << 20;

    private readonly List<ChunkPart> _parts = [];
    private string _file = "";
    private ColumnChunk? _chunk;
    private BlockCodec? _codec;
    private byte[] _buffer = [];
    private int _part;
    private int _next;
    private ReadOnlyMemory<byte> _body;

    /// <summary>The present page's header.</summary>
    public PageHeader Header { get; private set; }

    /// <summary>The present page.</summary>
    public PagePlace Place { get; private set; }

    private ChunkPart Part => _parts[_part];

    private ColumnChunk Chunk => _chunk!;

    /// <summary>Starts a chunk.</summary>
    /// <param name="file">The file's name, for messages.</param>
    /// <param name="chunk">The chunk.</param>
    /// <param name="parts">What is there of it: ascending, at least one.</param>
    /// <exception cref="ParquetUnsupportedException">Its codec isn't read.</exception>
    public void Start(string file, ColumnChunk chunk, ReadOnlySpan<ChunkPart> parts)
    {
        if (_chunk is null || _chunk.Codec != chunk.Codec)
        {
            _codec?.Dispose();
            _codec = null;
            _codec = BlockCodec.For(chunk.Codec, file, chunk.Column.Path);
        }

        (_file, _chunk, _part, _next) = (file, chunk, 0, 0);
        _parts.Clear();
        _parts.AddRange(parts);
    }

    /// <summary>How many rows from a row on lie in no page that is there: all that are left where no pages follow.</summary>
    /// <param name="row">The next one behind those of the present page.</param>
    public long GapAt(long row)
    {
        while (_next == Part.Bytes.Length && row == Part.Slice.Rows.End && _part + 1 < _parts.Count)
        {
            _part++;
            _next = 0;
        }

        RowRange rows = Part.Slice.Rows;
        return row < rows.First ? rows.First - row
            : row == rows.End && _next == Part.Bytes.Length ? Chunk.ValueCount - row
            : 0;
    }

    /// <summary>Moves to the next page and checks its frame; its content isn't touched.</summary>
    /// <param name="row">The next one behind those of the present page, which isn't in a gap.</param>
    public void MoveNext(long row)
    {
        long rowsLeft = Part.Slice.Rows.End - row;
        ReadOnlyMemory<byte> bytes = Part.Bytes;
        Place = new PagePlace(_file, Chunk.Column.Path, Part.Slice.Range.Offset + _next);
        if (_next == bytes.Length)
        {
            throw Place.Broken($"The column chunk ends with {rowsLeft} of its {Chunk.ValueCount} values left.");
        }

        CompactReader reader = new(bytes.Span[_next..], _file, Place.Offset);
        PageHeader header = PageHeader.Read(ref reader);
        int start = _next + reader.Position;
        if (header.CompressedLength > bytes.Length - start)
        {
            throw Place.Broken(
                $"A page of {header.CompressedLength} bytes exceeds the {bytes.Length - start} bytes left of its chunk.");
        }

        if (header.UncompressedLength > Math.Min(Chunk.UncompressedLength, MaximumPageLength))
        {
            throw Place.Broken(
                $"A page of {header.UncompressedLength} bytes uncompressed exceeds its chunk's {Chunk.UncompressedLength} "
                + $"or the limit of {MaximumPageLength}.");
        }

        if (header.Type is PageType.Data or PageType.DataV2)
        {
            CheckValues(header.ValueCount, rowsLeft);
        }

        Header = header;
        _body = bytes.Slice(start, header.CompressedLength);
        _next = start + header.CompressedLength;
    }

    private void CheckValues(int count, long rowsLeft)
    {
        if (count > rowsLeft)
        {
            throw Place.Broken($"A page of {count} values exceeds the {rowsLeft} left of its chunk.");
        }

        // A page that is read on its own has the rows that the index says, and no others: they would be taken for each other.
        if (Part.Slice.Rows.Count != Chunk.ValueCount && count != Part.Slice.Rows.Count)
        {
            throw Place.Broken($"A page of {count} values has {Part.Slice.Rows.Count} in the chunk's offset index.");
        }
    }

    /// <summary>The present page's content, uncompressed; valid until the next page is opened.</summary>
    public PageValues Open()
    {
        if (Header.Checksum is { } expected && Crc32.Of(_body.Span) is var found && found != expected)
        {
            throw Place.Broken($"The page's CRC-32 is 0x{found:X8}, its header says 0x{expected:X8}.");
        }

        int levels = Header.RepetitionLevelLength + Header.DefinitionLevelLength;
        bool isPlain = _codec is null || (Header.Type == PageType.DataV2 && !Header.IsCompressed);
        if (!isPlain)
        {
            return new PageValues(Decompress(_codec!, levels), Place);
        }

        return Header.CompressedLength == Header.UncompressedLength
            ? new PageValues(_body, Place)
            : throw Place.Broken(
                $"An uncompressed page has {Header.CompressedLength} bytes, its header says {Header.UncompressedLength}.");
    }

    public void Dispose()
    {
        _codec?.Dispose();
        if (_buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = [];
        }
    }

    // In version 2 the levels stand uncompressed before the compressed values.
    private ReadOnlyMemory<byte> Decompress(BlockCodec codec, int levels)
    {
        ReadOnlySpan<byte> source = _body.Span;
        int length = Header.UncompressedLength - levels;
        ReadOnlySpan<byte> compressed = source[levels..];
        if (length > codec.MaximumExpansion(compressed.Length))
        {
            throw Place.Broken($"{compressed.Length} bytes of {Chunk.Codec} can't hold the {length} that the page claims.");
        }

        Reserve(Header.UncompressedLength + BlockCodec.Slack);
        source[..levels].CopyTo(_buffer);

        // A page without values may have no compressed block at all, which no codec takes for an empty one.
        bool isEmpty = length == 0 && compressed.IsEmpty;
        return isEmpty || codec.TryDecompress(compressed, _buffer.AsSpan(levels), length)
            ? _buffer.AsMemory(0, Header.UncompressedLength)
            : throw Place.Broken(
                $"{compressed.Length} bytes of {Chunk.Codec} are broken, or don't hold the {length} that the page claims.");
    }

    private void Reserve(int length)
    {
        if (_buffer.Length < length)
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent(length);
            if (_buffer.Length > 0)
            {
                ArrayPool<byte>.Shared.Return(_buffer);
            }

            _buffer = larger;
        }
    }
}
