using System.Text;
using NearData.Formats.Schemas;

namespace NearData.Formats.Tests;

/// <summary>What a schema file gives wins over what the data looks like.</summary>
public sealed class SchemaFileTests
{
    [Fact]
    public void Types_dialect_and_nulls_are_as_given()
    {
        TextSchema schema = Given(
            "1~-~x\n2~N~'\n",
            """
            { "columns": [ {"name": "id", "type": "integer"}, {"name": "price", "type": "Decimal( 15 , 2 )", "nullable": false}, {"name": "note", "type": "VARCHAR"} ],
              "delimiter": "~", "quote": "", "header": false, "null": "N" }
            """);
        Assert.Equal(
            [new("id", new(TextKind.Int32), Nullability.None), new("price", new(TextKind.Decimal, 15, 2), Nullability.None), new("note", new(TextKind.Text), Nullability.None)],
            schema.Columns.AsEnumerable());
        Assert.Equal(new CsvDialect((byte)'~', 0, CsvHeader.None, "N"), schema.Dialect);
    }

    [Fact]
    public void Without_quotes_a_quote_is_a_letter() =>
        Assert.Equal([["1", "5\" pipe"]], TextRows.Read("f.csv", "a,b\n1,5\" pipe\n"u8.ToArray(), Given("a,b\n1,5\" pipe\n", """{"quote": ""}""")));

    [Fact]
    public void A_header_that_has_other_names_than_given_is_refused() =>
        Refuse("a,b\n1,2\n", """{"columns": [{"name": "a", "type": "BIGINT"}, {"name": "c", "type": "BIGINT"}], "header": true}""", "Column 2 is called 'b' here, and 'c' in the schema file");

    [Fact]
    public void A_first_record_with_another_number_of_fields_than_given_is_refused() =>
        Refuse("1,2\n", """{"columns": [{"name": "a", "type": "BIGINT"}]}""", "The first record has 2 fields, and the schema file gives 1 column");

    [Theory]
    [InlineData("[]", "The schema is Array, and no object.")]
    [InlineData("{", "The schema is no JSON")]
    [InlineData("""{"colums": []}""", "There is no member \"colums\"")]
    [InlineData("""{"columns": []}""", "\"columns\" is no list of 1 to")]
    [InlineData("""{"columns": [{"name": "a"}]}""", "Column \"a\" lacks a name or a type.")]
    [InlineData("""{"columns": [{"name": "a", "type": "MONEY"}]}""", "a type that isn't known: MONEY")]
    [InlineData("""{"columns": [{"name": "a", "type": "DECIMAL(39,2)"}]}""", "a type that isn't known")]
    [InlineData("""{"columns": [{"name": "a", "type": "DECIMAL(3,4)"}]}""", "a type that isn't known")]
    [InlineData("""{"columns": [{"name": "a", "type": "DATE"}, {"name": "a", "type": "DATE"}]}""", "Two columns are called \"a\"")]
    [InlineData("""{"delimiter": ";;"}""", "\"delimiter\" is no single ASCII character")]
    [InlineData("""{"delimiter": ""}""", "\"delimiter\" is empty")]
    [InlineData("""{"delimiter": ";", "quote": ";"}""", "are the same")]
    [InlineData("""{"header": "yes"}""", "\"header\" is String, and neither true nor false")]
    public void A_wrong_schema_file_is_named_with_what_is_wrong(string json, string message)
    {
        TextFormatException error = Assert.Throws<TextFormatException>(() => SchemaFile.Parse("f.schema.json", Encoding.UTF8.GetBytes(json)));
        Assert.Equal("f.schema.json", error.File);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_of_one_dataset_have_columns_that_hold_what_is_in_any_of_them()
    {
        Assert.Equal(
            [new("a", new(TextKind.Double), Nullability.None), new("b", new(TextKind.Text), Nullability.Nullable)],
            SchemaGuess.Unify([Guess("1.csv", "a,b\n1,2020-01-01\n"), Guess("2.csv", "a;b\n2.5;x\n3;\n")]).AsEnumerable());
        Assert.Equal(
            [new("a", new(TextKind.Int64), Nullability.Nullable), new("b", new(TextKind.Bool), Nullability.Nullable)],
            SchemaGuess.Unify([Guess("1.ndjson", "{\"a\":1}"), Guess("2.ndjson", "{\"b\":true}")]).AsEnumerable());
        Assert.Contains(
            "The columns are a, c, and those of 1.csv are a, b",
            Assert.Throws<TextFormatException>(() => SchemaGuess.Unify([Guess("1.csv", "a,b\n1,2\n"), Guess("2.csv", "a,c\n1,2\n")])).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_says_the_format_the_compression_and_the_dataset()
    {
        Assert.Equal(new TextFileName("a.b", TextFormat.Csv, TextCompression.Zstd, 0), TextFileName.Of("/x/a.b.csv.zst"));
        Assert.Equal(new TextFileName("a", TextFormat.Csv, TextCompression.None, (byte)'\t'), TextFileName.Of("a.tsv"));
        Assert.Equal(new TextFileName("a", TextFormat.Ndjson, TextCompression.Gzip, 0), TextFileName.Of("a.jsonl.gz"));
        Assert.Null(TextFileName.Of(".csv").Format);
        Assert.Null(TextFileName.Of("a.json").Format);
        Assert.Null(TextFileName.Of("a.gz").Format);
    }

    private static SchemaGuess Guess(string file, string text) => SchemaGuess.Of(file, Encoding.UTF8.GetBytes(text), TextEnd.Closed, given: null);

    private static TextSchema Given(string text, string json) =>
        TextRows.Infer("f.csv", Encoding.UTF8.GetBytes(text), SchemaFile.Parse("f.schema.json", Encoding.UTF8.GetBytes(json)));

    private static void Refuse(string text, string json, string message) =>
        Assert.Contains(message, Assert.Throws<TextFormatException>(() => Given(text, json)).Message, StringComparison.Ordinal);
}
