using System.Diagnostics;
using NearData.Formats.Streams;

namespace NearData.Formats.Tests;

/// <summary>Compressed files as other programs write them, and as nobody should.</summary>
public sealed class StreamTests(OracleFixture folder) : IClassFixture<OracleFixture>
{
    [Fact]
    public void A_stream_of_the_gzip_command_expands_to_what_it_was() => CheckCommand("gzip", "-c", "a.csv.gz");

    [Fact]
    public void A_stream_of_the_zstd_command_expands_to_what_it_was() => CheckCommand("zstd", "-c --long=27 -19", "a.csv.zst");

    [Fact]
    public void Members_and_frames_one_after_the_other_are_one_text()
    {
        byte[] first = Text(1, 70_000);
        byte[] second = Text(2, 90_000);
        byte[] whole = [.. first, .. second];

        Assert.Equal(whole, Expand("a.gz", [.. TextRows.Gzip(first), .. TextRows.Gzip([]), .. TextRows.Gzip(second)], 1000));
        // A frame of its own kind in between is to be skipped (RFC 8878, 3.1.2).
        byte[] skipped = [0x50, 0x2A, 0x4D, 0x18, 3, 0, 0, 0, 9, 9, 9];
        Assert.Equal(whole, Expand("a.zst", [.. Zstd(first, ""), .. skipped, .. Zstd(second, "")], 1000));
    }

    [Theory]
    [InlineData("a.gz")]
    [InlineData("a.zst")]
    public void A_stream_that_is_cut_off_anywhere_is_refused(string file)
    {
        byte[] text = Text(3, 3000);
        byte[] whole = file == "a.gz" ? TextRows.Gzip(text) : Zstd(text, "--no-check");
        Assert.Equal(text, Expand(file, whole, 100));
        for (int length = 0; length < whole.Length; length++)
        {
            StreamFormatException error = Assert.Throws<StreamFormatException>(() => Expand(file, whole[..length], 100));
            Assert.Equal(file, error.File);
            Assert.InRange(error.Offset, 0, length);
        }
    }

    [Theory]
    [InlineData("a.gz")]
    [InlineData("a.zst")]
    public void A_stream_with_a_changed_byte_is_refused_or_expands(string file)
    {
        byte[] text = Text(4, 2000);
        byte[] whole = file == "a.gz" ? TextRows.Gzip(text) : Zstd(text, "--check");
        int refused = 0;
        for (int at = 0; at < whole.Length; at++)
        {
            byte[] changed = [.. whole];
            changed[at] ^= (byte)(1 << (at % 8));
            try
            {
                Assert.Equal(text, Expand(file, changed, 1000));
            }
            catch (StreamFormatException)
            {
                refused++;
            }
        }

        // What has a checksum can't change unnoticed: the rest are fields of the header that mean nothing here.
        Assert.InRange(refused, whole.Length - 20, whole.Length);
    }

    [Fact]
    public void What_follows_a_gzip_stream_and_is_none_is_refused() =>
        Assert.Contains("something else follows", Assert.Throws<StreamFormatException>(() => Expand("a.gz", [.. TextRows.Gzip("x"u8), .. "garbage"u8], 100)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_zstd_window_of_more_than_128_MiB_is_refused()
    {
        byte[] text = Text(5, 1000);
        Assert.Equal(text, Expand("a.zst", Zstd(text, "--long=27", isPiped: true), 100));
        Assert.Contains("128 MiB", Assert.Throws<StreamFormatException>(() => Expand("a.zst", Zstd(text, "--long=28", isPiped: true), 100)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a.gz")]
    [InlineData("a.zst")]
    public void A_stream_that_expands_without_end_costs_no_memory(string file)
    {
        byte[] piece = file == "a.gz" ? TextRows.Gzip(new byte[16 << 20]) : Zstd(new byte[16 << 20], "");
        using StreamDecoder decoder = StreamDecoder.Create(file, TextFileName.Of("x.csv" + file[1..]).Compression);
        byte[] output = new byte[1 << 16];
        long before = GC.GetAllocatedBytesForCurrentThread();
        long total = 0;
        for (int round = 0; round < 20; round++)
        {
            decoder.Feed(piece);
            for (int read = 1; read > 0; total += read)
            {
                read = decoder.Read(output);
            }
        }

        Assert.Equal(20L * (16 << 20), total);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    private static byte[] Text(int seed, int length)
    {
        byte[] text = new byte[length];
        Random random = new(seed);
        for (int i = 0; i < length; i++)
        {
            text[i] = (byte)('a' + random.Next(6));
        }

        return text;
    }

    private static byte[] Expand(string file, byte[] compressed, int pieceLength)
    {
        using StreamDecoder decoder = StreamDecoder.Create(file, TextFileName.Of("x.csv" + file[1..]).Compression);
        using MemoryStream text = new();
        byte[] output = new byte[777];
        foreach (byte[] piece in compressed.Chunk(pieceLength))
        {
            decoder.Feed(piece);
            for (int read = decoder.Read(output); read > 0; read = decoder.Read(output))
            {
                text.Write(output, 0, read);
            }
        }

        decoder.Finish();
        return text.ToArray();
    }

    private void CheckCommand(string command, string options, string file)
    {
        byte[] text = Text(6, 300_000);
        byte[] compressed = Run(command, options, text, isPiped: false);
        Assert.Equal(text, Expand(file[1..].Insert(0, "a").Replace(".csv", "", StringComparison.Ordinal), compressed, 4096));
    }

    private byte[] Zstd(byte[] text, string options, bool isPiped = false) => Run("zstd", $"-c {options}", text, isPiped);

    /// <summary>Through a pipe the command doesn't know the length, and so takes the whole window.</summary>
    private byte[] Run(string command, string options, byte[] text, bool isPiped)
    {
        string path = folder.PathOf($"{Guid.NewGuid():N}");
        File.WriteAllBytes(path, text);
        string input = isPiped ? $"cat {path} | {command} {options}" : $"{command} {options} {path}";
        using Process process = Process.Start(new ProcessStartInfo("sh", ["-c", $"{input} > {path}.out"]))!;
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return File.ReadAllBytes(path + ".out");
    }
}
