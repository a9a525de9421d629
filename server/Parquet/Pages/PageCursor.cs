using System.Buffers;
using NearData.Parquet.Compression;
using NearData.Parquet.Thrift;

namespace NearData.Parquet.Pages;

/// <summary>
/// Walks over the pages of one chunk: checks each header against what is there before anything is allocated for it, checks
/// checksums, and decompresses into one buffer that all pages share.
/// </summary>
/// <param name="file">The file's name, for messages.</param>
/// <param name="chunk">The chunk.</param>
/// <param name="first">The chunk's bytes, or its dictionary.</param>
/// <param name="rest">Pages that don't follow the first bytes directly; empty for a whole chunk.</param>
internal sealed class PageCursor(string file, ColumnChunk chunk, ChunkBytes first, ChunkBytes rest) : IDisposable
{
    /// <summary>
    /// The longest page that is read, uncompressed: 256 MiB. Writers make pages of about 1 MiB, a few put a whole chunk into
    /// one; the limit is what one reader may cost a node at most.
    /// </summary>
    private const int MaximumPageLength = 256 << 20;

    private readonly BlockCodec? _codec = BlockCodec.For(chunk.Codec, file, chunk.Column.Path);
    private byte[] _buffer = [];
    private ChunkBytes _bytes = first;
    private ChunkBytes _rest = rest;
    private int _next;
    private ReadOnlyMemory<byte> _body;

    /// <summary>The present page's header.</summary>
    public PageHeader Header { get; private set; }

    /// <summary>The present page.</summary>
    public PagePlace Place { get; private set; }

    /// <summary>Moves to the next page and checks its frame; its content isn't touched.</summary>
    /// <param name="rowsLeft">Rows that the chunk still owes.</param>
    public void MoveNext(long rowsLeft)
    {
        if (_next == _bytes.Bytes.Length && !_rest.Bytes.IsEmpty)
        {
            (_bytes, _rest, _next) = (_rest, default, 0);
        }

        ReadOnlyMemory<byte> bytes = _bytes.Bytes;
        Place = new PagePlace(file, chunk.Column.Path, _bytes.Offset + _next);
        if (_next == bytes.Length)
        {
            throw Place.Broken($"The column chunk ends with {rowsLeft} of its {chunk.ValueCount} values left.");
        }

        CompactReader reader = new(bytes.Span[_next..], file, Place.Offset);
        PageHeader header = PageHeader.Read(ref reader);
        int start = _next + reader.Position;
        if (header.CompressedLength > bytes.Length - start)
        {
            throw Place.Broken(
                $"A page of {header.CompressedLength} bytes exceeds the {bytes.Length - start} bytes left of its chunk.");
        }

        if (header.UncompressedLength > Math.Min(chunk.UncompressedLength, MaximumPageLength))
        {
            throw Place.Broken(
                $"A page of {header.UncompressedLength} bytes uncompressed exceeds its chunk's {chunk.UncompressedLength} "
                + $"or the limit of {MaximumPageLength}.");
        }

        if (header.Type is PageType.Data or PageType.DataV2 && header.ValueCount > rowsLeft)
        {
            throw Place.Broken($"A page of {header.ValueCount} values exceeds the {rowsLeft} left of its chunk.");
        }

        Header = header;
        _body = bytes.Slice(start, header.CompressedLength);
        _next = start + header.CompressedLength;
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
            throw Place.Broken($"{compressed.Length} bytes of {chunk.Codec} can't hold the {length} that the page claims.");
        }

        Reserve(Header.UncompressedLength + BlockCodec.Slack);
        source[..levels].CopyTo(_buffer);

        // A page without values may have no compressed block at all, which no codec takes for an empty one.
        bool isEmpty = length == 0 && compressed.IsEmpty;
        return isEmpty || codec.TryDecompress(compressed, _buffer.AsSpan(levels), length)
            ? _buffer.AsMemory(0, Header.UncompressedLength)
            : throw Place.Broken(
                $"{compressed.Length} bytes of {chunk.Codec} are broken, or don't hold the {length} that the page claims.");
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
