using System.Text;

namespace NearData.Formats.Tests;

/// <summary>What is wrong in a file is named with its place, its column and its value.</summary>
public sealed class RefusalTests
{
    private const string Advice = "NAME.schema.json beside the dataset NAME can say what its columns are";

    [Theory]
    [InlineData("a,b\n1,2\n3,x\n", "f.csv, line 3, offset 10: Column 'b' has 'x', which is no INT64; " + Advice + ".")]
    [InlineData("a,b\n1,2\n3\n", "f.csv, line 3, offset 8: The record has 1 field, and there are 2 columns: a, b.")]
    [InlineData("a,b\n1,2\n3,4,5\n", "f.csv, line 3, offset 8: The record has 3 fields, and there are 2 columns: a, b.")]
    [InlineData("a,b\n1,2\n3,4,5", "f.csv, line 3, offset 8: The record has 3 fields, and there are 2 columns: a, b.")]
    [InlineData("a,b\n1,2\n3,\"4\n5,6\n", "f.csv, line 3, offset 8: The record that starts here has a quote that is never closed.")]
    [InlineData("a,b\n1,2\n3,4\"5\n", "f.csv, line 3, offset 11: A quote lies within a field that doesn't start with one (RFC 4180, 2.5); where quotes mean nothing, \"quote\": \"\" in the schema file says so.")]
    [InlineData("a,b\n1,2\n3,\"4\"5\n", "f.csv, line 3, offset 13: '5\u00b7' follows the quote that ends a field, in place of a delimiter or newline.")]
    [InlineData("a,b\n1,2\n3,4\r5,6\n", "f.csv, line 3, offset 12: A carriage return has no newline behind it.")]
    [InlineData("a,b\n1,2\n3,4\r", "f.csv, line 3, offset 11: The file ends with a carriage return without a newline.")]
    [InlineData("a,b\r\n1,2\r\n\"3\",\"\r\n\n7\"\r\n", "f.csv, line 3, offset 15: Column 'b' has '\u00b7\u00b7\u00b77', which is no INT64; " + Advice + ".")]
    public void A_wrong_file_is_named_with_its_place(string text, string message) =>
        Assert.Equal(message, Refused("f.csv", text, "a,b\n1,2\n"));

    [Fact]
    public void The_column_at_fault_can_be_asked_for()
    {
        TextFormatException error = Assert.Throws<TextFormatException>(() => Read("f.csv", "a,b\nx,2\n", "a,b\n1,2\n"));
        Assert.Equal(("a", "f.csv", new TextPlace(4, 2)), (error.Column, error.File, error.Place));
    }

    [Fact]
    public void A_long_value_is_shortened() =>
        Assert.Contains($"has '{new string('x', 60)}...' (1000 bytes), which is no INT64", Refused("f.csv", $"a,b\n1,{new string('x', 1000)}\n", "a,b\n1,2\n"), StringComparison.Ordinal);

