using System.Buffers.Binary;
using NearData.Parquet.Encodings;
using NearData.Parquet.Pages;

namespace NearData.Parquet.Tests;

/// <summary>Codes with runs of every length at every place, against the codes themselves.</summary>
public sealed class RowCodesTests
{
    private const int Capacity = 4096;
    private const int Entries = 300;
    private const int Width = 9;

    private static readonly PagePlace Place = new("memory", "a", 0);

    [Fact]
    public void Runs_and_listed_codes_together_are_what_a_page_has_at_any_batch_border()
    {
        int runs = 0;
        for (int seed = 0; seed < 150; seed++)
        {
            Random random = new(seed);
            uint[] expected = Codes(random, random.Next(1, 12_000));
            DictionaryCodes page = PageOf([Width, .. NaiveEncodings.Runs(expected, Width, random)]);
            RowCodes codes = new(Capacity);
            for (int row = 0; row < expected.Length;)
            {
                codes.Clear();
                int count = Math.Min(random.Next(1, Capacity + 1), expected.Length - row);
                for (int left = count, part; left > 0; left -= part)
                {
                    part = random.Next(1, left + 1);
                    page.Read(codes, part);
                }

                runs += codes.Runs.Length;
                Check(codes, expected.AsSpan(row, count));
                row += count;
            }
        }

        Assert.InRange(runs, 100, int.MaxValue);
    }

