using System.Globalization;
using System.Net;
using NearData.Client;
using NearData.Parquet;
using NearData.Queries.Tpch;
using NearData.Queries.Tpch.Queries;
using NearData.Queries.Tpch.Rows;
using NearData.Server;
using NearData.TestSupport;

namespace NearData.Queries.Tests;

/// <summary>Q6 over lineitem as text, as DuckDB writes it, against what DuckDB reads from the same file.</summary>
[Collection(TpchFixture.Name)]
public sealed class Q6TextTests(TpchFixture data)
{
    // Digits enough, and few enough for LINQ to prove that products fit: text has no statistics.
    private const string Schema =
        """
        { "columns": [ {"name": "l_orderkey", "type": "BIGINT"}, {"name": "l_partkey", "type": "BIGINT"}, {"name": "l_suppkey", "type": "BIGINT"},
            {"name": "l_linenumber", "type": "INTEGER"}, {"name": "l_quantity", "type": "DECIMAL(5,2)"}, {"name": "l_extendedprice", "type": "DECIMAL(9,2)"},
            {"name": "l_discount", "type": "DECIMAL(3,2)"}, {"name": "l_tax", "type": "DECIMAL(15,2)"}, {"name": "l_returnflag", "type": "VARCHAR"},
            {"name": "l_linestatus", "type": "VARCHAR"}, {"name": "l_shipdate", "type": "DATE"}, {"name": "l_commitdate", "type": "DATE"},
            {"name": "l_receiptdate", "type": "DATE"}, {"name": "l_shipinstruct", "type": "VARCHAR"}, {"name": "l_shipmode", "type": "VARCHAR"}, {"name": "l_comment", "type": "VARCHAR"} ] }
        """;

    [TheoryNeeding(Needs.Clang19 | Needs.Node)]
    [InlineData("csv", "", 0.1, 1)]
    [InlineData("csv", "", 0.1, 2)]
    [InlineData("csv", "DELIMITER '|', HEADER false", 0.01, 2)]
    [InlineData("csv", "FORCE_QUOTE *", 0.01, 2)]
    [InlineData("tsv", "FORMAT csv, DELIMITER '\t'", 0.01, 1)]
    [InlineData("csv.gz", "FORMAT csv, COMPRESSION gzip", 0.1, 2)]
    [InlineData("csv.zst", "FORMAT csv, COMPRESSION zstd", 0.1, 2)]
    [InlineData("ndjson", "FORMAT json", 0.1, 2)]
    [InlineData("ndjson.gz", "FORMAT json, COMPRESSION gzip", 0.01, 1)]
    public async Task C_LINQ_and_DuckDB_give_the_same_revenue(string extension, string options, double scaleFactor, int workers)
    {
        string parquet = await data.EnsureAsync(scaleFactor, Codec.Snappy, TpchTable.LineItem);
        DirectoryInfo root = Directory.CreateTempSubdirectory("neardata-q6-");
        try
        {
            string file = Path.Combine(root.FullName, $"lineitem.{extension}");
            string given = options.Length == 0 ? "" : $"({options})";
            data.Ask($"COPY (FROM '{parquet}/lineitem/*.parquet') TO '{file}' {given}");
            await File.WriteAllTextAsync(Path.Combine(root.FullName, "lineitem.schema.json"), Schema);
            await using NodeHost node = await NodeHost.StartAsync(
                new NodeOptions { Root = root.FullName, Endpoint = new IPEndPoint(IPAddress.Loopback, 0), Workers = workers });
            await using NearDataClient client = NearDataClient.Connect(node.Address);
            LoadedProgram program = await client.LoadAsync(Clang.Compile(await File.ReadAllTextAsync(Path.Combine(Ground.Repository, "queries/programs/q6.c"))), "lineitem");

            ExecutionAnswer fromC = await program.ExecuteAsync("lineitem");
            decimal fromLinq = await Q6.RevenueAsync(client.Dataset<LineItem>("lineitem"), Q6Parameters.Validation);
            // The types are given to DuckDB by casts: it infers decimals as doubles.
            string read = extension.StartsWith("ndjson", StringComparison.Ordinal) ? "read_ndjson" : "read_csv";
            string names = options.Contains("HEADER false", StringComparison.Ordinal) ? $", names=[{string.Join(", ", Names().Select(name => $"'{name}'"))}]" : "";
            string?[] expected = data.AskOne(
                $"""
                WITH lineitem AS (SELECT l_extendedprice::DECIMAL(15,2) AS price, l_discount::DECIMAL(15,2) AS discount, l_quantity::DECIMAL(15,2) AS quantity, l_shipdate FROM {read}('{file}'{names}))
                SELECT sum(price * discount), count(*) FROM lineitem
                WHERE l_shipdate >= DATE '1994-01-01' AND l_shipdate < DATE '1995-01-01' AND discount BETWEEN 0.05 AND 0.07 AND quantity < 24
                """);

            decimal revenue = decimal.Parse(expected[0]!, CultureInfo.InvariantCulture);
            Assert.Equal((Int128)(revenue * 10_000), fromC["revenue"]);
            Assert.Equal(Int128.Parse(expected[1]!, CultureInfo.InvariantCulture), fromC["rows"]);
            Assert.Equal(revenue, fromLinq);
        }
        finally
        {
            root.Delete(recursive: true);
        }
    }

    private static IEnumerable<string> Names() =>
        System.Text.Json.Nodes.JsonNode.Parse(Schema)!["columns"]!.AsArray().Select(column => (string)column!["name"]!);
}
