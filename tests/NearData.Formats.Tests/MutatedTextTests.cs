using System.Text;
using NearData.Formats.Streams;
using Xunit.Abstractions;

namespace NearData.Formats.Tests;

/// <summary>
/// Files that are changed where it matters end in a typed error or in rows, soon and in bounded memory; and in the same rows however they are
/// cut. <c>NEARDATA_LONG=1</c> runs ten million of them instead of fifty thousand; what fails is named by its seed.
/// </summary>
public sealed class MutatedTextTests(ITestOutputHelper output)
{
    /// <summary>What one reading may allocate, in bytes: tables of a constant size, and a copy of the text or two for each way of reading.</summary>
    private const long AllocationLimit = 48 << 20;

    private const int Files = 4;

    private static readonly bool IsLong = Environment.GetEnvironmentVariable("NEARDATA_LONG") == "1";

    private static readonly string[] Scraps =
        ["\"", "\"\"", ",", "\n", "\r", "\r\n", "\0", "\u00ff", "-", "1e999", "99999999999999999999", "{", "}", "[", "]", ":", "\\", "\\u", "\\ud800", "null", "true", "\ufeff", ";", "2020-02-30"];

    [Theory]
    [InlineData("a.csv")]
    [InlineData("a.ndjson")]
    [InlineData("a.csv.gz")]
    [InlineData("a.ndjson.zst")]
    public void A_changed_file_reads_or_is_refused(string file)
    {
        int seed = IsLong ? Environment.TickCount : 20_261_121;
        int rounds = (IsLong ? 10_000_000 : 50_000) / Files;
        output.WriteLine($"{file}: seed {seed}, {rounds} rounds");
        TextFileName name = TextFileName.Of(file);
        int refused = 0;
        for (int round = 0; round < rounds; round++)
        {
            Random random = new(unchecked(seed + (round * 7919)));
            byte[] text = Change(name.Format == TextFormat.Csv ? Csv : Json, random);
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                refused += Refuse(file, name, text, random);
            }
            catch (Exception error) when (error is not OutOfMemoryException)
            {
                Assert.Fail($"{file}, seed {seed}, round {round}: {error}");
            }

            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(allocated < AllocationLimit, $"{file}, seed {seed}, round {round}: {allocated} bytes were allocated.");
        }

        Assert.InRange(refused, rounds / 20, rounds - (rounds / 100));
    }

    private static byte[] Csv { get; } = Encoding.UTF8.GetBytes(
        "id,name,price,day,at\n" + string.Concat(Enumerable.Range(0, 12).Select(row => $"{row},\"n\"\"{row}\n,\",{row}.5,2020-01-{row + 1:00},2020-01-01T00:00:{row:00}Z\r\n")));

    private static byte[] Json { get; } = Encoding.UTF8.GetBytes(
        string.Concat(Enumerable.Range(0, 12).Select(row => $"{{\"id\":{row},\"o\":{{\"x\":\"a\\u00e9{row}\",\"y\":[{row},{{}}]}},\"b\":{(row % 2 == 0 ? "true" : "null")}}}\n")));

    private static TextSchema CsvSchema { get; } = TextRows.Infer("a.csv", Csv);

    private static TextSchema JsonSchema { get; } = TextRows.Infer("a.ndjson", Json);

    private static byte[] Change(byte[] right, Random random)
    {
        List<byte> changed = [.. right];
        for (int changes = random.Next(1, 4); changes > 0; changes--)
        {
            int at = random.Next(changed.Count);
            switch (random.Next(5))
            {
                case 0:
                    changed[at] = (byte)random.Next(256);
                    break;
                case 1:
                    changed.InsertRange(at, Encoding.UTF8.GetBytes(Scraps[random.Next(Scraps.Length)]));
                    break;
                case 2:
                    changed.RemoveRange(at, Math.Min(random.Next(1, 30), changed.Count - at - 1));
                    break;
                case 3:
                    changed.InsertRange(at, changed.GetRange(at, Math.Min(random.Next(200), changed.Count - at)));
                    break;
                default:
                    changed.RemoveRange(at, changed.Count - at);
                    changed.AddRange(Encoding.UTF8.GetBytes(Scraps[random.Next(Scraps.Length)]));
                    break;
            }
        }

        return [.. changed];
    }

    /// <summary>Reads it both ways; 1 where it was refused.</summary>
    private static int Refuse(string file, TextFileName name, byte[] text, Random random)
    {
        TextSchema schema = name.Format == TextFormat.Csv ? CsvSchema : JsonSchema;
        byte[]? compressed = name.Compression == TextCompression.None ? null : Compress(name.Compression, text, random);
        try
        {
            _ = TextRows.Infer(file, text);
        }
        catch (TextFormatException)
        {
            // Nothing is to be told from it; it is read by the right file's schema all the same.
        }

        List<string?[]>? whole = Try(() => TextRows.Read(file, text, schema));
        List<string?[]>? other = compressed is null
            ? Try(() => TextRows.ReadSplit(file, text, schema, random.Next(1, 300)))
            : Try(() => TextRows.ReadStream(file, compressed, schema, random.Next(1, 300), random.Next(1, 3000)));
        if (compressed is null || other is not null)
        {
            Assert.Equal(whole, other);
        }

        return other is null ? 1 : 0;
    }

    private static List<string?[]>? Try(Func<List<string?[]>> read)
    {
        try
        {
            return read();
        }
        catch (Exception error) when (error is TextFormatException or StreamFormatException)
        {
            return null;
        }
    }

    /// <summary>The stream is changed too, now and then: what is noticed is refused, and what isn't changes nothing.</summary>
    private static byte[] Compress(TextCompression compression, byte[] text, Random random)
    {
        byte[] compressed = compression == TextCompression.Gzip ? TextRows.Gzip(text) : ZstdFrame.Of(text);
        if (random.Next(4) == 0)
        {
            // Of Zstandard the header alone: there is no checksum to notice a changed text by.
            compressed[random.Next(compression == TextCompression.Gzip ? compressed.Length : ZstdFrame.HeaderLength)] ^= (byte)(1 << random.Next(8));
        }

        return random.Next(8) == 0 ? compressed[..random.Next(compressed.Length)] : compressed;
    }
}
