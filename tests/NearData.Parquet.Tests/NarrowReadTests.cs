using NearData.Parquet.Values;

namespace NearData.Parquet.Tests;

/// <summary>Integers of 64 bits read in 32 are those that are read in 64, and one that is out of the range is never cut short.</summary>
public sealed class NarrowReadTests
{
    private const int Rows = 10_000;
    private const int Batch = 4096;

    private static readonly NarrowNumbers Range = new(-1_000, 70_000);

    public static TheoryData<ParquetColumn, ParquetWriterOptions> Cases()
    {
        TheoryData<ParquetColumn, ParquetWriterOptions> cases = [];
        foreach (ParquetColumn column in (ParquetColumn[])[ParquetColumn.Int64("a"), ParquetColumn.Int64("a").Nullable(), ParquetColumn.Int32("a"), ParquetColumn.Decimal("a", 15, 2, PhysicalType.FixedLenByteArray, 7)])
        {
            ParquetWriterOptions plain = new() { Dictionary = DictionaryUse.Never, DataPageRows = 700 };
            cases.Add(column, plain);
            cases.Add(column, plain with { Dictionary = DictionaryUse.WhereSmaller });

            // The dictionary is given up on the way.
            cases.Add(column, plain with { Dictionary = DictionaryUse.WhereSmaller, DictionaryBytes = 2_000 });
            if (column.PhysicalType != PhysicalType.FixedLenByteArray)
            {
                cases.Add(column, plain with { ValueEncoding = ValueEncoding.Delta });
                cases.Add(column, plain with { ValueEncoding = ValueEncoding.StreamSplit });
            }
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Each_batch_is_narrow_where_all_of_its_values_are_in_the_range(ParquetColumn column, ParquetWriterOptions options)
    {
        int narrow = 0;
        int batches = 0;
        foreach (int outside in (int[])[-1, 0, 699, 700, 5_000, 8_191, Rows - 1])
        {
            foreach (long wrong in (long[])[Range.Least - 1, Range.Greatest + 1, column.PhysicalType == PhysicalType.Int32 ? int.MaxValue : 1L << 40])
            {
                long[] values = Values(outside, wrong);
                byte[] validity = [.. values.Select((_, row) => column.IsNullable && row % 5 == 2 && row != outside ? (byte)0 : (byte)1)];
                bool[] areNarrow = ReadAll(Write(column, options, values, validity), column, [.. values.Select((value, row) => value * validity[row])], validity);
                Assert.True(outside < 0 || !areNarrow[outside / Batch], $"{wrong} at {outside} is said to be in the range");
                Assert.True(outside >= 0 || areNarrow.All(each => each), "all are in the range, and aren't read so");
                narrow += areNarrow.Count(each => each);
                batches += areNarrow.Length;
            }
        }

        Assert.InRange(narrow, batches / 7, batches - 1);
    }

    private static long[] Values(int outside, long wrong)
    {
        Random random = new(outside + 1);
        long[] values = [.. Enumerable.Range(0, Rows).Select(_ => (long)random.Next(40) * 1_500)];
        (values[1], values[2]) = (Range.Least, Range.Greatest);
        if (outside >= 0)
        {
            values[outside] = wrong;
        }

        return values;
    }

    private static byte[] Write(ParquetColumn column, ParquetWriterOptions options, long[] values, byte[] validity)
    {
        using MemoryStream output = new();
        using ParquetWriter writer = new(output, ParquetSchema.Of(column), options);
        writer.StartRowGroup(values.Length).Write<long>(0, values, column.IsNullable ? validity : default);
        writer.Finish();
        return output.ToArray();
    }

    /// <summary>Reads all batches, and says of each whether it was narrow.</summary>
    private static bool[] ReadAll(byte[] file, ParquetColumn column, long[] expected, byte[] validity)
    {
        ColumnChunk chunk = MemoryFile.Metadata(file).RowGroups[0].Chunks[0];
        using ColumnReader reader = ColumnReader.Open("memory", chunk, file.AsMemory((int)chunk.Offset, (int)chunk.CompressedLength));
        List<bool> areNarrow = [];
        for (int first = 0; first < Rows; first += Batch)
        {
            int count = int.Min(Batch, Rows - first);
            int[] narrow = new int[count];
            long[] wide = new long[count];
            byte[] valid = column.IsNullable ? new byte[count] : [];
            bool isNarrow = reader.ReadNarrow(narrow, wide.AsSpan(), valid, Range);
            areNarrow.Add(isNarrow);
            Assert.Equal(expected[first..(first + count)], isNarrow ? [.. narrow.Select(value => (long)value)] : wide);
            Assert.Equal(column.IsNullable ? validity[first..(first + count)] : [], valid);
        }

        return [.. areNarrow];
    }
}
