using System.Buffers;
using NearData.Parquet.Footer;
using NearData.Parquet.Thrift;

namespace NearData.Parquet.Tests;

/// <summary>Columns that can't be read beside others that can.</summary>
public sealed class ObstacleTests
{
    /// <summary>ColumnChunk of parquet.thrift with field 8 (crypto_metadata) and, as a key of its own hides it, no meta_data; or with field 1 (file_path).</summary>
    [Theory]
    [InlineData(8, "encryption")]
    [InlineData(1, "a column chunk in another file")]
    public void A_column_that_is_encrypted_is_refused_and_the_others_are_read(int field, string feature)
    {
        byte[] file = MemoryFile.Write(new ParquetWriterOptions { Codec = Codec.Uncompressed });
        int length = BitConverter.ToInt32(file, file.Length - ParquetMetadata.TrailerLength);
        CompactReader footer = new(file.AsSpan(file.Length - ParquetMetadata.TrailerLength - length, length), "memory", 0);
        RawFileMetadata raw = RawFileMetadata.Read(ref footer);
        raw.RowGroups[0].Chunks[1] = Obstructed(field);
        ParquetMetadata metadata = new FooterCheck("memory", file.Length - ParquetMetadata.TrailerLength - length, raw).Run();
        foreach (ColumnChunk chunk in metadata.RowGroups[0].Chunks)
        {
            ReadOnlyMemory<byte> bytes = file.AsMemory((int)chunk.Offset, (int)chunk.CompressedLength);
            if (chunk.Column.Index == 1)
            {
                ParquetUnsupportedException error = Assert.Throws<ParquetUnsupportedException>(() => ColumnReader.Open("memory", chunk, bytes));
                Assert.Equal((chunk.Column.Path, feature), (error.Column, error.Feature));
            }
            else
            {
                using ColumnReader reader = ColumnReader.Open("memory", chunk, bytes);
                Assert.Equal(metadata.RowCount, ColumnText.Read(reader, chunk.Column).Count);
            }
        }
    }

    private static RawColumnChunk Obstructed(int field)
    {
        ArrayBufferWriter<byte> written = new();
        CompactWriter writer = new(written);
        writer.BeginStruct();
        if (field == 1)
        {
            writer.WriteText(1, "elsewhere.parquet");
            writer.BeginStruct(3);
            writer.WriteInt32(1, (int)PhysicalType.Int64);
            writer.WriteInt32(4, (int)Codec.Uncompressed);
            writer.WriteInt64(5, 60);
            writer.WriteInt64(6, 1);
            writer.WriteInt64(7, 1);
            writer.WriteInt64(9, 4);
            writer.EndStruct();
        }
        else
        {
            writer.WriteEmptyStruct(8);
        }

        writer.EndStruct();
        CompactReader reader = new(written.WrittenSpan, "memory", 0);
        return RawColumnChunk.Read(ref reader);
    }
}
