using NearData.TestSupport;

namespace NearData.Compare;

/// <summary>Lineitem as text, written by DuckDB out of the Parquet files, with the same types given to both engines.</summary>
internal static class TextData
{
    private static readonly string[] Formats = ["csv", "csv.gz", "csv.zst", "ndjson"];

    private static readonly (string Name, string Type)[] Columns =
    [
        ("l_orderkey", "BIGINT"), ("l_partkey", "BIGINT"), ("l_suppkey", "BIGINT"), ("l_linenumber", "INTEGER"),
        ("l_quantity", "DECIMAL(15,2)"), ("l_extendedprice", "DECIMAL(15,2)"), ("l_discount", "DECIMAL(15,2)"), ("l_tax", "DECIMAL(15,2)"),
        ("l_returnflag", "VARCHAR"), ("l_linestatus", "VARCHAR"), ("l_shipdate", "DATE"), ("l_commitdate", "DATE"), ("l_receiptdate", "DATE"),
        ("l_shipinstruct", "VARCHAR"), ("l_shipmode", "VARCHAR"), ("l_comment", "VARCHAR"),
    ];

    public static bool IsOne(string codec) => Formats.Contains(codec, StringComparer.Ordinal);

    /// <summary>Writes the file and its schema, unless they are there.</summary>
    public static void Ensure(string parquet, string folder, string codec)
    {
        if (File.Exists(Path.Combine(folder, "lineitem.schema.json")))
        {
            return;
        }

        Directory.CreateDirectory(Path.Combine(folder, "lineitem"));
        using DuckDb duckDb = new();
        string options = codec switch
        {
            "csv" => "",
            "csv.gz" => "(FORMAT csv, COMPRESSION gzip)",
            "csv.zst" => "(FORMAT csv, COMPRESSION zstd)",
            _ => "(FORMAT json)",
        };
        duckDb.Query($"COPY (FROM '{parquet}/lineitem/*.parquet') TO '{folder}/lineitem/lineitem.{codec}' {options}");
        string columns = string.Join(", ", Columns.Select(column => $$"""{"name": "{{column.Name}}", "type": "{{column.Type}}"}"""));
        File.WriteAllText(Path.Combine(folder, "lineitem.schema.json"), $$"""{"columns": [{{columns}}]}""");
    }

    /// <summary>The query over the text file in <c>{root}</c>.</summary>
    public static string Over(string sql, string codec)
    {
        string columns = string.Join(", ", Columns.Select(column => $"'{column.Name}': '{column.Type}'"));
        string table = codec == "ndjson"
            ? $"read_ndjson('{{root}}/lineitem/lineitem.{codec}', columns={{{columns}}})"
            : $"read_csv('{{root}}/lineitem/lineitem.{codec}', columns={{{columns}}}, delim=',', quote='\"', header=true, auto_detect=false)";
        return sql.Replace("'{root}/lineitem/*.parquet'", table, StringComparison.Ordinal);
    }
}
