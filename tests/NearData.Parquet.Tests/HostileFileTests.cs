namespace NearData.Parquet.Tests;

/// <summary>Broken files end in a typed error, in bounded time and memory.</summary>
public sealed class HostileFileTests
{
    /// <summary>What one reading of a file of a few KB may allocate at most, in bytes; the text of its values included.</summary>
    private const long AllocationLimit = 16 << 20;

    public static TheoryData<Codec, DataPageVersion> Layouts() => new()
    {
        { Codec.Uncompressed, DataPageVersion.V1 },
        { Codec.Uncompressed, DataPageVersion.V2 },
        { Codec.Snappy, DataPageVersion.V1 },
        { Codec.Snappy, DataPageVersion.V2 },
        { Codec.Gzip, DataPageVersion.V1 },
        { Codec.Zstd, DataPageVersion.V2 },
    };

    [Fact]
    public void A_file_cut_at_any_byte_is_a_format_error()
    {
        byte[] whole = MemoryFile.Write(Codec.Snappy, DataPageVersion.V1);
        Assert.NotEmpty(MemoryFile.Read(whole));
        for (int length = 0; length < whole.Length; length++)
        {
            Assert.Throws<ParquetFormatException>(() => MemoryFile.Read(whole[..length]));
        }
    }

    [Theory]
    [MemberData(nameof(Layouts))]
    public void A_file_with_any_byte_changed_reads_or_is_refused(Codec codec, DataPageVersion version)
    {
        byte[] whole = MemoryFile.Write(codec, version);
        int refused = 0;
        for (int position = 0; position < whole.Length; position++)
        {
            byte right = whole[position];
            foreach (byte wrong in (ReadOnlySpan<byte>)[0, 0x7F, 0xFF, (byte)(right + 1), (byte)(right - 1), (byte)(right ^ 0x80), (byte)(right ^ 0x10)])
            {
                whole[position] = wrong;
                refused += Outcome(whole, $"byte {position} = 0x{wrong:X2}");
            }

            whole[position] = right;
        }

        Assert.InRange(refused, whole.Length, whole.Length * 7);
    }

    [Theory]
    [MemberData(nameof(Layouts))]
    public void A_file_with_several_bytes_changed_reads_or_is_refused(Codec codec, DataPageVersion version)
    {
        const int Seed = 7;
        Random random = new(Seed);
        byte[] whole = MemoryFile.Write(codec, version);
        for (int round = 0; round < 2_000; round++)
        {
            byte[] mutated = [.. whole];
            for (int change = random.Next(1, 6); change > 0; change--)
            {
                mutated[random.Next(mutated.Length)] = (byte)random.Next(256);
            }

            Outcome(mutated, $"seed {Seed}, round {round}");
        }
    }

    [Fact]
    public void A_file_that_is_not_Parquet_is_named_by_its_last_bytes()
    {
        ParquetFormatException error = Assert.Throws<ParquetFormatException>(() => MemoryFile.Read("This is some text, not Parquet."u8.ToArray()));
        Assert.Contains("ends in 0x7565742E", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_footer_longer_than_the_file_is_named_by_its_length()
    {
        byte[] whole = MemoryFile.Write(Codec.Snappy, DataPageVersion.V1);
        whole[^5] = 0x7F;
        ParquetFormatException error = Assert.Throws<ParquetFormatException>(() => MemoryFile.Read(whole));
        Assert.Contains("exceeds", error.Message, StringComparison.Ordinal);
        Assert.Equal(whole.Length - ParquetMetadata.TrailerLength, error.Offset);
    }

    [Fact]
    public void An_encrypted_footer_is_refused_as_unsupported()
    {
        byte[] whole = MemoryFile.Write(Codec.Snappy, DataPageVersion.V1);
        whole[^1] = (byte)'E';
        ParquetUnsupportedException error = Assert.Throws<ParquetUnsupportedException>(() => MemoryFile.Read(whole));
        Assert.Equal("an encrypted footer", error.Feature);
    }

    private static int Outcome(byte[] file, string what)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        int refused = 0;
        try
        {
            MemoryFile.Read(file);
        }
        catch (ParquetFormatException)
        {
            refused = 1;
        }
        catch (ParquetUnsupportedException)
        {
            refused = 1;
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            Assert.Fail($"{what}: {error}");
        }

        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(allocated < AllocationLimit, $"{what}: {allocated} bytes were allocated.");
        return refused;
    }
}
