using System.Runtime.InteropServices;
using System.Text;

namespace NearData.Parquet.Tests;

/// <summary>What a caller may ask of a column, and what it is told when it asks for too much.</summary>
public sealed class ColumnReaderTests
{
    private const int Rows = 1_000;

    [Theory]
    [InlineData(DictionaryUse.Never)]
    [InlineData(DictionaryUse.WhereSmaller)]
    public void Rows_that_are_skipped_are_the_rows_that_are_missing(DictionaryUse dictionary)
    {
        const int Seed = 11;
        Random random = new(Seed);
        int[] values = [.. Enumerable.Range(0, Rows).Select(_ => random.Next(30))];
        byte[] validity = [.. values.Select(value => value % 5 == 2 ? (byte)0 : (byte)1)];
        ParquetColumn column = ParquetColumn.Int32("a").Nullable();
        ParquetWriterOptions options = new() { DataPageRows = 64, Dictionary = dictionary };
        byte[] file = OneColumn(column, options, group => group.Write<int>(0, values, validity));
        for (int round = 0; round < 300; round++)
        {
            using ColumnReader reader = Open(file);
            for (int row = 0; row < Rows;)
            {
                int count = Math.Min(random.Next(200), Rows - row);
                long[] read = new long[count];
                byte[] valid = new byte[count];
                long[] expected = [.. Enumerable.Range(row, count).Select(i => validity[i] == 1 ? (long)values[i] : 0)];
                switch (random.Next(3))
                {
                    case 0:
                        reader.Skip(count);
                        break;
                    case 1:
                        Assert.Equal(count, reader.Read<long>(read, valid));
                        Assert.Equal(validity[row..(row + count)], valid);
                        Assert.Equal(expected, read);
                        break;
                    default:
                        int[] wanted = [.. Enumerable.Range(0, count).Where(_ => random.Next(5) == 0)];
                        Assert.Equal(count, reader.Read<long>(read, valid, wanted, (ChoiceGrain)random.Next(2)));
                        Assert.Equal(wanted.Select(i => validity[row + i]), wanted.Select(i => valid[i]));
                        Assert.Equal(wanted.Select(i => expected[i]), wanted.Select(i => read[i]));
                        break;
                }

                row += count;
                Assert.Equal(Rows - row, reader.RowsLeft);
            }
        }
    }

    [Theory]
    [InlineData(DictionaryUse.Never, false)]
    [InlineData(DictionaryUse.Never, true)]
    [InlineData(DictionaryUse.WhereSmaller, false)]
    [InlineData(DictionaryUse.WhereSmaller, true)]
    public void Pages_without_a_wanted_row_are_not_opened(DictionaryUse dictionary, bool isNullable)
    {
        const int PageRows = 40;
        byte[] validity = [.. Enumerable.Range(0, Rows).Select(row => isNullable && row % 7 == 3 ? (byte)0 : (byte)1)];
        long[] numbers = [.. validity.Select((valid, row) => valid * (row % 300L))];
        ByteArrayBatch texts = new();
        foreach (long number in numbers)
        {
            texts.Add($"text {number}");
        }

        ParquetWriterOptions options = new() { DataPageRows = PageRows, Dictionary = dictionary };
        ParquetColumn number64 = ParquetColumn.Int64("a");
        byte[] numberFile = OneColumn(isNullable ? number64.Nullable() : number64, options, group => group.Write<long>(0, numbers, isNullable ? validity : []));
        byte[] textFile = OneColumn(ParquetColumn.Text("a"), options, group => group.WriteBytes(0, texts));
        for (int seed = 0; seed < 100; seed++)
        {
            Random random = new(seed);
            int skipped = random.Next(Rows / 2);
            int[] wanted = [.. Enumerable.Range(0, Rows - skipped).Where(row => row % 100 < 30 && random.Next(20) == 0)];
            ChoiceGrain grain = (ChoiceGrain)random.Next(2);
            int pages = wanted.Select(row => (skipped + row) / PageRows).Distinct().Count();

            using ColumnReader reader = Open(numberFile);
            reader.Skip(skipped);
            long[] read = new long[Rows - skipped];
            byte[] valid = new byte[read.Length];
            Assert.Equal(read.Length, reader.Read(read, valid, wanted, grain));
            Assert.Equal(wanted.Select(row => (numbers[skipped + row], validity[skipped + row])), wanted.Select(row => (read[row], valid[row])));
            Assert.Equal((pages, 0), (reader.PagesOpened, reader.RowsLeft));

            using ColumnReader text = Open(textFile);
            text.Skip(skipped);
            BytesPlace[] places = new BytesPlace[Rows - skipped];
            ByteArrayBatch batch = new();
            Assert.Equal(places.Length, text.Locate(places, [], batch, wanted, grain));
            Assert.Equal(wanted.Select(row => $"text {numbers[skipped + row]}"), wanted.Select(row => TextAt(places[row])));
            Assert.Equal((pages, 0), (text.PagesOpened, text.RowsLeft));
            GC.KeepAlive(batch);
        }
    }

