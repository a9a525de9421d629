using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using NearData.Formats.Ndjson;
using NearData.Formats.Structure;
using NearData.TestSupport;

namespace NearData.Formats.Tests;

/// <summary>
/// The reader of lines by their structure against System.Text.Json: it takes what that takes, and nothing else, and finds the same values.
/// <c>NEARDATA_LONG=1</c> runs a hundred times as many lines.
/// </summary>
public sealed partial class StructuralLineTests
{
    private static readonly string[] Paths = ["id", "o", "o.x", "o.y.x", "l_shipdate", "l_shipmode", "a long name that no register holds", "é"];

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = TextLimits.JsonDepth };

    [Fact]
    public void One_byte_at_a_time_takes_what_the_base_library_takes() => Check<StructureTierOne>();

    [Fact]
    public void Vectors_of_128_bits_take_what_the_base_library_takes() => Check<StructureTier128>();

    [FactNeeding(Needs.Avx2)]
    public void Vectors_of_256_bits_take_what_the_base_library_takes() => Check<StructureTier256>();

    [FactNeeding(Needs.Avx512Vbmi)]
    public void Vectors_of_512_bits_take_what_the_base_library_takes() => Check<StructureTier512>();

    [Theory]
    [InlineData("{}", true)]
    [InlineData(" {\"id\":1 ,\t\"z\":[ ]}\r", true)]
    [InlineData("{\"id\":\"\\\"\"}", true)]
    [InlineData("{\"id\":\"\\\\\"}", true)]
    [InlineData("{\"id\":1,}", false)]
    [InlineData("{\"id\":1}}", false)]
    [InlineData("{\"id\":1} 2", false)]
    [InlineData("{\"id\" 1}", false)]
    [InlineData("{\"id\"::1}", false)]
    [InlineData("{\"id\":[1,]}", false)]
    [InlineData("{\"id\":[1 2]}", false)]
    [InlineData("{\"id\":[1}]", false)]
    [InlineData("{\"id\":01}", false)]
    [InlineData("{\"id\":1.}", false)]
    [InlineData("{\"id\":.5}", false)]
    [InlineData("{\"id\":-}", false)]
    [InlineData("{\"id\":1e}", false)]
    [InlineData("{\"id\":\"\t\"}", false)]
    [InlineData("{\"id\":\"\\x\"}", false)]
    [InlineData("{\"id\":\"\\u12g4\"}", false)]
    [InlineData("{\"id\":\"a}", false)]
    [InlineData("[1]", false)]
    [InlineData("", false)]
    public void A_line_is_taken_or_left(string line, bool isTaken) => Assert.Equal(isTaken, Take<StructureTierOne>(line, PathNode.Of(Paths)).IsTaken);

    [Theory]
    [InlineData('{')]
    [InlineData('[')]
    public void Sixty_four_levels_are_taken_and_one_more_is_left(char open)
    {
        string Nested(int levels) => open == '{'
            ? string.Concat(Enumerable.Repeat("{\"a\":", levels - 1)) + "{}" + new string('}', levels - 1)
            : "{\"a\":" + new string('[', levels - 1) + new string(']', levels - 1) + "}";
        Assert.True(Take<StructureTierOne>(Nested(TextLimits.JsonDepth), PathNode.Of(Paths)).IsTaken);
        Assert.False(Take<StructureTierOne>(Nested(TextLimits.JsonDepth + 1), PathNode.Of(Paths)).IsTaken);
    }

    [Fact]
    public void A_long_line_is_read_as_a_short_one()
    {
        string line = "{\"id\":7,\"z\":[" + string.Join(',', Enumerable.Repeat("1", 100_000)) + "],\"l_shipdate\":8}";
        Assert.True(Take<StructureTierOne>(line, PathNode.Of(Paths)).IsTaken);
        TextSchema schema = TextRows.Infer("f.ndjson", "{\"id\":1,\"l_shipdate\":1}"u8.ToArray());
        Assert.Equal([["7", "8"], ["9", null]], TextRows.Read("f.ndjson", Encoding.UTF8.GetBytes($"{line}\n{{\"id\":9}}"), schema));
    }

    [Fact]
    public void Names_that_begin_alike_are_told_apart_wherever_they_come()
    {
        // The first line makes the reader expect a name where another one of the same length and first bytes comes later.
        PathNode names = PathNode.Of(["l_shipdate", "l_shipinstruct"]);
        foreach (string name in (string[])["l_shipxxxx", "l_shipdate", "l_shipdxxx", "l_shipdate", "l_shipinstrucx", "l_shipinstruct"])
        {
            Assert.Equal(new string?[] { name == "l_shipdate" ? "1" : null, name == "l_shipinstruct" ? "1" : null }, Take<StructureTierOne>($"{{\"{name}\":1}}", names).Values);
        }
    }

    private static void Check<TTier>()
        where TTier : struct, IStructureTier
    {
        int taken = 0;
        int left = 0;
        int lines = LongRun.IsAsked ? 4_000_000 : 40_000;
        JsonLines generated = new(new Random(5));
        PathNode names = PathNode.Of(Paths);
        for (int number = 0; number < lines; number++)
        {
            string line = number % 2 == 0 ? generated.Right() : generated.Wrong();
            (bool isTaken, string?[] values) = Take<TTier>(line, names);
            JsonDocument? document = Parse(line);
            bool isObject = document?.RootElement.ValueKind == JsonValueKind.Object;
            string?[]? expected = isObject ? Expected(document!.RootElement) : null;

            // A value where columns lie within an object is an error that others tell of; and names with escapes are for others to read.
            bool isLeft = !isTaken && expected is not null && EscapedName().IsMatch(line);
            Assert.True(isLeft || isTaken == (expected is not null), $"line {number}: {line}");
            Assert.Equal(isTaken ? expected : [], values);
            taken += isTaken ? 1 : 0;
            left += isLeft ? 1 : 0;
            document?.Dispose();
        }

        Assert.InRange(taken, lines / 3, lines - (lines / 5));
        Assert.InRange(left, 0, lines / 50);
    }

    /// <summary>Reads a line that has others around it.</summary>
    private static (bool IsTaken, string?[] Values) Take<TTier>(string line, PathNode names)
        where TTier : struct, IStructureTier
    {
        byte[] text = Encoding.UTF8.GetBytes($"{{\"id\":5}}\n{line}");
        int start = text.AsSpan().IndexOf((byte)'\n') + 1;
        LineScanner scanner = new();
        scanner.Scan<TTier>(text, start);
        RecordFields fields = new(Paths.Length);
        fields.Begin(0, start);
        bool isTaken = StructuralLine.TryRead(text, start, scanner, names, fields);
        int columns = names.Children.Count == 2 ? 2 : Paths.Length;
        return (isTaken, isTaken ? [.. Enumerable.Range(0, columns).Select(slot => Shown(fields.Of(slot)[0], text))] : []);
    }

    private static string? Shown(FieldPlace place, byte[] text)
    {
        string raw = Encoding.UTF8.GetString(text, place.Start, place.Length);
        return place.Form switch
        {
            FieldForm.Null => null,
            FieldForm.Quoted => $"\"{raw}\"",
            FieldForm.Escaped => raw.Contains('\\', StringComparison.Ordinal) ? $"\"{raw}\"" : throw new InvalidOperationException("Nothing is escaped."),
            _ => raw,
        };
    }

    private static JsonDocument? Parse(string line)
    {
        try
        {
            return JsonDocument.Parse(line, Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Each path's value, the last of its name; null where some object on the way is none.</summary>
    private static string?[]? Expected(JsonElement record)
    {
        string?[] values = new string?[Paths.Length];
        return Find(record, "", values) ? values : null;
    }

    private static bool Find(JsonElement element, string prefix, string?[] values)
    {
        foreach (JsonProperty member in element.EnumerateObject())
        {
            string path = prefix + member.Name;
            bool isAsked = !member.Name.Contains('.', StringComparison.Ordinal);
            bool isParent = isAsked && Paths.Any(other => other.StartsWith(path + ".", StringComparison.Ordinal));
            for (int slot = 0; slot < Paths.Length; slot++)
            {
                bool isIt = isAsked && Paths[slot] == path;
                bool isWithin = isAsked && Paths[slot].StartsWith(path + ".", StringComparison.Ordinal);
                values[slot] = isIt && member.Value.ValueKind != JsonValueKind.Null ? member.Value.GetRawText() : isIt || isWithin ? null : values[slot];
            }

            if (isParent && member.Value.ValueKind is not (JsonValueKind.Object or JsonValueKind.Null)
                || (isParent && member.Value.ValueKind == JsonValueKind.Object && !Find(member.Value, path + ".", values)))
            {
                return false;
            }
        }

        return true;
    }

    [GeneratedRegex(@"\\[^,{]*""[ \t\r]*:", RegexOptions.None, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex EscapedName();
}
