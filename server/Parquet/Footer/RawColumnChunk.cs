using NearData.Parquet.Encodings;
using NearData.Parquet.Thrift;

namespace NearData.Parquet.Footer;

/// <summary>
/// A column chunk as the footer holds it, before it is checked (parquet.thrift, ColumnChunk and ColumnMetaData).
/// </summary>
internal readonly record struct RawColumnChunk
{
    public PhysicalType Type { get; private init; }

    public Codec Codec { get; private init; }

    public List<PageEncoding>? Encodings { get; private init; }

    public long ValueCount { get; private init; }

    public long UncompressedLength { get; private init; }

    public long CompressedLength { get; private init; }

    public long DataPageOffset { get; private init; }

    public long DictionaryPageOffset { get; private init; }

    public RawStatistics? Statistics { get; private init; }

    /// <summary>Whether the values lie in a file of their own.</summary>
    public bool IsElsewhere { get; private init; }

    /// <summary>Whether the values are encrypted; what else is known about the chunk may be encrypted too, and then is missing here.</summary>
    public bool IsEncrypted { get; private init; }

    public RawRange OffsetIndex { get; private init; }

    public RawRange ColumnIndex { get; private init; }

    public RawRange BloomFilter { get; private init; }

    public static RawColumnChunk Read(scoped ref CompactReader reader)
    {
        RawColumnChunk? chunk = null;
        bool elsewhere = false;
        bool encrypted = false;
        RawRange offsetIndex = default;
        RawRange columnIndex = default;
        int id = 0;
        while (reader.NextField(ref id, out CompactType field))
        {
            switch (id)
            {
                case 1:
                    elsewhere = !reader.ReadBinary(field, "file_path").IsEmpty;
                    break;
                case 3:
                    reader.Expect(field, CompactType.Struct, "meta_data");
                    chunk = ReadMetaData(ref reader);
                    break;
                case 4:
                    offsetIndex.Offset = reader.ReadInt64(field, "offset_index_offset");
                    break;
                case 5:
                    offsetIndex.Length = reader.ReadInt32(field, "offset_index_length");
                    break;
                case 6:
                    columnIndex.Offset = reader.ReadInt64(field, "column_index_offset");
                    break;
                case 7:
                    columnIndex.Length = reader.ReadInt32(field, "column_index_length");
                    break;
                case 8 or 9:
                    encrypted = true;
                    reader.Skip(field);
                    break;
                default:
                    reader.Skip(field);
                    break;
            }
        }

        return (chunk ?? (encrypted ? default(RawColumnChunk) : throw Missing(ref reader, "meta_data"))) with
        {
            IsElsewhere = elsewhere,
            IsEncrypted = encrypted,
            OffsetIndex = offsetIndex,
            ColumnIndex = columnIndex,
        };
    }

    private static RawColumnChunk ReadMetaData(scoped ref CompactReader reader)
    {
        PhysicalType? type = null;
        Codec? codec = null;
        List<PageEncoding> encodings = [];
        long? values = null;
        long? uncompressed = null;
        long? compressed = null;
        long? dataPage = null;
        long dictionaryPage = 0;
        RawStatistics? statistics = null;
        RawRange bloomFilter = default;
        int id = 0;
        while (reader.NextField(ref id, out CompactType field))
        {
            switch (id)
            {
                case 1:
                    type = SchemaElement.ReadPhysicalType(ref reader, field);
                    break;
                case 2:
                    for (int left = reader.ReadListHeader(field, CompactType.Int32, "encodings"); left > 0; left--)
                    {
                        encodings.Add((PageEncoding)reader.ReadInt32(CompactType.Int32, "encodings"));
                    }

                    break;
                case 4:
                    codec = (Codec)reader.ReadInt32(field, "codec");
                    break;
                case 5:
                    values = reader.ReadInt64(field, "num_values");
                    break;
                case 6:
                    uncompressed = reader.ReadInt64(field, "total_uncompressed_size");
                    break;
                case 7:
                    compressed = reader.ReadInt64(field, "total_compressed_size");
                    break;
                case 9:
                    dataPage = reader.ReadInt64(field, "data_page_offset");
                    break;
                case 11:
                    dictionaryPage = reader.ReadInt64(field, "dictionary_page_offset");
                    break;
                case 12:
                    statistics = RawStatistics.Read(ref reader, field);
                    break;
                case 14:
                    bloomFilter.Offset = reader.ReadInt64(field, "bloom_filter_offset");
                    break;
                case 15:
                    bloomFilter.Length = reader.ReadInt32(field, "bloom_filter_length");
                    break;
                default:
                    reader.Skip(field);
                    break;
            }
        }

        return new RawColumnChunk
        {
            Type = type ?? throw Missing(ref reader, "type"),
            Encodings = encodings,
            Codec = codec ?? throw Missing(ref reader, "codec"),
            ValueCount = values ?? throw Missing(ref reader, "num_values"),
            UncompressedLength = uncompressed ?? throw Missing(ref reader, "total_uncompressed_size"),
            CompressedLength = compressed ?? throw Missing(ref reader, "total_compressed_size"),
            DataPageOffset = dataPage ?? throw Missing(ref reader, "data_page_offset"),
            DictionaryPageOffset = dictionaryPage,
            Statistics = statistics,
            BloomFilter = bloomFilter,
        };
    }

    private static ParquetFormatException Missing(scoped ref CompactReader reader, string field) =>
        reader.Broken($"A column chunk has no {field}.");
}