    [Theory]
    [InlineData(DictionaryUse.Never)]
    [InlineData(DictionaryUse.WhereSmaller)]
    public void A_value_beyond_its_columns_declared_digits_is_an_error_and_never_another_value(DictionaryUse dictionary)
    {
        // Nine digits fit in 32 bits; the file holds one with ten.
        ParquetColumn column = ParquetColumn.Decimal("a", 9, 2, PhysicalType.Int64);
        long[] values = [.. Enumerable.Range(0, Rows).Select(row => row == 2 ? 5_000_000_000 : 999_999_999)];
        byte[] file = OneColumn(column, new ParquetWriterOptions { Dictionary = dictionary }, group => group.Write<long>(0, values));
        using ColumnReader narrow = Open(file);
        using ColumnReader wide = Open(file);
        long[] read = new long[Rows];

        ParquetFormatException error = Assert.Throws<ParquetFormatException>(() => narrow.Read<int>(new int[Rows], []));
        wide.Read<long>(read, []);

        Assert.Contains("5000000000", error.Message);
        Assert.Equal(values, read);
    }

    [Theory]
    [InlineData(false, 1 << 20)]
    [InlineData(true, 1 << 20)]
    [InlineData(false, 80)]
    [InlineData(true, 80)]
    public void Codes_lead_to_the_rows_values_up_to_the_page_that_has_values_itself(bool isNullable, int dictionaryBytes)
    {
        const int PageRows = 64;
        Random random = new(12);
        // The later rows have more different values than the shorter dictionary takes.
        int[] values = [.. Enumerable.Range(0, Rows).Select(row => random.Next(row < Rows / 2 ? 10 : 100))];
        byte[] validity = [.. values.Select(value => isNullable && value % 5 == 2 ? (byte)0 : (byte)1)];
        ParquetColumn column = isNullable ? ParquetColumn.Int32("a").Nullable() : ParquetColumn.Int32("a");
        ParquetWriterOptions options = new() { DataPageRows = PageRows, DictionaryBytes = dictionaryBytes };
        byte[] file = OneColumn(column, options, group => group.Write<int>(0, values, isNullable ? validity : []));
        for (int round = 0; round < 100; round++)
        {
            using ColumnReader reader = Open(file);
            int row = 0;
            for (int count = 1; row < Rows && count > 0; row += count)
            {
                RowCodes read = new(Rows);
                byte[] valid = new byte[Math.Min(random.Next(1, 200), Rows - row)];
                count = reader.ReadCodes<long>(read, valid.Length, valid);
                ReadOnlySpan<uint> codes = read.Each();
                Assert.Equal(validity[row..(row + count)], valid[..count]);
                ReadOnlySpan<long> dictionary = reader.Dictionary<long>();
                for (int i = 0; i < count; i++)
                {
                    bool isNull = codes[i] == dictionary.Length - 1;
                    Assert.Equal(validity[row + i] == 0, isNull);
                    Assert.Equal(isNull ? 0 : values[row + i], dictionary[(int)codes[i]]);
                }
            }

            long[] rest = new long[Rows - row];
            Assert.Equal(rest.Length, reader.Read<long>(rest, new byte[rest.Length]));
            Assert.Equal(Enumerable.Range(row, rest.Length).Select(i => validity[i] == 1 ? (long)values[i] : 0), rest);
            Assert.Equal(dictionaryBytes > 80, row == Rows);
            Assert.True(row >= Rows / 2 / PageRows * PageRows, $"only {row} rows came as codes");
        }
    }

    [Fact]
    public void Codes_of_nulls_need_a_validity()
    {
        byte[] file = OneColumn(ParquetColumn.Int32("a").Nullable(), new ParquetWriterOptions(), group => group.Write<int>(0, new int[Rows], [0, .. Enumerable.Repeat((byte)1, Rows - 1)]));
        using ColumnReader reader = Open(file);
        Assert.Throws<ColumnAccessException>(() => reader.ReadCodes<int>(new RowCodes(10), 10, []));
    }

