using System.Buffers;
using NearData.Parquet.Encodings;
using NearData.Parquet.Thrift;
using NearData.Parquet.Writing;

namespace NearData.Parquet.Footer;

/// <summary>Writes the footer of a flat file (parquet.thrift, FileMetaData).</summary>
internal static class FooterWriter
{
    /// <summary>The format's version: 2 is what files with logical types say.</summary>
    private const int FormatVersion = 2;

    public static byte[] Write(ParquetSchema schema, IReadOnlyList<RowGroupWriter> groups, string createdBy)
    {
        ArrayBufferWriter<byte> output = new();
        CompactWriter writer = new(output);
        writer.BeginStruct();
        writer.WriteInt32(1, FormatVersion);
        WriteSchema(writer, schema);
        writer.WriteInt64(3, groups.Sum(group => group.RowCount));
        writer.BeginList(4, CompactType.Struct, groups.Count);
        for (int i = 0; i < groups.Count; i++)
        {
            WriteRowGroup(writer, groups[i], i);
        }

        writer.WriteText(6, createdBy);
        writer.BeginList(7, CompactType.Struct, schema.Columns.Length);
        foreach (ParquetColumn _ in schema.Columns)
        {
            writer.BeginStruct();
            writer.WriteEmptyStruct((int)ColumnOrder.ByType);
            writer.EndStruct();
        }

        writer.EndStruct();
        return output.WrittenSpan.ToArray();
    }

    private static void WriteSchema(CompactWriter writer, ParquetSchema schema)
    {
        writer.BeginList(2, CompactType.Struct, schema.Columns.Length + 1);
        writer.BeginStruct();
        writer.WriteText(4, "schema");
        writer.WriteInt32(5, schema.Columns.Length);
        writer.EndStruct();
        foreach (ParquetColumn column in schema.Columns)
        {
            WriteColumn(writer, column);
        }
    }

    private static void WriteColumn(CompactWriter writer, ParquetColumn column)
    {
        writer.BeginStruct();
        writer.WriteInt32(1, (int)column.PhysicalType);
        if (column.PhysicalType == PhysicalType.FixedLenByteArray)
        {
            writer.WriteInt32(2, column.TypeLength);
        }

        writer.WriteInt32(3, (int)(column.IsNullable ? Repetition.Optional : Repetition.Required));
        writer.WriteText(4, column.Name);
        if (column.LogicalType is { } meaning)
        {
            if (LogicalTypes.Converted(meaning) is { } converted)
            {
                writer.WriteInt32(6, (int)converted);
            }

            if (meaning is LogicalType.Decimal(int precision, int scale))
            {
                writer.WriteInt32(7, scale);
                writer.WriteInt32(8, precision);
            }

            if (LogicalTypes.IsMember(meaning))
            {
                LogicalTypes.Write(writer, 10, meaning);
            }
        }

        writer.EndStruct();
    }

    private static void WriteRowGroup(CompactWriter writer, RowGroupWriter group, int ordinal)
    {
        writer.BeginStruct();
        writer.BeginList(1, CompactType.Struct, group.Written.Count);
        foreach (WrittenChunk chunk in group.Written)
        {
            WriteChunk(writer, chunk);
        }

        writer.WriteInt64(2, group.Written.Sum(chunk => chunk.Chunk.UncompressedLength));
        writer.WriteInt64(3, group.RowCount);
        writer.WriteInt64(5, group.Written[0].Chunk.Offset);
        writer.WriteInt64(6, group.Written.Sum(chunk => chunk.Chunk.CompressedLength));
        if (ordinal <= short.MaxValue)
        {
            writer.WriteInt16(7, ordinal);
        }

        writer.EndStruct();
    }

    private static void WriteChunk(CompactWriter writer, WrittenChunk written)
    {
        ColumnChunk chunk = written.Chunk;
        writer.BeginStruct();
        writer.WriteInt64(2, 0);
        writer.BeginStruct(3);
        writer.WriteInt32(1, (int)chunk.Column.PhysicalType);
        writer.BeginList(2, CompactType.Int32, chunk.Encodings.Length);
        foreach (PageEncoding encoding in chunk.Encodings)
        {
            writer.WriteElement((int)encoding);
        }

        writer.BeginList(3, CompactType.Binary, 1);
        writer.WriteElement(chunk.Column.Name);
        writer.WriteInt32(4, (int)chunk.Codec);
        writer.WriteInt64(5, chunk.ValueCount);
        writer.WriteInt64(6, chunk.UncompressedLength);
        writer.WriteInt64(7, chunk.CompressedLength);
        writer.WriteInt64(9, chunk.Offset + written.DictionaryLength);
        if (written.DictionaryLength > 0)
        {
            writer.WriteInt64(11, chunk.Offset);
        }

        RawStatistics.Write(writer, 12, chunk.Statistics!);
        if (chunk.BloomFilter is { } filter)
        {
            writer.WriteInt64(14, filter.Offset);
            writer.WriteInt32(15, (int)filter.Length);
        }

        writer.EndStruct();
        if (chunk.OffsetIndex is { } offsets)
        {
            writer.WriteInt64(4, offsets.Offset);
            writer.WriteInt32(5, (int)offsets.Length);
        }

        if (chunk.ColumnIndex is { } columns)
        {
            writer.WriteInt64(6, columns.Offset);
            writer.WriteInt32(7, (int)columns.Length);
        }

        writer.EndStruct();
    }
}
