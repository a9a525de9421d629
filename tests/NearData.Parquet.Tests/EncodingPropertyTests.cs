using System.Buffers;
using NearData.Parquet.Encodings;
using NearData.Parquet.Pages;
using NearData.Parquet.Values;

namespace NearData.Parquet.Tests;

/// <summary>Each decoder over what a naive encoder wrote, read and skipped in random steps.</summary>
public sealed class EncodingPropertyTests
{
    private const int Rounds = 80;

    private static readonly PagePlace Place = new("memory", "a", 0);

    public static TheoryData<int> Widths() => [.. Enumerable.Range(0, 33)];

    [Fact]
    public void Delta_packed_integers_of_64_bits_are_what_was_encoded() => ForAll(1, random =>
    {
        long[] values = Integers(random, bits: 64);
        Check(random, new DeltaBinaryDecoder<long>(NumberLayouts.For<long>(ParquetColumn.Int64("a"))!, isNarrow: false), NaiveEncodings.Delta(values, 64, random), values);
    });

    [Fact]
    public void Delta_packed_integers_of_32_bits_are_what_was_encoded() => ForAll(2, random =>
    {
        int[] values = [.. Integers(random, bits: 32).Select(value => (int)value)];
        Check(random, new DeltaBinaryDecoder<int>(NumberLayouts.For<int>(ParquetColumn.Int32("a"))!, isNarrow: true), NaiveEncodings.Delta([.. values.Select(value => (long)value)], 32, random), values);
    });

    [Fact]
    public void The_delta_encoder_writes_what_the_decoder_reads() => ForAll(3, random =>
    {
        long[] values = Integers(random, bits: 64);
        ArrayBufferWriter<byte> written = new();
        DeltaEncoder.Encode(values, isNarrow: false, written);
        Check(random, new DeltaBinaryDecoder<long>(NumberLayouts.For<long>(ParquetColumn.Int64("a"))!, isNarrow: false), written.WrittenSpan.ToArray(), values);
    });

    [Fact]
    public void Split_streams_of_numbers_are_what_was_encoded() => ForAll(4, random =>
    {
        double[] wide = [.. Integers(random, bits: 64).Select(BitConverter.Int64BitsToDouble).Select(value => double.IsNaN(value) ? 1 : value)];
        float[] narrow = [.. wide.Select(value => (float)value)];
        Check(random, new StreamSplitDecoder<double>(NumberLayouts.For<double>(ParquetColumn.Double("a"))!, 8), NaiveEncodings.StreamSplit([.. wide.Select(BitConverter.GetBytes)], 8), wide);
        Check(random, new StreamSplitDecoder<float>(NumberLayouts.For<float>(ParquetColumn.Float("a"))!, 4), NaiveEncodings.StreamSplit([.. narrow.Select(BitConverter.GetBytes)], 4), narrow);
    });

    [Fact]
    public void Split_streams_of_bytes_are_what_was_encoded() => ForAll(5, random =>
    {
        int width = random.Next(1, 20);
        byte[][] values = [.. Enumerable.Range(0, random.Next(300)).Select(_ => Bytes(random, width))];
        Check(random, new ByteArrayStreamSplitDecoder(width), NaiveEncodings.StreamSplit(values, width), values);
    });

    [Fact]
    public void Byte_arrays_with_delta_packed_lengths_are_what_was_encoded() => ForAll(6, random =>
    {
        byte[][] values = Texts(random);
        Check(random, new DeltaLengthDecoder(), NaiveEncodings.DeltaLengths(values, random), values);
    });

    [Fact]
    public void Byte_arrays_that_share_prefixes_are_what_was_encoded() => ForAll(7, random =>
    {
        byte[][] values = Texts(random);
        Check(random, new DeltaByteArrayDecoder(width: 0), NaiveEncodings.DeltaByteArrays(values, random), values);
    });

    [Theory]
    [MemberData(nameof(Widths))]
    public void Runs_of_every_width_are_what_was_encoded(int width) => ForAll(100 + width, random =>
    {
        uint[] values = [.. Levels(random, (int)Math.Min((1L << width) - 1, int.MaxValue)).Select(value => (uint)value)];
        byte[] bytes = NaiveEncodings.Runs(values, width, random);
        RunCursor cursor = new(width);
        List<uint> read = [];
        while (read.Count < values.Length)
        {
            if (cursor.Left == 0)
            {
                Assert.True(cursor.MoveNext(bytes));
            }

            uint[] some = new uint[Math.Min(Math.Min(cursor.Left, random.Next(1, 70)), values.Length - read.Count)];
            if (cursor.IsRepeated)
            {
                some.AsSpan().Fill(cursor.Value);
                cursor.Advance(some.Length);
            }
            else
            {
                cursor.Unpack(bytes, some);
            }

            read.AddRange(some);
        }

        Assert.Equal(values, read);
    }, rounds: 20);

