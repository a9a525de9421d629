using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using NearData.TestSupport;

namespace NearData.Formats.Tests;

/// <summary>What DuckDB's read_csv gives for the same files.</summary>
public sealed class CsvDuckDbTests(OracleFixture oracle) : IClassFixture<OracleFixture>
{
    private static readonly string[] Types =
    [
        "BOOLEAN", "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT",
        "DECIMAL(9,2)", "DECIMAL(18,0)", "DECIMAL(38,10)", "DOUBLE", "DATE", "TIMESTAMP", "VARCHAR",
    ];

    [FactNeeding(Needs.Node)]
    public void Given_types_are_read_as_DuckDB_reads_them()
    {
        for (int seed = 0; seed < 60; seed++)
        {
            GeneratedCsv csv = new(new Random(seed), Types);
            string path = oracle.PathOf($"given{seed}.csv");
            File.WriteAllBytes(path, csv.Text);
            string columns = string.Join(", ", csv.Schema.Columns.Select((column, index) => $"'{column.Name}': '{csv.TypeNames[index]}'"));
            string table = $"read_csv('{path}', columns={{{columns}}}, delim='{(char)csv.Schema.Dialect!.Delimiter}', quote='\"', escape='\"', header={(csv.Schema.Dialect.Header == CsvHeader.Names ? "true" : "false")}, nullstr='{csv.Schema.Dialect.NullText}', auto_detect=false, allow_quoted_nulls=false, strict_mode=false)";

            List<string?[]> expected = oracle.Rows(table, csv.Schema.Columns);
            Assert.Equal(csv.Rows, expected.Count);
            Assert.Equal(expected, TextRows.Read("given.csv", csv.Text, csv.Schema));
        }
    }

    [FactNeeding(Needs.Node)]
    public void Inferred_types_delimiters_and_headers_are_those_that_DuckDB_infers()
    {
        for (int seed = 0; seed < 60; seed++)
        {
            GeneratedCsv csv = new(new Random(1000 + seed), ["BOOLEAN", "BIGINT", "DOUBLE", "DATE", "TIMESTAMP", "VARCHAR"], hasPlainText: true);
            string path = oracle.PathOf($"inferred{seed}.csv");
            File.WriteAllBytes(path, csv.Text);
            string table = $"read_csv('{path}', nullstr='{csv.Schema.Dialect!.NullText}', sample_size=-1)";
            TextSchema schema = TextRows.Infer("inferred.csv", csv.Text, SchemaFile.Parse("given", Encoding.UTF8.GetBytes($$"""{"null": "{{csv.Schema.Dialect.NullText}}"}""")));

            Assert.Equal(
                oracle.Ask($"DESCRIBE FROM {table}").Select(row => (row[0], TextType.TryParse(row[1]!, out TextType type) ? type : default)),
                schema.Columns.Select(column => ((string?)column.Name, column.Type)));
            Assert.Equal(oracle.Rows(table, schema.Columns), TextRows.Read("inferred.csv", csv.Text, schema));
        }
    }

    [TheoryNeeding(Needs.Node)]
    [InlineData("a,b\n1,2\n\n3,4\n\n")]
    [InlineData("a\n1\n\n3\n")]
    [InlineData("a,b\r\n1,x\r\n2,\"y\r\nz\"\r\n")]
    [InlineData("a,b\n1,2\n3,4")]
    [InlineData("a;b\n1;2,5\n3;4,5\n")]
    [InlineData("1,2\n3,4\n")]
    [InlineData("a,b\n007,+5\n")]
    [InlineData("a,b\n1,2020-1-5\n2,2021-12-31\n")]
    [InlineData("a,b\n1, 2\n3,4 \n")]
    [InlineData("a,b\n1,99999999999999999999\n2,3\n")]
    [InlineData("a,a,\n1,2,3\n")]
    [InlineData("x,y\nz,w\n")]
    [InlineData("a|b|c\n1|true|2020-01-01 00:00:00.1234567\n2|false|2021-01-01\n")]
    [InlineData("a,b\n\"1\",\"2.5\"\n\"2\",\"\"\n")]
    [InlineData("\"a\"\"b\",c\n1,\"x\"\"y\"\n")]
    public void A_file_of_people_is_read_as_DuckDB_reads_it(string text)
    {
        string path = oracle.PathOf(string.Create(CultureInfo.InvariantCulture, $"people{text.GetHashCode(StringComparison.Ordinal)}.csv"));
        File.WriteAllText(path, text);
        TextSchema schema = TextRows.Infer("people.csv", Encoding.UTF8.GetBytes(text));

        Assert.Equal(oracle.Ask($"DESCRIBE FROM read_csv('{path}')").Select(row => row[0]), schema.Columns.Select(column => column.Name));
        Assert.Equal(oracle.Rows($"read_csv('{path}')", schema.Columns), TextRows.Read("people.csv", Encoding.UTF8.GetBytes(text), schema));
    }
}