    [Fact]
    public void Text_that_is_no_UTF8_is_refused()
    {
        byte[] text = [.. "a,b\n1,x"u8, 0xC3, (byte)'\n'];
        TextSchema schema = TextRows.Infer("f.csv", "a,b\n1,x\n"u8.ToArray());
        Assert.Contains("which is no TEXT", Assert.Throws<TextFormatException>(() => TextRows.Read("f.csv", text, schema)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_null_that_cannot_be_shown_is_refused()
    {
        TextSchema schema = TextRows.Infer("f.csv", "a,b\n1,2\n"u8.ToArray());
        RecordReader reader = RecordReader.Create("f.csv", schema, [0]);
        reader.Open("a,b\n1,2\n,3\n"u8.ToArray(), new TextPlace(0, 1), TextEnd.Closed);
        Assert.Equal(2, reader.Next(10));
        Assert.Equal(
            $"f.csv, line 3, offset 8: Column 'a' has a null, and is read as INT64 without nulls; {Advice}.",
            Assert.Throws<TextFormatException>(() => reader.Read<long>(0, new long[2], [])).Message);
    }

    [Theory]
    [InlineData("{\"a\":1}\n{\"a\":\"x\"}\n", "f.ndjson, line 2, offset 14: Column 'a' has 'x', which is no INT64; " + Advice + ".")]
    [InlineData("{\"a\":1}\n{\"a\":[1,2]}\n", "f.ndjson, line 2, offset 13: Column 'a' has '[1,2]', which is no INT64; " + Advice + ".")]
    [InlineData("{\"a\":1}\n{\"a\":9223372036854775808}\n", "f.ndjson, line 2, offset 13: Column 'a' has '9223372036854775808', which is no INT64; " + Advice + ".")]
    [InlineData("{\"a\":1}\n[1]\n", "f.ndjson, line 2, offset 8: The line is '[1]', and no object.")]
    [InlineData("{\"a\":1}\n{\"a\":1\n", "f.ndjson, line 2, offset 14: The line is no JSON: ")]
    [InlineData("{\"a\":1}\n{\"a\":1} {}\n", "f.ndjson, line 2, offset 16: The line is no JSON: ")]
    [InlineData("{\"a\":1}\n{\"a\":1, \"unread\": tru}\n", "f.ndjson, line 2, offset ")]
    [InlineData("{\"a\":1}\n{'a':1}\n", "f.ndjson, line 2, offset 9: The line is no JSON: ")]
    [InlineData("{\"a\":1}\n{\"a\":01}\n", "f.ndjson, line 2, offset ")]
    public void A_wrong_line_of_JSON_is_named_with_its_place(string text, string message) =>
        Assert.StartsWith(message, Refused("f.ndjson", text, "{\"a\":1}"), StringComparison.Ordinal);

    [Fact]
    public void Values_that_nest_deeper_than_64_are_refused()
    {
        string Nested(int depth) => "{\"a\":1,\"b\":" + new string('[', depth) + new string(']', depth) + "}";
        Assert.Single(Read("f.ndjson", Nested(63), "{\"a\":1}"));
        Assert.Contains("no JSON", Refused("f.ndjson", Nested(64), "{\"a\":1}"), StringComparison.Ordinal);
    }

    [Fact]
    public void Of_a_name_that_comes_twice_the_last_value_counts()
    {
        Assert.Equal([["2"]], Read("f.ndjson", "{\"a\":1,\"a\":2}", "{\"a\":1}"));
        Assert.Equal([[null, "3"]], Read("f.ndjson", "{\"a\":{\"x\":1,\"y\":2},\"a\":{\"y\":3}}", "{\"a\":{\"x\":1,\"y\":2}}"));
        Assert.Equal([[null]], Read("f.ndjson", "{\"a\":1,\"a\":null}", "{\"a\":1}"));
    }

    [Fact]
    public void Names_may_be_escaped_and_come_in_any_order() =>
        Assert.Equal([["1", "x\u00e9\n"], ["2", null]], Read("f.ndjson", "{\"b\":\"x\\u00e9\\n\",\"\\u0061\":1}\n{\"a\":2}", "{\"a\":1,\"b\":\"x\"}"));

    [Fact]
    public void A_half_surrogate_is_no_text() =>
        Assert.Contains("which is no TEXT", Refused("f.ndjson", "{\"a\":\"\\ud800\"}", "{\"a\":\"x\"}"), StringComparison.Ordinal);

    [Fact]
    public void A_byte_order_mark_is_passed_over()
    {
        Assert.Equal([["1", "2"]], Read("f.csv", "\ufeffa,b\n1,2\n", "a,b\n1,2\n"));
        Assert.Equal([["1"]], Read("f.ndjson", "\ufeff{\"a\":1}", "{\"a\":1}"));
    }

    private static List<string?[]> Read(string file, string text, string sample) =>
        TextRows.Read(file, Encoding.UTF8.GetBytes(text), TextRows.Infer(file, Encoding.UTF8.GetBytes(sample)));

    private static string Refused(string file, string text, string sample) => Assert.Throws<TextFormatException>(() => Read(file, text, sample)).Message;
}