    [Fact]
    public void Levels_are_what_was_encoded_whichever_way() => ForAll(8, random =>
    {
        int maximum = random.Next(1, 66);
        byte[] levels = [.. Levels(random, maximum).Select(level => (byte)level)];
        int width = LevelWidth.Of(maximum);
        byte[] runs = NaiveEncodings.Runs([.. levels.Select(level => (uint)level)], width, random);
        LevelReader reader = new(maximum, "levels");
        CheckLevels(reader, levels, maximum, random, () => reader.Initialize(new PageValues(runs, Place)));
        byte[] prefixed = [.. BitConverter.GetBytes(runs.Length), .. runs, 0x55];
        CheckLevels(reader, levels, maximum, random, () => Assert.Equal(1, reader.Cut(PageEncoding.Rle, new PageValues(prefixed, Place), levels.Length)!.Value.Bytes.Length));
        byte[] packed = [.. NaiveEncodings.Packed(levels, width), 0x55];
        CheckLevels(reader, levels, maximum, random, () => Assert.Equal(1, reader.Cut(PageEncoding.BitPacked, new PageValues(packed, Place), levels.Length)!.Value.Bytes.Length));
    });

    /// <summary>The example of Encodings.md, "Bit-packed (Deprecated)": the numbers 1 through 7 with width 3, behind a 0.</summary>
    [Fact]
    public void Bit_packed_levels_are_read_as_in_the_formats_example()
    {
        byte[] levels = new byte[8];
        LevelReader reader = new(maximum: 7, "levels");
        reader.Cut(PageEncoding.BitPacked, new PageValues(new byte[] { 0b00000101, 0b00111001, 0b01110111 }, Place), levels.Length);
        Assert.Equal(1, reader.Read(levels));
        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7], levels);
    }

    private static void CheckLevels(LevelReader reader, byte[] levels, int maximum, Random random, Action initialize)
    {
        initialize();
        for (int done = 0; done < levels.Length;)
        {
            byte[] some = levels[done..Math.Min(levels.Length, done + random.Next(1, 100))];
            byte[] read = new byte[some.Length];
            int present = some.Count(level => level == maximum);
            switch (random.Next(3))
            {
                case 0:
                    Assert.Equal(present, reader.Read(read));
                    Assert.Equal(some, read);
                    break;
                case 1:
                    Assert.Equal(present, reader.ReadValidity(read));
                    Assert.Equal(some.Select(level => level == maximum ? (byte)1 : (byte)0), read);
                    break;
                default:
                    Assert.Equal(present, reader.Skip(some.Length));
                    break;
            }

            done += some.Length;
        }
    }

    private static void Check<T>(Random random, ValueDecoder<T> decoder, byte[] page, T[] values)
        where T : unmanaged
    {
        decoder.Initialize(new PageValues(page, Place));
        for (int done = 0; done < values.Length;)
        {
            int count = Math.Min(values.Length - done, random.Next(1, 200));
            if (random.Next(4) == 0)
            {
                decoder.Skip(count);
            }
            else
            {
                T[] read = new T[count];
                decoder.Read(read);
                Assert.Equal(values[done..(done + count)], read);
            }

            done += count;
        }

        Assert.Throws<ParquetFormatException>(() => decoder.Read(new T[1]));
    }

    private static void Check(Random random, ByteArrayDecoder decoder, byte[] page, byte[][] values)
    {
        decoder.Initialize(new PageValues(page, Place));
        ByteArrayBatch batch = new();
        for (int done = 0; done < values.Length;)
        {
            int count = Math.Min(values.Length - done, random.Next(1, 100));
            if (random.Next(4) == 0)
            {
                decoder.Skip(count);
            }
            else
            {
                batch.Clear();
                decoder.Read(batch, count);
                Assert.Equal(values[done..(done + count)], Enumerable.Range(0, count).Select(row => batch[row].ToArray()));
            }

            done += count;
        }

        Assert.Throws<ParquetFormatException>(() => decoder.Read(batch, 1));
    }

    private static void ForAll(int seed, Action<Random> property, int rounds = Rounds)
    {
        for (int round = 0; round < rounds; round++)
        {
            try
            {
                property(new Random(seed * 100_000 + round));
            }
            catch (Exception error) when (error is not OutOfMemoryException)
            {
                Assert.Fail($"seed {seed}, round {round}: {error}");
            }
        }
    }

    /// <summary>Steps, runs, small ranges and any bits at all, in turn.</summary>
    private static long[] Integers(Random random, int bits)
    {
        long[] values = new long[random.Next(1, 700)];
        long value = random.Next();
        int kind = 0;
        for (int i = 0; i < values.Length; i++)
        {
            kind = random.Next(40) == 0 ? random.Next(4) : kind;
            value = kind switch
            {
                0 => value + random.Next(-100, 100),
                1 => value,
                2 => random.NextInt64(long.MinValue, long.MaxValue),
                _ => value + 7,
            };
            values[i] = bits == 32 ? (int)value : value;
        }

        return values;
    }

    private static int[] Levels(Random random, int maximum)
    {
        int[] levels = new int[random.Next(1, 500)];
        for (int i = 0; i < levels.Length; i++)
        {
            levels[i] = i > 0 && random.Next(4) > 0 ? levels[i - 1] : random.Next(3) == 0 ? maximum : (int)random.NextInt64((long)maximum + 1);
        }

        return levels;
    }

    private static byte[][] Texts(Random random)
    {
        byte[][] values = new byte[random.Next(1, 400)][];
        for (int i = 0; i < values.Length; i++)
        {
            byte[] before = i == 0 ? [] : values[i - 1];
            values[i] = [.. before.AsSpan(0, random.Next(before.Length + 1)), .. Bytes(random, random.Next(8))];
        }

        return values;
    }

    private static byte[] Bytes(Random random, int length)
    {
        byte[] bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }
}