    [Fact]
    public void Text_that_is_skipped_is_the_text_that_is_missing()
    {
        ByteArrayBatch batch = new();
        for (int row = 0; row < Rows; row++)
        {
            if (row % 7 == 0)
            {
                batch.AddNull();
            }
            else
            {
                batch.Add($"value {row}");
            }
        }

        ParquetColumn column = ParquetColumn.Text("a").Nullable();
        using ColumnReader reader = Open(OneColumn(column, new ParquetWriterOptions { DataPageRows = 64 }, group => group.WriteBytes(0, batch)));
        reader.Skip(401);
        ByteArrayBatch read = new();
        Assert.Equal(Rows - 401, reader.ReadBytes(read, Rows));
        for (int row = 401; row < Rows; row++)
        {
            Assert.Equal(batch.IsNull(row), read.IsNull(row - 401));
            Assert.Equal(batch[row], read[row - 401]);
        }
    }

    [Fact]
    public void A_type_that_would_lose_values_is_refused_with_both_sides_named()
    {
        byte[] file = OneColumn(ParquetColumn.Date("day"), new ParquetWriterOptions(), group => group.Write<int>(0, new int[Rows]));
        Refused("day (Int32, Date { }) can't be read as Int16", reader => reader.Read<short>(new short[1], default));
        Refused("day (Int32, Date { }) can't be read as UInt32", reader => reader.Read<uint>(new uint[1], default));
        Refused("day (Int32, Date { }) can't be read as Double", reader => reader.Read<double>(new double[1], default));
        Refused("day (Int32, Date { }) can't be read as bytes", reader => reader.ReadBytes(new ByteArrayBatch(), 1));

        void Refused(string message, Action<ColumnReader> read)
        {
            using ColumnReader reader = Open(file);
            Assert.Contains(message, Assert.Throws<ColumnAccessException>(() => read(reader)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_chunk_is_read_as_one_type_only()
    {
        using ColumnReader reader = Open(OneColumn(ParquetColumn.Int32("a"), new ParquetWriterOptions(), group => group.Write<int>(0, new int[Rows])));
        reader.Read<int>(new int[10], default);
        Assert.Contains("another type than Int64", Assert.Throws<ColumnAccessException>(() => reader.Read<long>(new long[10], default)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_null_without_a_place_for_it_is_an_error()
    {
        byte[] validity = new byte[Rows];
        validity.AsSpan(0, Rows - 1).Fill(1);
        byte[] file = OneColumn(ParquetColumn.Int32("a").Nullable(), new ParquetWriterOptions(), group => group.Write<int>(0, new int[Rows], validity));
        using ColumnReader reader = Open(file);
        Assert.Equal(Rows - 1, reader.Read<int>(new int[Rows - 1], default));
        Assert.Contains("has nulls", Assert.Throws<ColumnAccessException>(() => reader.Read<int>(new int[1], default)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Pages_cost_no_allocation_of_their_own()
    {
        long few = Allocated(pageRows: Rows);
        long many = Allocated(pageRows: 5);
        Assert.InRange(many, 0, few + 512);

        static long Allocated(int pageRows)
        {
            ParquetWriterOptions options = new() { DataPageRows = pageRows, Dictionary = DictionaryUse.Never };
            byte[] file = OneColumn(ParquetColumn.Int64("a"), options, group => group.Write<long>(0, new long[Rows]));
            long[] values = new long[Rows];
            ReadAll(file, values);
            long before = GC.GetAllocatedBytesForCurrentThread();
            ReadAll(file, values);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        static void ReadAll(byte[] file, long[] values)
        {
            using ColumnReader reader = Open(file);
            Assert.Equal(Rows, reader.Read<long>(values, default));
        }
    }

    private static string TextAt(BytesPlace place)
    {
        byte[] bytes = new byte[place.Length];
        Marshal.Copy(place.Address, bytes, 0, bytes.Length);
        return Encoding.UTF8.GetString(bytes);
    }

    private static byte[] OneColumn(ParquetColumn column, ParquetWriterOptions options, Action<RowGroupWriter> write)
    {
        using MemoryStream output = new();
        using ParquetWriter writer = new(output, ParquetSchema.Of(column), options);
        write(writer.StartRowGroup(Rows));
        writer.Finish();
        return output.ToArray();
    }

    private static ColumnReader Open(byte[] file)
    {
        int footer = ParquetMetadata.FooterLength("memory", file.Length, file.AsSpan(file.Length - ParquetMetadata.TrailerLength));
        ReadOnlySpan<byte> bytes = file.AsSpan(file.Length - ParquetMetadata.TrailerLength - footer, footer);
        ColumnChunk chunk = ParquetMetadata.Parse("memory", file.Length, bytes).RowGroups.Single().Chunks.Single();
        return ColumnReader.Open("memory", chunk, file.AsMemory((int)chunk.Offset, (int)chunk.CompressedLength));
    }
}
