using NearData.Parquet.Encodings;
using NearData.Parquet.Thrift;

namespace NearData.Parquet.Pages;

/// <summary>The part of a page header that depends on the page's type.</summary>
internal struct ContentHeader
{
    public int ValueCount;
    public PageEncoding Encoding;
    public PageEncoding DefinitionEncoding;
    public PageEncoding RepetitionEncoding;
    public int NullCount;
    public int DefinitionLevelLength;
    public int RepetitionLevelLength;
    public bool IsCompressed;

    /// <summary>DataPageHeader; DictionaryPageHeader begins with the same two fields and has no levels.</summary>
    public static ContentHeader ReadVersion1(scoped ref CompactReader reader, CompactType found)
    {
        reader.Expect(found, CompactType.Struct, "data_page_header");
        ContentHeader header = new() { IsCompressed = true, DefinitionEncoding = PageEncoding.Rle, RepetitionEncoding = PageEncoding.Rle };
        int id = 0;
        while (reader.NextField(ref id, out CompactType field))
        {
            switch (id)
            {
                case 1:
                    header.ValueCount = reader.ReadInt32(field, "num_values");
                    break;
                case 2:
                    header.Encoding = (PageEncoding)reader.ReadInt32(field, "encoding");
                    break;
                case 3 when field == CompactType.Int32:
                    header.DefinitionEncoding = (PageEncoding)reader.ReadInt32(field, "definition_level_encoding");
                    break;
                case 4 when field == CompactType.Int32:
                    header.RepetitionEncoding = (PageEncoding)reader.ReadInt32(field, "repetition_level_encoding");
                    break;
                default:
                    reader.Skip(field);
                    break;
            }
        }

        return header;
    }

    /// <summary>DataPageHeaderV2.</summary>
    public static ContentHeader ReadVersion2(scoped ref CompactReader reader, CompactType found)
    {
        reader.Expect(found, CompactType.Struct, "data_page_header_v2");
        ContentHeader header = new() { IsCompressed = true, DefinitionEncoding = PageEncoding.Rle, RepetitionEncoding = PageEncoding.Rle };
        int id = 0;
        while (reader.NextField(ref id, out CompactType field))
        {
            switch (id)
            {
                case 1:
                    header.ValueCount = reader.ReadInt32(field, "num_values");
                    break;
                case 2:
                    header.NullCount = reader.ReadInt32(field, "num_nulls");
                    break;
                case 4:
                    header.Encoding = (PageEncoding)reader.ReadInt32(field, "encoding");
                    break;
                case 5:
                    header.DefinitionLevelLength = reader.ReadInt32(field, "definition_levels_byte_length");
                    break;
                case 6:
                    header.RepetitionLevelLength = reader.ReadInt32(field, "repetition_levels_byte_length");
                    break;
                case 7:
                    header.IsCompressed = reader.ReadBoolean(field, "is_compressed");
                    break;
                default:
                    reader.Skip(field);
                    break;
            }
        }

        return header;
    }
}
