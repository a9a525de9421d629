using NearData.Parquet;

namespace NearData.CompareDecoding;

/// <summary>
/// Each encoding of each width of number, uncompressed, in batches as the engine reads them; against copying as many bytes as the values
/// have in memory.
/// </summary>
internal static class Encodings
{
    private const int Rows = 1 << 17;
    private const int Batch = 4096;

    public static void Run()
    {
        Console.WriteLine("Decoding, values per nanosecond, and time against copying the decoded bytes");
        Random random = new(1);
        long[] few = [.. Enumerable.Range(0, Rows).Select(_ => (long)random.Next(50) * 100)];
        long[] many = [.. Enumerable.Range(0, Rows).Select(_ => (long)random.Next(2526))];
        long[] wide = [.. Enumerable.Range(0, Rows).Select(_ => random.NextInt64(90_000, 10_500_000))];
        long[] rising = [.. Enumerable.Range(0, Rows).Select(row => (long)row * 4)];
        double[] doubles = [.. wide.Select(value => value / 100.0)];
        Measure("RLE_DICTIONARY, 50 entries, INT64", ParquetColumn.Int64("a"), few, new());
        Measure("RLE_DICTIONARY, 50 entries, INT32", ParquetColumn.Int32("a"), Narrow(few), new());
        Measure("RLE_DICTIONARY, 2,526 entries, INT64", ParquetColumn.Int64("a"), many, new());
        Measure("RLE_DICTIONARY, 2,526 entries, INT32", ParquetColumn.Int32("a"), Narrow(many), new());
        Measure("RLE_DICTIONARY, 2,526 entries, INT32 as long", ParquetColumn.Int32("a"), many, new());
        Measure("RLE_DICTIONARY, 2,526 entries, nullable INT64", ParquetColumn.Int64("a").Nullable(), many, new());
        ParquetWriterOptions plain = new() { Dictionary = DictionaryUse.Never };
        Measure("PLAIN, INT64", ParquetColumn.Int64("a"), wide, plain);
        Measure("PLAIN, INT32", ParquetColumn.Int32("a"), Narrow(wide), plain);
        Measure("PLAIN, INT32 as long", ParquetColumn.Int32("a"), wide, plain);
        Measure("PLAIN, nullable INT64", ParquetColumn.Int64("a").Nullable(), wide, plain);
        Measure("PLAIN, DOUBLE", ParquetColumn.Double("a"), doubles, plain);
        ParquetWriterOptions delta = plain with { ValueEncoding = ValueEncoding.Delta };
        Measure("DELTA_BINARY_PACKED, INT64, jumping", ParquetColumn.Int64("a"), wide, delta);
        Measure("DELTA_BINARY_PACKED, INT64, rising", ParquetColumn.Int64("a"), rising, delta);
        Measure("DELTA_BINARY_PACKED, INT32, jumping", ParquetColumn.Int32("a"), Narrow(many), delta);
        ParquetWriterOptions split = plain with { ValueEncoding = ValueEncoding.StreamSplit };
        Measure("BYTE_STREAM_SPLIT, DOUBLE", ParquetColumn.Double("a"), doubles, split);
        Measure("BYTE_STREAM_SPLIT, INT32", ParquetColumn.Int32("a"), Narrow(wide), split);
    }

    private static int[] Narrow(long[] values) => [.. values.Select(value => (int)value)];

    private static void Measure<T>(string name, ParquetColumn column, T[] values, ParquetWriterOptions options)
        where T : unmanaged
    {
        byte[] file = Write(column, values, options with { Codec = Codec.Uncompressed });
        ColumnChunk chunk = Metadata(file).RowGroups[0].Chunks[0];
        ReadOnlyMemory<byte> bytes = file.AsMemory((int)chunk.Offset, (int)chunk.CompressedLength);
        T[] batch = new T[Batch];
        byte[] validity = column.IsNullable ? new byte[Batch] : [];
        T[] copies = new T[Batch];
        double[] seconds = LeastTime.Of(() => ReadAll(chunk, bytes, batch, validity), () => CopyAll(values, copies));
        Console.WriteLine($"{name,-48} {values.Length / seconds[0] / 1e9,6:F2}/ns  {seconds[0] / seconds[1],6:F1}");
    }

    private static byte[] Write<T>(ParquetColumn column, T[] values, ParquetWriterOptions options)
        where T : unmanaged
    {
        using MemoryStream output = new();
        using ParquetWriter writer = new(output, ParquetSchema.Of(column), options);
        writer.StartRowGroup(values.Length).Write<T>(0, values);
        writer.Finish();
        return output.ToArray();
    }

    private static ParquetMetadata Metadata(byte[] file)
    {
        int length = ParquetMetadata.FooterLength("memory", file.Length, file.AsSpan(file.Length - ParquetMetadata.TrailerLength));
        return ParquetMetadata.Parse("memory", file.Length, file.AsSpan(file.Length - ParquetMetadata.TrailerLength - length, length));
    }

    private static void ReadAll<T>(ColumnChunk chunk, ReadOnlyMemory<byte> bytes, T[] batch, byte[] validity)
        where T : unmanaged
    {
        using ColumnReader reader = ColumnReader.Open("memory", chunk, bytes);
        while (reader.RowsLeft > 0)
        {
            reader.Read<T>(batch, validity);
        }
    }

    private static void CopyAll<T>(T[] values, T[] batch)
    {
        for (int i = 0; i < values.Length; i += Batch)
        {
            values.AsSpan(i, Batch).CopyTo(batch);
        }
    }
}
