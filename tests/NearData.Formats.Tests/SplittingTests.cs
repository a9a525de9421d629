using System.Text;
using NearData.Formats.Splitting;
using NearData.Formats.Structure;

namespace NearData.Formats.Tests;

/// <summary>A file gives the same rows however it is cut.</summary>
public sealed class SplittingTests
{
    private static readonly string[] Types = ["BIGINT", "DOUBLE", "DATE", "VARCHAR", "VARCHAR"];

    [Fact]
    public void Ranges_of_any_size_give_the_rows_of_the_whole()
    {
        for (int seed = 0; seed < 200; seed++)
        {
            Random random = new(seed);
            GeneratedCsv csv = new(random, Types);
            List<string?[]> whole = TextRows.Read("a.csv", csv.Text, csv.Schema);

            Assert.Equal(whole, TextRows.ReadSplit("a.csv", csv.Text, csv.Schema, random.Next(1, csv.Text.Length + 100)));
            Assert.Equal(whole, TextRows.ReadSplit("a.csv", csv.Text, csv.Schema, random.Next(1, 200)));
            Assert.Equal(whole, TextRows.Read("a.csv", csv.Text, csv.Schema, most: random.Next(1, 50)));
        }
    }

    [Fact]
    public void Streams_through_windows_of_any_size_give_the_rows_of_the_whole()
    {
        for (int seed = 0; seed < 200; seed++)
        {
            Random random = new(seed);
            GeneratedCsv csv = new(random, Types);
            byte[] compressed = TextRows.Gzip(csv.Text);

            Assert.Equal(
                TextRows.Read("a.csv", csv.Text, csv.Schema),
                TextRows.ReadStream("a.csv.gz", compressed, csv.Schema, random.Next(1, compressed.Length + 1), random.Next(1, 300)));
        }
    }

    [Fact]
    public void Lines_of_JSON_split_at_any_size_and_through_windows_give_the_rows_of_the_whole()
    {
        string text = string.Concat(Enumerable.Range(0, 500).Select(row => $"{{\"a\": {row}, \"b\": {{\"c\": \"x\\n{new string('y', row % 70)}\"}}}}\n"));
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        TextSchema schema = TextRows.Infer("a.ndjson", bytes);
        List<string?[]> whole = TextRows.Read("a.ndjson", bytes, schema);
        Assert.Equal(500, whole.Count);
        byte[] compressed = TextRows.Gzip(bytes);
        for (int size = 1; size < 300; size += 7)
        {
            Assert.Equal(whole, TextRows.ReadSplit("a.ndjson", bytes, schema, size));
            Assert.Equal(whole, TextRows.ReadStream("a.ndjson.gz", compressed, schema, size, size));
        }
    }

    [Fact]
    public void Text_that_looks_like_records_within_quotes_is_no_record()
    {
        // Each line within the quotes would be a record of the right shape, and has quotes itself.
        string hostile = string.Concat(Enumerable.Repeat("1,\"\"x\"\"\n", 1000));
        byte[] text = Encoding.UTF8.GetBytes($"a,b\n7,\"{hostile}\"\n8,y\n");
        TextSchema schema = TextRows.Infer("a.csv", text);
        for (int size = 1; size < 2000; size += 97)
        {
            List<string?[]> rows = TextRows.ReadSplit("a.csv", text, schema, size);
            Assert.Equal([["7", hostile.Replace("\"\"", "\"", StringComparison.Ordinal)], ["8", "y"]], rows);
        }
    }

    [Fact]
    public void Every_tier_counts_a_block_as_the_plainest_loop()
    {
        Random random = new(1);
        for (int round = 0; round < 2000; round++)
        {
            byte[] block = new byte[random.Next(300)];
            for (int i = 0; i < block.Length; i++)
            {
                block[i] = "\"\n,ab"u8[random.Next(5)];
            }

            BlockCount expected = BlockCount.Of<StructureTierOne>(block, (byte)'"');
            Assert.Equal(block.Count(letter => letter == '\n'), expected.Lines);
            Assert.Equal(Naive(block, isQuoted: false), expected.RecordEnds(isQuoted: false).Count);
            Assert.Equal(Naive(block, isQuoted: true), expected.RecordEnds(isQuoted: true).Count);
            Assert.Equal(expected, BlockCount.Of<StructureTier128>(block, (byte)'"'));
            Assert.Equal(expected, BlockCount.Of<StructureTier256>(block, (byte)'"'));
            Assert.Equal(expected, BlockCount.Of<StructureTier512>(block, (byte)'"'));
        }
    }

    [Fact]
    public void A_record_of_more_than_16_MiB_is_refused_whichever_way_it_is_read()
    {
        byte[] text = [.. "a,b\n1,\""u8, .. new byte[TextLimits.RecordLength], .. "\"\n"u8];
        TextSchema schema = TextRows.Infer("a.csv", "a,b\n1,x\n"u8.ToArray());

        Assert.Contains("more than 16777216", Refused(() => TextRows.Read("a.csv", text, schema)), StringComparison.Ordinal);
        Assert.Contains("more than 16777216", Refused(() => TextRows.ReadSplit("a.csv", text, schema, 1 << 20)), StringComparison.Ordinal);
        Assert.Contains("more than 16777216", Refused(() => TextRows.ReadStream("a.csv.gz", TextRows.Gzip(text), schema, 1 << 16, 1 << 20)), StringComparison.Ordinal);
    }

    private static string Refused(Action read) => Assert.Throws<TextFormatException>(read).Message;

    private static int Naive(byte[] block, bool isQuoted)
    {
        int count = 0;
        foreach (byte letter in block)
        {
            isQuoted ^= letter == '"';
            count += letter == '\n' && !isQuoted ? 1 : 0;
        }

        return count;
    }
}
