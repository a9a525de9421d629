using NearData.Parquet.Encodings;
using NearData.Parquet.Thrift;

namespace NearData.Parquet.Pages;

/// <summary>What stands before a page (parquet.thrift, PageHeader with the headers of the page types).</summary>
internal readonly record struct PageHeader
{
    public required PageType Type { get; init; }

    /// <summary>Bytes after the header, uncompressed; levels included.</summary>
    public required int UncompressedLength { get; init; }

    /// <summary>Bytes after the header as they lie in the file.</summary>
    public required int CompressedLength { get; init; }

    /// <summary>CRC-32 of the bytes after the header as they lie in the file; null when the writer gives none.</summary>
    public uint? Checksum { get; init; }

    /// <summary>Values with nulls counted; of a dictionary page, its entries.</summary>
    public int ValueCount { get; init; }

    public PageEncoding Encoding { get; init; }

    /// <summary>Version 1 only: version 2 has no choice.</summary>
    public PageEncoding DefinitionEncoding { get; init; }

    /// <summary>Version 1 only: version 2 has no choice.</summary>
    public PageEncoding RepetitionEncoding { get; init; }

    /// <summary>Version 2 only.</summary>
    public int NullCount { get; init; }

    /// <summary>Version 2 only: bytes of definition levels, never compressed.</summary>
    public int DefinitionLevelLength { get; init; }

    /// <summary>Version 2 only: bytes of repetition levels, never compressed.</summary>
    public int RepetitionLevelLength { get; init; }

    /// <summary>Version 2 only: whether the values are compressed with the chunk's codec.</summary>
    public bool IsCompressed { get; init; }

    public static PageHeader Read(scoped ref CompactReader reader)
    {
        int? type = null;
        int? uncompressed = null;
        int? compressed = null;
        uint? checksum = null;
        ContentHeader content = default;
        int id = 0;
        while (reader.NextField(ref id, out CompactType field))
        {
            switch (id)
            {
                case 1:
                    type = reader.ReadInt32(field, "type");
                    break;
                case 2:
                    uncompressed = reader.ReadInt32(field, "uncompressed_page_size");
                    break;
                case 3:
                    compressed = reader.ReadInt32(field, "compressed_page_size");
                    break;
                case 4:
                    checksum = (uint)reader.ReadInt32(field, "crc");
                    break;
                case 5 or 7:
                    content = ContentHeader.ReadVersion1(ref reader, field);
                    break;
                case 8:
                    content = ContentHeader.ReadVersion2(ref reader, field);
                    break;
                default:
                    reader.Skip(field);
                    break;
            }
        }

        PageHeader header = new()
        {
            Type = (PageType)(type ?? throw reader.Broken("A page header has no type.")),
            UncompressedLength = uncompressed ?? throw reader.Broken("A page header has no uncompressed_page_size."),
            CompressedLength = compressed ?? throw reader.Broken("A page header has no compressed_page_size."),
            Checksum = checksum,
            ValueCount = content.ValueCount,
            Encoding = content.Encoding,
            DefinitionEncoding = content.DefinitionEncoding,
            RepetitionEncoding = content.RepetitionEncoding,
            NullCount = content.NullCount,
            DefinitionLevelLength = content.DefinitionLevelLength,
            RepetitionLevelLength = content.RepetitionLevelLength,
            IsCompressed = content.IsCompressed,
        };
        return header.IsConsistent ? header : throw reader.Broken($"A page header has impossible lengths or counts: {header}.");
    }

    public void Write(CompactWriter writer)
    {
        writer.BeginStruct();
        writer.WriteInt32(1, (int)Type);
        writer.WriteInt32(2, UncompressedLength);
        writer.WriteInt32(3, CompressedLength);
        if (Checksum is { } checksum)
        {
            writer.WriteInt32(4, (int)checksum);
        }

        switch (Type)
        {
            case PageType.Dictionary:
                writer.BeginStruct(7);
                writer.WriteInt32(1, ValueCount);
                writer.WriteInt32(2, (int)Encoding);
                break;
            case PageType.Data:
                writer.BeginStruct(5);
                writer.WriteInt32(1, ValueCount);
                writer.WriteInt32(2, (int)Encoding);
                writer.WriteInt32(3, (int)PageEncoding.Rle);
                writer.WriteInt32(4, (int)PageEncoding.Rle);
                break;
            default:
                writer.BeginStruct(8);
                writer.WriteInt32(1, ValueCount);
                writer.WriteInt32(2, NullCount);
                writer.WriteInt32(3, ValueCount);
                writer.WriteInt32(4, (int)Encoding);
                writer.WriteInt32(5, DefinitionLevelLength);
                writer.WriteInt32(6, RepetitionLevelLength);
                writer.WriteBoolean(7, IsCompressed);
                break;
        }

        writer.EndStruct();
        writer.EndStruct();
    }

    private bool IsConsistent =>
        UncompressedLength >= 0 && CompressedLength >= 0 && ValueCount >= 0
        && NullCount >= 0 && NullCount <= ValueCount
        && DefinitionLevelLength >= 0 && RepetitionLevelLength >= 0
        && (long)DefinitionLevelLength + RepetitionLevelLength <= Math.Min(UncompressedLength, CompressedLength);
}
