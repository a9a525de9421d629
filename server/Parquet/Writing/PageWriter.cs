using System.Buffers;
using NearData.Parquet.Compression;
using NearData.Parquet.Encodings;
using NearData.Parquet.Pages;
using NearData.Parquet.Thrift;

namespace NearData.Parquet.Writing;

/// <summary>Puts pages together: levels, values, compression, header. Its buffers serve all pages of a file.</summary>
internal sealed class PageWriter(BlockCodec? codec, ParquetWriterOptions options)
{
    private readonly ArrayBufferWriter<byte> _levels = new();
    private readonly ArrayBufferWriter<byte> _body = new();
    private uint[] _validity = [];
    private byte[] _compressed = [];

    /// <summary>Adds a dictionary page; gives its length uncompressed, the header included.</summary>
    public int WriteDictionary(ReadOnlySpan<byte> entries, int count, ArrayBufferWriter<byte> target)
    {
        ReadOnlySpan<byte> stored = Compress(entries);
        PageHeader header = new()
        {
            Type = PageType.Dictionary,
            UncompressedLength = entries.Length,
            CompressedLength = stored.Length,
            ValueCount = count,
            Encoding = PageEncoding.Plain,
        };
        return Append(header, [], stored, target);
    }

    /// <summary>Adds a data page; gives its length uncompressed, the header included.</summary>
    /// <param name="validity">Per row 1, or 0 for null; empty for a required column.</param>
    public int WriteData(
        PageEncoding encoding, ReadOnlySpan<byte> values, int rows, ReadOnlySpan<byte> validity, ArrayBufferWriter<byte> target)
    {
        EncodeLevels(validity);
        return options.DataPageVersion == DataPageVersion.V1
            ? WriteVersion1(encoding, values, rows, target)
            : WriteVersion2(encoding, values, rows, rows - (validity.IsEmpty ? rows : validity.Count((byte)1)), target);
    }

    private int WriteVersion1(PageEncoding encoding, ReadOnlySpan<byte> values, int rows, ArrayBufferWriter<byte> target)
    {
        ReadOnlySpan<byte> body = values;
        if (_levels.WrittenCount > 0)
        {
            _body.ResetWrittenCount();
            Values.PrefixedBytes.Add(_levels.WrittenSpan, _body);
            _body.Write(values);
            body = _body.WrittenSpan;
        }

        ReadOnlySpan<byte> stored = Compress(body);
        PageHeader header = new()
        {
            Type = PageType.Data,
            UncompressedLength = body.Length,
            CompressedLength = stored.Length,
            ValueCount = rows,
            Encoding = encoding,
        };
        return Append(header, [], stored, target);
    }

    private int WriteVersion2(
        PageEncoding encoding, ReadOnlySpan<byte> values, int rows, int nulls, ArrayBufferWriter<byte> target)
    {
        ReadOnlySpan<byte> stored = Compress(values);
        PageHeader header = new()
        {
            Type = PageType.DataV2,
            UncompressedLength = _levels.WrittenCount + values.Length,
            CompressedLength = _levels.WrittenCount + stored.Length,
            ValueCount = rows,
            NullCount = nulls,
            Encoding = encoding,
            DefinitionLevelLength = _levels.WrittenCount,
            IsCompressed = codec is not null,
        };
        return Append(header, _levels.WrittenSpan, stored, target);
    }

    private void EncodeLevels(ReadOnlySpan<byte> validity)
    {
        _levels.ResetWrittenCount();
        if (_validity.Length < validity.Length)
        {
            _validity = new uint[validity.Length];
        }

        for (int i = 0; i < validity.Length; i++)
        {
            _validity[i] = validity[i];
        }

        RunEncoder.Encode(_validity.AsSpan(0, validity.Length), width: 1, _levels);
    }

    private ReadOnlySpan<byte> Compress(ReadOnlySpan<byte> content)
    {
        if (codec is null)
        {
            return content;
        }

        int bound = codec.CompressBound(content.Length);
        if (_compressed.Length < bound)
        {
            _compressed = new byte[bound];
        }

        return _compressed.AsSpan(0, codec.Compress(content, _compressed));
    }

    private int Append(
        PageHeader header, ReadOnlySpan<byte> levels, ReadOnlySpan<byte> stored, ArrayBufferWriter<byte> target)
    {
        int before = target.WrittenCount;
        if (options.HasChecksums)
        {
            header = header with { Checksum = Crc32.Of(levels, stored) };
        }

        header.Write(new CompactWriter(target));
        int headerLength = target.WrittenCount - before;
        target.Write(levels);
        target.Write(stored);
        return headerLength + header.UncompressedLength;
    }
}
