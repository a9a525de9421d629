namespace NearData.Parquet.Tests;

/// <summary>A file in memory, read whole as the engine would: trailer, footer, then every chunk of every column.</summary>
internal static class MemoryFile
{
    /// <summary>Every value of every column.</summary>
    public static List<List<string?>> Read(byte[] bytes)
    {
        ParquetMetadata metadata = Metadata(bytes);
        List<List<string?>> columns = [];
        foreach (ColumnChunk chunk in metadata.RowGroups.SelectMany(group => group.Chunks))
        {
            chunk.Statistics?.TryGetInt64Range(out _, out _);
            using ColumnReader reader = ColumnReader.Open("memory", chunk, bytes.AsMemory((int)chunk.Offset, (int)chunk.CompressedLength));
            columns.Add(ColumnText.Read(reader, chunk.Column));
        }

        return columns;
    }

    /// <summary>The footer.</summary>
    public static ParquetMetadata Metadata(byte[] bytes)
    {
        ReadOnlySpan<byte> trailer = bytes.AsSpan(Math.Max(0, bytes.Length - ParquetMetadata.TrailerLength));
        int length = ParquetMetadata.FooterLength("memory", bytes.Length, trailer);
        int start = bytes.Length - ParquetMetadata.TrailerLength - length;
        return ParquetMetadata.Parse("memory", bytes.Length, bytes.AsSpan(start, length));
    }

    /// <summary>A small file with the given columns' types, dictionaries and nulls in it.</summary>
    public static byte[] Write(Codec codec, DataPageVersion version) =>
        Write(new ParquetWriterOptions { Codec = codec, DataPageVersion = version, DataPageRows = 25 });

    /// <summary>As <see cref="Write(Codec, DataPageVersion)"/>, written in any way.</summary>
    public static byte[] Write(ParquetWriterOptions options)
    {
        ParquetSchema schema = ParquetSchema.Of(
            ParquetColumn.Int64("id"),
            ParquetColumn.Decimal("price", 15, 2).Nullable(),
            ParquetColumn.Text("name").Nullable(),
            ParquetColumn.Boolean("flag"),
            ParquetColumn.Decimal("big", 30, 2));
        const int Rows = 60;
        using MemoryStream output = new();
        using ParquetWriter writer = new(output, schema, options);
        RowGroupWriter group = writer.StartRowGroup(Rows);
        int[] rows = [.. Enumerable.Range(0, Rows)];
        byte[] validity = [.. rows.Select(row => row % 7 == 3 ? (byte)0 : (byte)1)];
        group.Write<long>(0, [.. rows.Select(row => row * 1_000_003L)]);
        group.Write<long>(1, [.. rows.Select(row => row % 5 * 100L)], validity);
        ByteArrayBatch names = new();
        foreach (int row in rows)
        {
            names.Add($"name {row % 4}");
        }

        group.WriteBytes(2, names);
        group.Write<byte>(3, [.. rows.Select(row => (byte)(row & 1))]);
        group.Write<Int128>(4, [.. rows.Select(row => (Int128)row << 70)]);
        writer.Finish();
        return output.ToArray();
    }
}