    [Fact]
    public void A_run_of_all_rows_is_known_as_their_only_code_whatever_its_parts()
    {
        foreach (int count in (int[])[1, 63, 64, 127, 128, 129, 4095, Capacity])
        {
            RowCodes codes = new(Capacity);
            Assert.Null(codes.Only);
            codes.AddRun(7, count);
            Assert.Equal(7u, codes.Only);
            codes.Clear();
            Assert.Null(codes.Only);
            codes.AddRun(7, count / 2);
            codes.AddRun(7, count - (count / 2));
            Assert.Equal(7u, codes.Only);
            if (count < Capacity)
            {
                codes.AddRun(8, 1);
                Assert.Null(codes.Only);
                codes.Clear();
                codes.AddRun(7, count);
                codes.Add(1)[0] = 7;
                Assert.Null(codes.Only);
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(100_000)]
    public void A_run_of_a_code_that_the_dictionary_lacks_is_refused_however_long_it_is(int length)
    {
        byte[] bytes = new byte[1 + 5 + 2];
        bytes[0] = Width;
        int size = 1;
        for (uint header = (uint)length << 1; ; header >>= 7, size++)
        {
            bytes[size] = (byte)(header < 0x80 ? header : header | 0x80);
            if (header < 0x80)
            {
                break;
            }
        }

        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(size + 1), Entries);
        DictionaryCodes page = PageOf(bytes);
        ParquetFormatException error = Assert.Throws<ParquetFormatException>(() => page.Read(new RowCodes(Capacity), Math.Min(length, Capacity)));
        Assert.Contains($"code {Entries} lies outside", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Codes_that_end_before_their_rows_do_are_refused()
    {
        DictionaryCodes page = PageOf([Width, 200, 1, 5, 0]);
        RowCodes codes = new(Capacity);
        page.Read(codes, 60);
        Assert.Contains("end with", Assert.Throws<ParquetFormatException>(() => page.Read(codes, 100)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(DataPageVersion.V1, 1 << 20)]
    [InlineData(DataPageVersion.V2, 1 << 20)]
    [InlineData(DataPageVersion.V1, 200)]
    [InlineData(DataPageVersion.V2, 200)]
    public void Rows_come_as_runs_over_pages_and_nulls_until_the_dictionary_is_given_up(DataPageVersion version, int dictionaryBytes)
    {
        const int Rows = 20_000;
        const int Files = 40;
        (int coded, int whole) = (0, 0);
        for (int seed = 0; seed < Files; seed++)
        {
            Random random = new(seed);
            uint[] values = Codes(random, Rows);
            byte[] validity = [.. Codes(random, Rows).Select(code => (byte)(code % 3 == 0 ? 0 : 1))];
            ParquetWriterOptions options = new() { DataPageRows = random.Next(1, 5_000), DataPageVersion = version, DictionaryBytes = dictionaryBytes };
            using MemoryStream output = new();
            using ParquetWriter writer = new(output, ParquetSchema.Of(ParquetColumn.Int32("a").Nullable()), options);
            writer.StartRowGroup(Rows).Write<int>(0, [.. values.Select(value => (int)value * 3)], validity);
            writer.Finish();
            byte[] file = output.ToArray();
            ColumnChunk chunk = MemoryFile.Metadata(file).RowGroups[0].Chunks[0];
            using ColumnReader reader = ColumnReader.Open("memory", chunk, file.AsMemory((int)chunk.Offset, (int)chunk.CompressedLength));
            RowCodes codes = new(Capacity);
            int row = 0;
            for (int count = 1; row < Rows && count > 0; row += count)
            {
                int wanted = random.Next(1, Capacity + 1);
                byte[] valid = new byte[wanted];
                count = reader.ReadCodes<long>(codes, wanted, valid);
                long[] dictionary = reader.Dictionary<long>().ToArray();
                Assert.Equal(validity.AsSpan(row, count), valid.AsSpan(0, count));
                uint[] expected = [.. Enumerable.Range(row, count).Select(i => validity[i] == 0 ? (uint)dictionary.Length - 1 : (uint)Array.IndexOf(dictionary, values[i] * 3, 0, dictionary.Length - 1))];
                Check(codes, expected);
            }

            long[] rest = new long[Rows - row];
            byte[] restValid = new byte[rest.Length];
            Assert.Equal(rest.Length, reader.Read(rest, restValid));
            Assert.Equal(validity[row..], restValid);
            Assert.Equal(Enumerable.Range(row, rest.Length).Select(i => validity[i] == 1 ? values[i] * 3L : 0), rest);
            (coded, whole) = (coded + row, whole + (row == Rows ? 1 : 0));
        }

        // A chunk whose first page is too small for a dictionary has no codes at all.
        Assert.True(dictionaryBytes > 200 ? whole > Files / 2 : whole == 0 && coded > Rows, $"{coded} rows came as codes, {whole} files whole");
    }

    // A code of all rows, and the others one by one and by runs.
    private static void Check(RowCodes codes, ReadOnlySpan<uint> expected)
    {
        Assert.Equal(expected.Length, codes.Count);
        Assert.True(codes.Only is not { } only || expected.IndexOfAnyExcept(only) < 0);
        uint[] seen = codes.Listed.ToArray();
        int end = 0;
        foreach (CodeRun run in codes.Runs)
        {
            Assert.True(run.FirstRow >= end && run.EndRow <= codes.Count);
            seen.AsSpan(run.FirstRow..run.EndRow).Fill(run.Code);
            end = run.EndRow;
        }

        Assert.Equal(expected, seen);
        Assert.Equal(expected, codes.Each());
        Assert.Equal(0, codes.Runs.Length);
    }

    private static DictionaryCodes PageOf(byte[] bytes)
    {
        DictionaryCodes page = new();
        page.Initialize(new PageValues(bytes, Place), Entries);
        return page;
    }

    /// <summary>Runs from one row to all rows, and stretches in which each row has a code of its own.</summary>
    private static uint[] Codes(Random random, int count)
    {
        uint[] codes = new uint[count];
        for (int first = 0, length; first < count; first += length)
        {
            length = Math.Min(random.Next(1, 1 << random.Next(1, 15)), count - first);
            uint code = (uint)random.Next(Entries);
            bool isRun = random.Next(3) > 0;
            for (int i = first; i < first + length; i++)
            {
                codes[i] = isRun ? code : (uint)random.Next(Entries);
            }
        }

        return codes;
    }
}
