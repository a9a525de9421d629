using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using NearData.TestSupport;

namespace NearData.Formats.Tests;

/// <summary>What DuckDB's read_ndjson gives for the same files.</summary>
public sealed class NdjsonDuckDbTests(OracleFixture oracle) : IClassFixture<OracleFixture>
{
    private static readonly JsonSerializerOptions Unescaped = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly string[] Scraps = ["", "a", "\"", "\\", "\n", "/", "\t", "é", "日本", "😀", "\u0001", "\u007f", "{", "]"];

    [FactNeeding(Needs.Node)]
    public void Inferred_types_and_values_are_those_that_DuckDB_infers()
    {
        for (int seed = 0; seed < 60; seed++)
        {
            byte[] text = Generate(new Random(seed));
            string path = oracle.PathOf($"inferred{seed}.ndjson");
            File.WriteAllBytes(path, text);
            TextSchema schema = TextRows.Infer("inferred.ndjson", text);
            string table = $"read_ndjson('{path}', sample_size=-1, convert_strings_to_integers=false)";

            Assert.Equal(
                // Integers of either sign are wider in DuckDB than they need be.
                oracle.Ask($"SELECT {string.Join(", ", schema.Columns.Select(column => $"typeof({Quoted(column.Name)})"))} FROM {table} LIMIT 1").Single().Select(type => type is "HUGEINT" or "UBIGINT" ? "BIGINT" : type),
                schema.Columns.Select(column => column.Type.Kind switch { TextKind.Int64 => "BIGINT", TextKind.Bool => "BOOLEAN", TextKind.Text => "VARCHAR", _ => column.Type.ToString() }));
            Assert.Equal(oracle.Rows(table, schema.Columns), TextRows.Read("inferred.ndjson", text, schema));
        }
    }

    [FactNeeding(Needs.Node)]
    public void Given_types_are_read_as_DuckDB_reads_them()
    {
        const string Text = """
            {"id": 1, "price": "12.50", "wide": "12345678901234567890123456.7", "small": 7, "big": 18446744073709551615, "when": "2020-02-29T12:00:00.5+02:00", "on": "1999-12-31", "ok": true, "ratio": 1e300}
              { "ok" : false , "id" : 2 , "price" : 0.07, "wide": -1, "small": -128, "big": 0, "ratio": "0.1", "extra": [ {"id": 9} , "x" ] }

            {"id":3,"price":null}
            """;
        SchemaFile given = SchemaFile.Parse("given", """
            {"columns": [{"name": "id", "type": "INTEGER"}, {"name": "price", "type": "DECIMAL(15,2)"}, {"name": "wide", "type": "DECIMAL(38,6)"},
              {"name": "small", "type": "TINYINT"}, {"name": "big", "type": "UBIGINT"}, {"name": "when", "type": "TIMESTAMP"},
              {"name": "on", "type": "DATE"}, {"name": "ok", "type": "BOOLEAN"}, {"name": "ratio", "type": "DOUBLE"}]}
            """u8.ToArray());
        string path = oracle.PathOf("given.ndjson");
        File.WriteAllText(path, Text);
        TextSchema schema = TextRows.Infer("given.ndjson", Encoding.UTF8.GetBytes(Text), given);
        // DuckDB casts text with an offset only to a timestamp that has a zone.
        string columns = "{id: 'INTEGER', price: 'DECIMAL(15,2)', wide: 'DECIMAL(38,6)', small: 'TINYINT', big: 'UBIGINT', \"when\": 'TIMESTAMPTZ', \"on\": 'DATE', ok: 'BOOLEAN', ratio: 'DOUBLE'}";

        Assert.Equal(oracle.Rows($"read_ndjson('{path}', columns={columns})", schema.Columns), TextRows.Read("given.ndjson", Encoding.UTF8.GetBytes(Text), schema));
    }

    private static string Quoted(string name) => string.Join('.', name.Split('.').Select(part => $"\"{part}\""));

    private static byte[] Generate(Random random)
    {
        int[] kinds = [.. Enumerable.Range(0, random.Next(1, 8)).Select(_ => random.Next(7))];
        StringBuilder text = new();
        int rows = random.Next(1, 200);
        for (int row = 0; row < rows; row++)
        {
            List<string> members = [];
            for (int column = 0; column < kinds.Length; column++)
            {
                // The first row has all, so that the columns' order is known.
                if (row == 0 || random.Next(6) > 0)
                {
                    string value = row > 0 && random.Next(8) == 0 ? "null" : Value(random, kinds[column], row);
                    members.Add($"{Space(random)}\"c{column}\"{Space(random)}:{value}");
                }
            }

            if (row > 0 && random.Next(3) == 0)
            {
                members.Reverse();
            }

            text.Append('{').AppendJoin(',', members).Append('}').Append(random.Next(5) == 0 ? "\r\n" : "\n");
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static string Value(Random random, int kind, int row) => kind switch
    {
        0 => random.NextInt64(long.MinValue, long.MaxValue).ToString(CultureInfo.InvariantCulture),
        1 => (random.Next(1000) / 8.0).ToString(CultureInfo.InvariantCulture) + (row == 0 ? "e-2" : ""),
        2 => random.Next(2) == 0 ? "true" : "false",
        3 => $"\"{DateOnly.FromDayNumber(random.Next(365, 900_000)):yyyy-MM-dd}\"",
        4 => $"\"{DateOnly.FromDayNumber(random.Next(365, 900_000)):yyyy-MM-dd} {TimeSpan.FromSeconds(random.Next(86_400)):hh\\:mm\\:ss}\"",
        5 => $"{{\"x\":{random.Next(100)},{Space(random)}\"y\":{{\"z\":{Text(random)}}}}}",
        _ => Text(random),
    };

    private static string Text(Random random)
    {
        string text = "w" + string.Concat(Enumerable.Range(0, random.Next(5)).Select(_ => Scraps[random.Next(Scraps.Length)]));
        return random.Next(2) == 0
            ? JsonSerializer.Serialize(text)
            : JsonSerializer.Serialize(text, Unescaped);
    }

    private static string Space(Random random) => random.Next(4) == 0 ? " " : "";
}
